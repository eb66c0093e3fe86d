import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { readRelations } from '../database/catalogue.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, aParticipant, aPerson } from '../support/builders.ts';
import { aProjectImport } from '../support/exchange-builders.ts';
import { aReplacement, anIdentity } from '../support/identity-builders.ts';
import { oneOfEach } from '../support/one-of-each.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

const ABOUT_HER = '[Heron 31] told of the wolfhound that she buried behind the allotment.';
const HERS = ['wolfhound', 'allotment', 'heron 31', 'zephyrine', 'oglethorpe'];

// Columns of words that erasing leaves as they are, each with its reason; everything else has to be swept.
const LEFT: Record<string, string> = {
  'agencies.*': 'an agency is no participant',
  'memberships.name': 'somebody of the team',
  'invitations.*': 'somebody of the team or of an agency',
  'phases.name': 'a stretch of fieldwork',
  'themes.name': 'left to people, who are shown it before',
  'summaries.*': 'left to people, who are shown them before',
  'summary_publications.*': 'has left the team already',
  'participants.pseudonym': 'somebody else’s; the erased person’s own is tried by what is left at the end',
  'participants.role': 'one of a few words',
  'codings.*': 'words of a revision, which go with its lines',
  'note_revisions.*': 'the two notes below have them',
  'note_paragraphs.*': 'the newest revision, which erasing writes anew',
  'note_search.document': 'the same',
  'events.*': 'never any words: test/audit/no-words.test.ts',
  'erasures.*': 'ids and numbers',
  'withdrawals.*': 'ids, numbers and classes',
  'withdrawal_choices.*': 'ids',
  'files_to_remove.stored_name': 'a generated name',
  'trail_links.hash': 'a digest',
  'attachments.media_type': 'what the program found the file to be',
  'attachments.sha256': 'a digest',
  'attachments.stored_name': 'a generated name',
  'identities.*': 'encrypted; the row of the erased person goes',
  'deidentification_log.ciphertext': 'encrypted; what stood for the erased person goes',
  'deidentification_log.nonce': 'the same',
  'deidentification_log.key_id': 'the name of a key',
  'exchange_origins.guid': 'a GUID',
  'exchange_origins.kind': 'the name of an element of the format',
  'note_import_documents.kind': 'what the program found the file to be',
  'note_import_files.stored_name': 'a generated name',
  'exchange_sources.raw': 'goes whole with the words of its note: tried below',
};
const isLeft = (table: string, column: string): boolean => `${table}.*` in LEFT || `${table}.${column}` in LEFT;

/** Every table as text, and every file in the folders of the installation, as their owner reads them. */
async function everything(): Promise<[place: string, text: string][]> {
  const { relations } = await readRelations(t.owner);
  const found: [string, string][] = [];
  for (const { name } of relations) {
    const { rows } = await t.owner.raw<{ rows: { text: string }[] }>(`select x::text as text from "${name}" x`);
    // Bytes too: as PostgreSQL writes them, in hexadecimal.
    for (const { text } of rows)
      found.push([
        name,
        text + text.replaceAll(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('utf8')),
      ]);
  }
  const { uploadsFolder } = t.config;
  for (const entry of readdirSync(uploadsFolder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) found.push([entry.name, readFileSync(path.join(entry.parentPath, entry.name), 'latin1')]);
  return found;
}
const whereIsShe = async (): Promise<string[]> =>
  (await everything()).flatMap(([place, text]) =>
    HERS.filter((word) => text.toLowerCase().includes(word)).map((word) => `${place}: ${word}`),
  );

test('no table, file or stored export has a word of somebody erased · whatever holds words, read from the catalogue', async () => {
  const cast = await aFullStudy(t.owner);
  const studyId = cast.study.id;
  const by = cast.researcher.membershipId;
  const administrator = await aPerson(t.owner, { isAdministrator: true });
  const ids = await oneOfEach(t, cast);
  const person = await aParticipant(t.owner, studyId, cast.agency.id, { pseudonym: 'Heron 31' });
  await anIdentity(t.owner, studyId, {
    participantId: person.id,
    by,
    fullName: 'Zephyrine Oglethorpe',
    otherNames: [],
  });
  const visited = { visitId: cast.visit.id, by };
  const hers = await aNote(t.owner, studyId, { ...visited, title: 'Heron 31 at home', body: `ON: ${ABOUT_HER}` });
  // A raw text that calls her what nobody has written down anywhere else, and the replacement of it.
  const raw = await aNote(t.owner, studyId, { ...visited, title: 'Oglethorpe’s day', body: 'ON: Oglethorpie wept.' });
  const replaced = await aReplacement(t.owner, studyId, { note: raw, by, original: 'Oglethorpie' });
  const place = { participant_id: person.id, start_position: 4, end_position: 15, replacement: '[Heron 31]' };
  await t.owner('deidentification_log').where({ id: replaced.id }).update(place);
  await t.owner('exchange_sources').insert({
    note_id: hers.id,
    study_id: studyId,
    raw: Buffer.from(`\ufeff${ABOUT_HER}`),
  });
  const visitor = { visit_id: cast.visit.id, study_id: studyId, participant_id: person.id, consent: 'consented' };
  await t.owner('visit_participants').insert(visitor);
  await t.owner('visit_observers').insert({
    visit_id: cast.visit.id,
    study_id: studyId,
    membership_id: by,
    gold_role: 'complete-observer',
  });
  await t.owner('retention_reviews').insert({
    id: newId(),
    study_id: studyId,
    class: 'notes',
    review_on: '2031-01-01',
    reason: 'x',
    set_by: by,
  });

  // Her words in every column that takes them.
  const { relations } = await readRelations(t.owner);
  const [filled, empty]: [string[], string[]] = [[], []];
  for (const { name, columns, hasStudy } of relations) {
    if (!hasStudy) continue;
    for (const { name: column, type } of columns) {
      if (!/^(text|character varying|json|jsonb|bytea|tsvector|text\[\])$/.test(type) || isLeft(name, column)) continue;
      const value =
        type.startsWith('json') || column === 'content'
          ? `'{"words": "${ABOUT_HER}"}'`
          : type === 'text[]'
            ? `array['${ABOUT_HER}']`
            : `'${ABOUT_HER}'`;
      const change = type === 'jsonb' ? `"${column}" || ${value}::jsonb` : value;
      const outcome = await t.owner
        .transaction((trx) =>
          trx.raw<{ rowCount: number }>(
            `update "${name}" set "${column}" = ${change}
              where ctid = (select ctid from "${name}" where study_id = ? order by ctid desc limit 1)`,
            [studyId],
          ),
        )
        .then(({ rowCount }) => (rowCount > 0 ? 'filled' : 'empty'))
        // A check, a key, or a type that takes no words.
        .catch((error: { code?: string }) => {
          if (/^2[23]/.test(error.code ?? '')) return 'refused';
          throw error;
        });
      if (outcome === 'filled') filled.push(`${name}.${column}`);
      if (outcome === 'empty') empty.push(`${name}.${column}`);
    }
  }
  // A table without a row is not tried: give it one in oneOfEach().
  expect(empty).toEqual([]);
  expect(filled).toEqual(expect.arrayContaining(['memos.body', 'exchange_origins.content', 'settlements.reason']));

  // And what stands outside the study: the preview of its import, a form that waits, the files on the disk.
  const imported = await aProjectImport(t.owner, { personId: administrator.id });
  const preview = JSON.stringify({ name: ABOUT_HER });
  await t.owner('project_imports').where(imported).update({ founded: studyId, preview, file_name: 'Heron 31.qdpx' });
  const unsent = { by: cast.researcher.id, path: `${cast.study.path}/memos`, fields: [['body', `So ${ABOUT_HER}`]] };
  const sess = JSON.stringify({ cookie: {}, unsent });
  await t.owner('sessions').insert({ sid: newId(), sess, expire: new Date(Date.now() + 3_600_000) });
  const incoming = path.join(t.config.uploadsFolder, 'incoming');
  await mkdir(incoming, { recursive: true });
  await writeFile(path.join(incoming, `${ids.projectExport}.export`), ABOUT_HER);
  const { stored_name: stored } = await t.owner('attachments').where({ id: ids.attachment }).first('stored_name');
  await writeFile(path.join(t.config.uploadsFolder, stored), 'a picture of Zephyrine Oglethorpe');
  await t.owner('attachments').where({ id: ids.attachment }).update({ note_id: hers.id });
  const { stored_name: waiting } = await t
    .owner('note_import_files')
    .where({ document_id: ids.document })
    .first('stored_name');
  await writeFile(path.join(t.config.uploadsFolder, waiting), ABOUT_HER);
  expect(new Set((await whereIsShe()).map((line) => line.split(':')[0])).size).toBeGreaterThan(20);

  const asker = await BrowserSession.as(t.app, cast.researcher);
  const id = newId();
  const asked = { id, scope: 'erasure', withdrawnOn: '2011-12-01', attachments: ids.attachment! };
  expect((await asker.post(`${cast.study.path}/participants/${person.id}/withdrawals`, asked)).status).toBe(303);
  const second = await BrowserSession.as(t.app, cast.colleague);
  const page = `${cast.study.path}/withdrawals/${id}`;
  const digest = (await second.page(page))('input[name="digest"]').attr('value') ?? '';
  const done = await second.post(`${page}/confirmation`, { digest, pseudonym: 'Heron 31' });
  expect([done.status, done.text]).toEqual([303, expect.anything()]);

  expect(await whereIsShe()).toEqual([]);
  expect(existsSync(path.join(incoming, `${ids.projectExport}.export`))).toBe(false);
  expect(existsSync(path.join(t.config.uploadsFolder, stored))).toBe(false);
  expect(existsSync(path.join(t.config.uploadsFolder, waiting))).toBe(false);
  // What was kept of imports is still what it was kept as.
  for (const content of await t.owner('exchange_origins').where({ study_id: studyId }).pluck('content'))
    expect(JSON.parse(content as string)).toBeInstanceOf(Object);
  const bodies = await t.owner('note_revisions').where({ note_id: raw.id }).pluck('body');
  expect([...new Set(bodies)]).toEqual(['ON: [erased on request]']);
}, 120_000);
