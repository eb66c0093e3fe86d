import { recordEvent } from '../audit/event-service.ts';
import type { CodingMoves } from '../codebook/steps/coding-moves.ts';
import { lookThroughSeals } from '../database/connection.ts';
import {
  findCodingBesides,
  findNotesOfThemesForShare,
  updateCodingsBack,
  updateCodingsTakenBack,
  updateCodingsToTheme,
} from './theme-move-queries.ts';

/** Moves codings from theme to theme in place: they keep their ids, their coders and their times. */
export const codingMoves: CodingMoves = {
  async holdNotes(trx, themeIds) {
    await lookThroughSeals(trx);
    await findNotesOfThemesForShare(trx, themeIds);
  },

  async moveAll(trx, actor, { from, to }) {
    await lookThroughSeals(trx);
    const moved = await updateCodingsToTheme(trx, { from, to, by: actor.membershipId });
    await recordEvent(trx, actor, { kind: 'coding.moved', subjectId: from, after: { themeId: to, ...counts(moved) } });
    return moved;
  },

  async moveSome(trx, actor, { from, to, ids }) {
    await lookThroughSeals(trx);
    const moved = await updateCodingsToTheme(trx, { from, to, ids, by: actor.membershipId });
    await recordEvent(trx, actor, { kind: 'coding.moved', subjectId: from, after: { themeId: to, ...counts(moved) } });
    return moved;
  },

  async moveBack(trx, actor, moved) {
    await lookThroughSeals(trx);
    const back = await updateCodingsBack(
      trx,
      moved.filter(({ setAside }) => !setAside),
    );
    const taken = await updateCodingsTakenBack(
      trx,
      moved.filter(({ setAside }) => setAside),
    );
    await recordEvent(trx, actor, {
      kind: 'coding.moved-back',
      ...(moved[0] && { subjectId: moved[0].fromThemeId }),
      after: { moved: back.length, takenBack: taken.length },
    });
  },

  async hasOthers(trx, themeId, ids) {
    await lookThroughSeals(trx);
    return (await findCodingBesides(trx, themeId, ids)) !== undefined;
  },
};

function counts(moved: readonly { setAside: boolean }[]) {
  const setAside = moved.filter((coding) => coding.setAside).length;
  return { moved: moved.length - setAside, setAside };
}
