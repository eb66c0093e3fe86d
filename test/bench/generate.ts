import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { newId } from '../../server/shared/ids.ts';

export type Size = { notes: number; codings: number };

/** Ids of what was made, enough to ask for it: every note, agency and top theme. */
export type Generated = { noteIds: string[]; agencyIds: string[]; themeIds: string[]; topThemeIds: string[] };

const NOTES_A_VISIT = 4;
const AGENCIES = 6;
const TOP_THEMES = 9;
const SUB_THEMES = 4;
const WORDS =
  'the worker held a door open for member and asked about café garden group while rain fell on street outside they spoke of choir trust bus fares old friends new work kitchen tea morning slowly laughing nobody hurried because plan was theirs'.split(
    ' ',
  );

/** The same numbers at every run: a generated study is the same study. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Fills the study `studyId` by COPY, as the database's owner. `coders` are memberships. Code points equal UTF-16 units. */
export async function generateStudy(
  url: string,
  { studyId, coders, size }: { studyId: string; coders: string[]; size: Size },
): Promise<Generated> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await fill(client, { studyId, coders, size });
  } finally {
    await client.end();
  }
}

async function fill(
  client: pg.Client,
  { studyId, coders, size }: { studyId: string; coders: string[]; size: Size },
): Promise<Generated> {
  const dice = createDice(20_101);
  const ids = (count: number) => Array.from({ length: count }, () => newId());
  const made: Generated = {
    noteIds: ids(size.notes),
    agencyIds: ids(AGENCIES),
    themeIds: [],
    topThemeIds: ids(TOP_THEMES),
  };
  const [author] = coders;

  await copyRows(client, 'agencies (id, study_id, name, code, sector)', function* () {
    for (const [index, id] of made.agencyIds.entries())
      yield [id, studyId, `Agency no. ${index}`, `BENCH${index}`, 'third sector'];
  });
  const phases = ids(2);
  await copyRows(client, 'phases (id, study_id, name, position)', function* () {
    for (const [index, id] of phases.entries()) yield [id, studyId, `Bench phase ${index + 1}`, index];
  });
  await copyRows(client, 'themes (id, study_id, parent_id, name, colour, position, created_by)', function* () {
    for (const [index, id] of made.topThemeIds.entries()) {
      yield [id, studyId, null, `Process ${index + 1}`, '#1d70b8', index, author];
      for (let sub = 0; sub < SUB_THEMES; sub += 1) {
        const subId = newId();
        made.themeIds.push(subId);
        yield [subId, studyId, id, `Part ${sub + 1} of process ${index + 1}`, '#4c2c92', sub, author];
      }
    }
  });

  const visits = ids(Math.ceil(size.notes / NOTES_A_VISIT));
  await copyRows(
    client,
    'visits (id, study_id, agency_id, phase_id, setting, starts_at, ends_at, created_by)',
    function* () {
      for (const id of visits) {
        const start = Date.UTC(2010, 9, 1) + dice(430 * 24 * 60) * 60_000;
        const [from, to] = [new Date(start).toISOString(), new Date(start + 7_200_000).toISOString()];
        yield [id, studyId, made.agencyIds[dice(AGENCIES)], phases[dice(2)], 'The cafe', from, to, author];
      }
    },
  );
  await copyRows(client, 'notes (id, study_id, visit_id, author_id, latest_revision)', function* () {
    for (const [index, id] of made.noteIds.entries())
      yield [id, studyId, visits[Math.floor(index / NOTES_A_VISIT)], author, 1];
  });
  const bodies = createBodies(dice);
  const revisions = ids(size.notes);
  await copyRows(client, 'note_revisions (id, study_id, note_id, number, title, body, saved_by)', function* () {
    for (const [index, id] of revisions.entries())
      yield [
        id,
        studyId,
        made.noteIds[index],
        1,
        `Bench note ${index}, morning`,
        bodies[index % bodies.length],
        author,
      ];
  });
  await copyRows(
    client,
    'codings (id, study_id, note_id, revision_id, theme_id, coder_id, start_position, end_position, quote, context_before, context_after, paragraph_label)',
    function* () {
      const perNote = Math.ceil(size.codings / size.notes);
      for (let index = 0; index < size.codings; index += 1) {
        const note = Math.floor(index / perNote);
        const body = bodies[note % bodies.length]!;
        // Each begins somewhere of its own: the same passage, theme and coder twice would be refused.
        const room = Math.floor((body.length - 400) / perNote);
        const start = (index % perNote) * room + dice(room);
        const end = start + 40 + dice(240);
        yield [
          newId(),
          studyId,
          made.noteIds[note],
          revisions[note],
          made.themeIds[dice(made.themeIds.length)],
          coders[dice(coders.length)],
          start,
          end,
          body.slice(start, end),
          body.slice(Math.max(0, start - 60), start),
          body.slice(end, end + 60),
          'ON',
        ];
      }
    },
  );
  await client.query('vacuum analyze');
  return made;
}

// A few hundred different texts of about 4,000 characters: the database does not care that they come again.
function createBodies(dice: (below: number) => number): string[] {
  return Array.from({ length: 400 }, () => {
    const paragraphs = Array.from({ length: 12 }, () => {
      const words = Array.from({ length: 60 }, () => WORDS[dice(WORDS.length)]);
      return `${words.join(' ')}, “and so on”.`;
    });
    return paragraphs.join('\n');
  });
}

type Cell = string | number | null | undefined;

async function copyRows(client: pg.Client, target: string, rows: () => Iterable<Cell[]>): Promise<void> {
  const stream = client.query(copyFrom(`copy ${target} from stdin`));
  let batch = '';
  for (const row of rows()) {
    batch += `${row.map(escapeCell).join('\t')}\n`;
    if (batch.length < 65_536) continue;
    if (!stream.write(batch)) await once(stream, 'drain');
    batch = '';
  }
  stream.end(batch);
  await finished(stream);
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': String.raw`\n`,
  '\t': String.raw`\t`,
  '\r': String.raw`\r`,
};

function escapeCell(cell: Cell): string {
  if (cell === null || cell === undefined) return String.raw`\N`;
  return String(cell).replaceAll(/[\\\n\t\r]/g, (character) => ESCAPES[character]!);
}
