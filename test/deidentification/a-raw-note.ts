import { beforeEach } from '@jest/globals';
import { type Actor, inStudy } from '../../server/database/connection.ts';
import { keepNameMentions } from '../../server/consent/mention-service.ts';
import type { Decision } from '../../server/deidentification/decisions.ts';
import { deidentifyNote } from '../../server/deidentification/deidentification-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aFullStudy, aNote, aTheme, type BuiltMember } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

export const BODY = 'ON: Sam met Ann at Northside Centre on 3 May. Sam smiled.';
export const AFTER = 'ON: [Member 4] met [Worker 2] at [Agency C] on [spring 2011]. [Member 4] smiled.';

type Cast = Awaited<ReturnType<typeof aFullStudy>>;

const decision = (words: string, text: string, from = 0): Decision => {
  const start = BODY.indexOf(words, from);
  return { field: 'body', start, end: start + words.length, words, text, category: 'name' };
};

/** Every name in title and BODY: with them it is AFTER. */
export const ALL: Decision[] = [
  decision('Sam', '[Member 4]'),
  decision('Ann', '[Worker 2]'),
  decision('Northside Centre', '[Agency C]'),
  decision('3 May', '[spring 2011]'),
  decision('Sam', '[Member 4]', 20),
  { ...decision('Sam', '[Member 4]'), field: 'title', start: 0, end: 3 },
];

/** Before each test a study with a finished note of one revision: who may read it and what is done with it. */
export function useRawNote(t: TestApp) {
  const raw = {} as { cast: Cast; note: { id: string; revisionId: string } } & Record<
    'author' | 'colleague' | 'lead',
    Actor
  >;

  const acting = (member: BuiltMember, role: 'lead' | 'researcher'): Actor => ({
    personId: member.id,
    membershipId: member.membershipId,
    studyId: raw.cast.study.id,
    studyName: 'Study',
    timeZone: 'Europe/London',
    name: member.name,
    role,
    agencyId: null,
  });

  beforeEach(async () => {
    raw.cast = await aFullStudy(t.owner);
    raw.author = acting(raw.cast.researcher, 'researcher');
    raw.colleague = acting(raw.cast.colleague, 'researcher');
    raw.lead = acting(raw.cast.lead, 'lead');
    raw.note = await aNote(t.owner, raw.cast.study.id, {
      visitId: raw.cast.visit.id,
      by: raw.author.membershipId,
      title: 'Sam at the centre',
      body: BODY,
      completed: true,
    });
  });

  const deidentify = (actor: Actor, decisions = ALL, base = 1, id = newId()) =>
    deidentifyNote({ db: t.database.db, lookForNames: keepNameMentions }, actor, raw.note.id, { id, base, decisions });
  const code = async (words: string, by: Actor, given: { removed?: boolean } = {}) => {
    const theme = await aTheme(t.owner, raw.cast.study.id, { by: by.membershipId });
    const start = BODY.indexOf(words);
    const place = { note: raw.note, themeId: theme.id, by: by.membershipId, start, end: start + words.length };
    return aCoding(t.owner, raw.cast.study.id, { ...place, ...given });
  };
  const stored = () => t.owner('notes').where({ id: raw.note.id }).first();
  const readBy = (actor: Actor) =>
    inStudy(t.database.db, actor, async (trx) => ({
      revisions: await trx('note_revisions').where({ note_id: raw.note.id }).orderBy('number').pluck('number'),
      paragraphs: await trx('note_paragraphs').where({ note_id: raw.note.id }).pluck('body'),
      search: (await trx('note_search').where({ note_id: raw.note.id }).pluck('document')).length,
      found: (await trx.raw<{ rows: object[] }>('select note_id from search_notes(array[?], null, false)', ['smile']))
        .rows.length,
      quotes: (await trx('codings').where({ note_id: raw.note.id }).orderBy('id').pluck('quote')) as string[],
      files: (await trx('attachments').where({ note_id: raw.note.id }).pluck('id')).length,
    }));
  const choose = (readers: 'team' | 'author') =>
    t.owner('studies').where({ id: raw.cast.study.id }).update({ raw_notes_read_by: readers });

  return { raw, deidentify, code, stored, readBy, choose };
}
