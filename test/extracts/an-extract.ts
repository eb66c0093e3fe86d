import type { Knex } from 'knex';
import { codePointLength } from '../../server/shared/text.ts';
import { aCoding, type aFullStudy, aNote, aTheme, aVisit } from '../support/builders.ts';

type Cast = Awaited<ReturnType<typeof aFullStudy>>;

/** A coding of the first occurrence of `quote` in a note of its own, whose body it is unless another is given. */
export async function anExtract(
  owner: Knex,
  cast: Cast,
  given: { quote: string } & Partial<{
    body: string;
    title: string;
    themeId: string;
    by: string;
    label: string;
    agencyId: string;
    phaseId: string;
    startsAt: Date;
    removed: boolean;
    before: string;
    after: string;
  }>,
) {
  const by = given.by ?? cast.researcher.membershipId;
  const startsAt = given.startsAt ?? new Date('2011-11-14T10:00:00Z');
  const visit = await aVisit(owner, cast.study.id, {
    agencyId: given.agencyId ?? cast.agency.id,
    phaseId: given.phaseId ?? cast.phase.id,
    by,
    startsAt,
    endsAt: new Date(startsAt.getTime() + 3_600_000),
  });
  const body = given.body ?? given.quote;
  const note = await aNote(owner, cast.study.id, { visitId: visit.id, by, body, title: given.title });
  const themeId = given.themeId ?? (await aTheme(owner, cast.study.id, { by })).id;
  const start = codePointLength(body.slice(0, body.indexOf(given.quote)));
  const coding = await aCoding(owner, cast.study.id, {
    note,
    themeId,
    by,
    start,
    end: start + codePointLength(given.quote),
    label: given.label,
    removed: given.removed,
  });
  await owner('codings')
    .where({ id: coding.id })
    .update({ context_before: given.before ?? '', context_after: given.after ?? '' });
  return { ...coding, note, visit, themeId };
}
