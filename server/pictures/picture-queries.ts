import type { Transaction } from '../database/connection.ts';
import type { Choice, ThemeChoice } from '../extracts/extract-filter.ts';
import { EVERYTHING } from '../extracts/extract-filter.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { type Coverage, countText, listCoverage } from './coder-queries.ts';
import { countByMonth } from './month-queries.ts';
import type { Month } from './months.ts';
import type { PictureRequest } from './picture-form.ts';
import type { PictureKind } from './picture-kinds.ts';
import { type CodedNote, listCodedNotes } from './saturation-queries.ts';
import { countNotes, countWords, type Dimension, listAgencies } from './scope-queries.ts';
import { countByTheme } from './theme-count-queries.ts';
import type { ThemeCount } from './theme-matrix.ts';
import type { Meeting } from './together.ts';
import { countMeetings } from './together-queries.ts';

export type Agency = Choice & { code: string };

/** What every picture has: what it can be narrowed to, and the notes that it looks at. */
export type Shared = {
  request: PictureRequest;
  themes: ThemeChoice[];
  agencies: Agency[];
  phases: Choice[];
  coders: Choice[];
  noteCount: number;
  /** How many of them are being coded blind at this moment. */
  blind: number;
};

export type PictureData = Shared &
  (
    | { kind: 'themes-by-agency' | 'themes-by-phase'; counts: ThemeCount[]; words: Map<string, number> }
    | { kind: 'themes-together'; meetings: Meeting[] }
    | { kind: 'coding-over-time'; months: { month: Month; count: number }[] }
    | { kind: 'saturation'; coded: CodedNote[] }
    | { kind: 'coders'; coverage: Coverage[]; text: Map<string, { notes: number; characters: number }> }
  );

/** What a picture of the study can be narrowed to. */
export async function listPictureChoices(
  trx: Transaction,
): Promise<Pick<Shared, 'themes' | 'agencies' | 'phases' | 'coders'>> {
  const { themes, phases, coders } = await listChoices(trx);
  return { themes, phases, coders, agencies: await listAgencies(trx) };
}

/** The numbers of one picture. `withWords`: also what is only needed for numbers by 1,000 words. */
export async function findPicture(
  trx: Transaction,
  kind: PictureKind,
  request: PictureRequest,
  { timeZone, withWords }: { timeZone: string; withWords: boolean },
): Promise<PictureData> {
  const { agency, phase, coder } = request;
  const scope = { agency, phase, coder };
  const choices = await listPictureChoices(trx);
  const shared: Shared = { request, ...choices, ...(await countNotes(trx, scope)) };
  const themeIds = choices.themes.map(({ id }) => id);
  switch (kind) {
    case 'themes-by-agency':
    case 'themes-by-phase': {
      const by: Dimension = kind === 'themes-by-agency' ? 'agency' : 'phase';
      const words = withWords ? await countWords(trx, scope, by) : new Map<string, number>();
      return { ...shared, kind, counts: await countByTheme(trx, scope, by), words };
    }
    case 'themes-together':
      return { ...shared, kind, meetings: await countMeetings(trx, scope, { themeIds, within: request.within }) };
    case 'coding-over-time': {
      const wanted = { filter: { ...EVERYTHING, ...scope }, choices, timeZone };
      return { ...shared, kind, months: await countByMonth(trx, wanted, request.by) };
    }
    case 'saturation':
      return { ...shared, kind, coded: await listCodedNotes(trx, scope, themeIds) };
    case 'coders':
      return {
        ...shared,
        kind,
        coverage: await listCoverage(trx, scope, themeIds),
        text: await countText(trx, scope),
      };
  }
}
