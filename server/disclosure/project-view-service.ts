import type { Transaction } from '../database/connection.ts';
import type { OutsideView } from '../exchange/export/outside-view.ts';
import { applyReplacements } from '../identifiers/replacements.ts';
import { listWithheldByRevision } from '../notes/withheld-queries.ts';
import type { Choices } from './choices.ts';
import { outsideNote } from './outside-note.ts';
import { withoutPersonal } from './outside-row.ts';
import { outsideMoment } from './outside-time.ts';
import type { Survey } from './preview.ts';
import type { Ready } from './rows-service.ts';

const THEME_TEXTS = ['name', 'definition', 'when_to_use', 'when_not_to_use', 'example'] as const;

/** How the whole study looks outside its team; `survey` is told what becomes of its notes. */
export function outsideViewOf(choices: Choices, { disguised }: Pick<Ready, 'disguised'>, survey: Survey): OutsideView {
  const swap = (text: string): string => {
    const leaving = withoutPersonal(text);
    const swaps = disguised.swaps(leaving);
    survey.addSwaps(swaps);
    return applyReplacements(leaving, swaps);
  };
  return {
    id: disguised.id,
    study: (name) => disguised.apply(name),
    member: (member) => ({ ...member, name: disguised.coder(member.id) }),
    theme(theme) {
      const changed = { ...theme };
      for (const field of THEME_TEXTS) changed[field] = swap(theme[field]);
      const { definition, when_to_use: whenToUse, when_not_to_use: whenNotToUse, example } = changed;
      survey.addTheme({ ...changed, definition, whenToUse, whenNotToUse, example });
      return changed;
    },
    agency(agency) {
      const { agencyName, agencyCode } = disguised.agency(agency.id);
      return { ...agency, name: agencyName, code: agencyCode };
    },
    memo(memo) {
      const body = swap(memo.body);
      if (body.trim() === '') return undefined;
      survey.addMemo(body, memo);
      const { writtenAt, updatedAt } = memo;
      return {
        ...memo,
        body,
        writtenAt: outsideMoment(writtenAt, choices),
        updatedAt: updatedAt && outsideMoment(updatedAt, choices),
      };
    },
    leaves: (note) => choices.notes === 'every' || note.isReleased,
    async notes(trx: Transaction, batch) {
      const leaving = batch.filter(({ note }) => this.leaves({ ...note, isOwn: true }));
      for (let left = batch.length - leaving.length; left > 0; left -= 1) survey.addUnreleasedNote();
      const consent = await listWithheldByRevision(
        trx,
        leaving.map(({ note }) => note.revisionId),
      );
      return leaving.map((one) => {
        const made = outsideNote(one, { disguised, choices, consent: consent.get(one.note.revisionId) ?? [] });
        survey.addNote(made.note, made);
        return { note: made.note, codings: made.codings };
      });
    },
  };
}
