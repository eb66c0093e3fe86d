import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadDemonstration } from '../../seeds/demonstration.ts';
import { hashPassword } from '../../server/accounts/password.ts';
import { formatDate } from '../../server/shared/dates.ts';
import { FORMATS, isOfNote } from '../../server/disclosure/formats.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { PASSWORD } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { disclosing } from './disclosing.ts';
import { plantNames, TOLD } from './plant-names.ts';
import { everythingIn, type KnownNames, namesIn } from './search-bytes.ts';

const t = useTestApp();
const LEAD = 'ruth.calloway@university.example';
const real = new Map<string, string[]>();
let session: BrowserSession;

beforeAll(async () => {
  await loadDemonstration(t.owner);
  await t
    .owner('people')
    .where({ email: LEAD })
    .update({ password_hash: await hashPassword(PASSWORD) });
  for (const name of ['Connecting People', 'RISE']) {
    const { id, by } = await t
      .owner('studies')
      .join('memberships', 'memberships.study_id', 'studies.id')
      .where({ 'studies.name': name, role: 'lead' })
      .first({ id: 'studies.id', by: 'memberships.id' });
    real.set(name, await plantNames(t.owner, { studyId: id, by, uploads: t.config.uploadsFolder }));
  }
  session = await BrowserSession.as(t.app, { email: LEAD, password: PASSWORD });
}, 120_000);

const CASES = ['Connecting People', 'RISE'].flatMap((study) => FORMATS.map((format) => [study, format] as const));

describe('what leaves the team holds no known name', () => {
  test.each(CASES)('%s as %s', async (study, format) => {
    const { id } = await t.owner('studies').where({ name: study }).first('id');
    const { letGo } = disclosing(t, { path: `/studies/${id}` }, session);
    const { note_id: note } = await t.owner('codings').where({ study_id: id }).whereLike('quote', '%Zw%').first();
    const { file } = await letGo({ format, ...(isOfNote(format) && { note }) });
    const agencies: { name: string; code: string }[] = await t.owner('agencies').where({ study_id: id });
    const members: string[] = await t.owner('memberships').where({ study_id: id }).pluck('name');
    const people = real.get(study)!;
    const untold = [...(await idsOf(id)), ...(await daysOf(id))];
    const parts = [...people, ...members].flatMap((name) => name.split(' ')).filter((part) => part !== 'Dr');
    const known = {
      anywhere: [...people, ...TOLD, ...untold, 'Qxosslyn'],
      // A robin is a bird too: in small letters it is pointed at.
      words: [...members, ...parts.filter((part) => part !== 'Robin'), ...agencies.map(({ name }) => name)],
      exact: [...agencies.map(({ code }) => code), 'Robin', 'ROBIN', 'RISE', 'Orchard Lane', 'Newbridge'],
    };
    const pieces = [
      { name: 'the head', bytes: Buffer.from(JSON.stringify(file.headers)), isPacked: false },
      ...(await everythingIn(file.body as Buffer, format)),
    ];
    const found = pieces.flatMap(({ name, bytes, isPacked }) =>
      namesIn(bytes, isPacked ? long(known) : known).map((one) => `${name}: ${one}`),
    );
    expect(found).toEqual([]);
    // There was something to find: labels stand where names were.
    const label = /qdc|codebook/.test(format) ? /’s aunt/ : /\[(?:Member|Director) \d+\]/;
    expect(pieces.some(({ bytes }) => label.test(bytes.toString('utf8')))).toBe(true);
  });
});

// Ids are made of the time, and stand in addresses that an agency's staff can see.
async function idsOf(study: string): Promise<string[]> {
  const tables = ['agencies', 'memberships', 'participants', 'visits', 'notes', 'note_revisions', 'codings', 'memos'];
  const found = await Promise.all(
    tables.map((table): Promise<string[]> => t.owner(table).where({ study_id: study }).pluck('id')),
  );
  return found.flat();
}

// The days of visits, and those on which people wrote and coded. The day of the export itself is told, and a project has
// the first of a month for the month.
async function daysOf(study: string): Promise<string[]> {
  const { rows } = await t.owner.raw<{ rows: { at: Date }[] }>(
    `select starts_at as at from visits where study_id = :study union select created_at from notes where study_id = :study
     union select created_at from codings where study_id = :study union select written_at from memos where study_id = :study`,
    { study },
  );
  const today = new Date().toISOString().slice(0, 10);
  const days = rows.filter(({ at }) => at.toISOString().slice(0, 10) !== today && at.getUTCDate() > 1);
  expect(days.length).toBeGreaterThan(5);
  return [...new Set(days.flatMap(({ at }) => [at.toISOString().slice(0, 10), formatDate(at, 'Europe/London')]))];
}

// Packed bytes are chance: two letters stand in them anyway.
function long({ anywhere, words, exact }: KnownNames): KnownNames {
  const isLong = (name: string): boolean => name.length > 5;
  return { anywhere: anywhere.filter(isLong), words: words.filter(isLong), exact: exact.filter(isLong) };
}

test('what is searched finds a name in whatever way it is written', () => {
  const known = { anywhere: ['Zwaké'], words: ['Jo'], exact: ['BSC'] };
  for (const bytes of [
    Buffer.from('zwake'),
    Buffer.from('x ZWAKE\u0301 y'),
    Buffer.from('Zwaké', 'utf16le'),
    Buffer.from('xZwaké', 'utf16le').subarray(1),
    Buffer.from('xZwaké', 'utf16le').swap16(),
    Buffer.from('Zwak&#233;'),
    Buffer.from('Zwak&#xE9;'),
    Buffer.from(String.raw`Zwak\u00e9`),
  ])
    expect(namesIn(bytes, known)).toEqual(['Zwaké']);
  expect(namesIn(Buffer.from('JO, bsc and BSC'), known)).toEqual(['Jo', 'BSC']);
  expect(namesIn(Buffer.from('John BSCs'), known)).toEqual([]);
});
