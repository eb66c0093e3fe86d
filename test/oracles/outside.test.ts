import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { aParticipant, aTheme } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aDiscloser } from '../disclosure/disclosing.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { sheetOf, textOf } from './office.ts';

// LibreOffice opens what leaves the team, and reads labels where names were.

const t = useTestApp();
const TIMEOUT = 300_000;

async function aKnownSam() {
  const cast = await aDiscloser(t);
  await t.owner('agencies').where({ id: cast.agency.id }).update({ name: 'Harbour Steps', code: 'HAR' });
  const sam = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Ray' });
  const identity = { participantId: sam.id, by: cast.lead.membershipId, contact: '0161 496 0123' };
  await anIdentity(t.owner, cast.study.id, identity);
  const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId, name: 'What Sam wants' });
  const quote = 'SAM OKAFOR (call +44 161 4960123) sat 👋🏽 at Harbour Steps.';
  const extract = await anExtract(t.owner, cast, { quote, title: 'A day with Samuel', themeId: theme.id });
  return { ...cast, extract };
}

const QUOTE = '[Ray] (call [telephone number of Ray]) sat 👋🏽 at [Agency A].';
const NAMES = /sam|okafor|harbour|HAR\b|0161|4960123/i;

test(
  'a workbook for people outside · opens with labels in every sheet',
  async () => {
    const cast = await aKnownSam();
    const bytes = (await cast.letGo({ format: 'xlsx' })).file.body as Buffer;
    const sheets = [
      await sheetOf(bytes, 1, 'Extracts'),
      await sheetOf(bytes, 2, 'Themes'),
      await sheetOf(bytes, 3, 'Filter and counts'),
    ];
    const [row] = parse(sheets[0]!, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ Quote: QUOTE, 'Visit date': '2011-11' });
    expect(Object.values(row!)).toContain('A day with [Ray]');
    expect(sheets[1]).toContain('What [Ray] wants');
    expect(sheets[2]).toContain('People outside the research team');
    for (const sheet of sheets) expect(sheet).not.toMatch(NAMES);
  },
  TIMEOUT,
);

test(
  'documents for people outside · open with labels: extracts and one note',
  async () => {
    const cast = await aKnownSam();
    const asked: Record<string, string>[] = [{ format: 'docx' }, { format: 'note-docx', note: cast.extract.note.id }];
    for (const fields of asked) {
      const text = await textOf((await cast.letGo(fields)).file.body as Buffer);
      expect(text).toContain(QUOTE);
      expect(text).toContain('A day with [Ray]');
      expect(text).toContain('What [Ray] wants');
      expect(text).toContain('People outside the research team: known names are replaced');
      expect(text).not.toMatch(NAMES);
    }
  },
  TIMEOUT,
);
