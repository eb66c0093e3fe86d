import { listThemes } from '../../codebook/theme-queries.ts';
import { pathText, themesInOrder } from '../../codebook/theme-tree.ts';
import type { Transaction } from '../../database/connection.ts';
import { rowsOf } from '../../database/cursor.ts';
import { maskWithheld } from '../../notes/withheld.ts';
import { EVERYTHING, type ExtractFilter } from '../extract-filter.ts';
import { type Asked, extracts, inReadingOrder, listChoices } from '../extract-queries.ts';
import { instant, thatLeave } from '../extract-source-queries.ts';
import type { TidyRow, TidySource } from './tidy-tables.ts';

type Only = ExtractFilter['deidentified'];

/** The rows of each table, under the reader's own policies; each is read when its turn comes. */
export async function listTidyTables(
  trx: Transaction,
  timeZone: string,
  deidentified: Only,
): Promise<TidySource['tables']> {
  const wanted: Asked = { filter: { ...EVERYTHING, deidentified }, choices: await listChoices(trx), timeZone };
  return {
    agencies: rowsOf(
      trx,
      trx('agencies')
        .orderBy(['name', 'id'])
        .select({ agency_id: 'id', agency_code: 'code', agency_name: 'name', sector: 'sector', status: 'status' }),
    ),
    visits: listVisitRows(trx, timeZone),
    notes: listNoteRows(trx, deidentified),
    themes: listThemeRows(trx),
    codings: rowsOf(
      trx,
      inReadingOrder(thatLeave(extracts(trx, wanted)))
        .join('note_revisions', 'note_revisions.id', 'codings.revision_id')
        .select({
          coding_id: 'codings.id',
          note_id: 'codings.note_id',
          theme_id: 'codings.theme_id',
          coder_id: 'codings.coder_id',
          revision: 'note_revisions.number',
          start: 'codings.start_position',
          end: 'codings.end_position',
          paragraph_label: 'codings.paragraph_label',
          coded_at: trx.raw(instant('codings.created_at')),
          needs_review: trx.raw(`case when codings.needs_review_at is null then 'no' else 'yes' end`),
          quote: 'codings.quote',
        }),
    ),
    members: rowsOf(
      trx,
      trx('memberships')
        .whereNot('role', 'agency')
        .orderBy(['name', 'id'])
        .select({ member_id: 'id', name: 'name', role: 'role' }),
    ),
  };
}

/** How many rows all tables have. */
export async function countTidyRows(trx: Transaction, timeZone: string, deidentified: Only): Promise<number> {
  const wanted: Asked = { filter: { ...EVERYTHING, deidentified }, choices: await listChoices(trx), timeZone };
  const row = await thatLeave(extracts(trx, wanted)).first({
    count:
      trx.raw(`count(*) + (select count(*) from agencies) + (select count(*) from memberships where role <> 'agency')
      + (select count(*) from visits where removed_at is null) + (select count(*) from themes where removed_at is null)
      + (select count(*) from notes join visits on visits.id = notes.visit_id
          where notes.latest_revision > 0 and notes.removed_at is null and visits.removed_at is null)`),
  });
  return Number(row?.count ?? 0);
}

function listVisitRows(trx: Transaction, timeZone: string): AsyncIterable<TidyRow> {
  return rowsOf(
    trx,
    trx('visits')
      .join('phases', 'phases.id', 'visits.phase_id')
      .whereNull('visits.removed_at')
      .orderBy(['visits.starts_at', 'visits.id'])
      .select({
        visit_id: 'visits.id',
        agency_id: 'visits.agency_id',
        phase: 'phases.name',
        phase_order: trx.raw('dense_rank() over (order by phases.position, phases.id)::int'),
        visit_date: trx.raw(`to_char(visits.starts_at at time zone ?, 'YYYY-MM-DD')`, [timeZone]),
        starts_at: trx.raw(instant('visits.starts_at')),
        ends_at: trx.raw(instant('visits.ends_at')),
        minutes: trx.raw('round(extract(epoch from visits.ends_at - visits.starts_at) / 60)::int'),
        setting: 'visits.setting',
        purpose: 'visits.purpose',
        observers: trx.raw(`(select count(*)::int from visit_observers where visit_observers.visit_id = visits.id)`),
        participants: trx.raw(
          `(select count(*)::int from visit_participants where visit_participants.visit_id = visits.id)`,
        ),
        others_present: 'visits.unnamed_count',
      }),
  );
}

type NoteRow = TidyRow & { body: string | null; withheld: { start: number; end: number }[] | null };

async function* listNoteRows(trx: Transaction, deidentified: Only): AsyncGenerator<TidyRow> {
  // A text that is kept for its author and the lead does not leave, whoever asks, nor one that is left out: its row does.
  const query = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .leftJoin('note_revisions as latest', (join) => {
      void join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision').onNull('latest.kept_for');
      if (deidentified === 'only') void join.on(trx.raw(`notes.deidentification <> 'raw'`));
    })
    .where('notes.latest_revision', '>', 0)
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .orderBy(['visits.starts_at', 'notes.id'])
    .select({
      note_id: 'notes.id',
      visit_id: 'notes.visit_id',
      author_id: 'notes.author_id',
      revision: 'notes.latest_revision',
      begun_at: trx.raw(instant('notes.created_at')),
      saved_at: trx.raw(instant('latest.saved_at')),
      finished_at: trx.raw(instant('notes.completed_at')),
      write_up_lag_minutes: trx.raw('round((extract(epoch from notes.write_up_lag) / 60)::numeric, 1)::float8'),
      deidentification: 'notes.deidentification',
      text_leaves: trx.raw(`case when latest.id is null then 'no' else 'yes' end`),
      title: 'latest.title',
      body: 'latest.body',
      withheld: trx.raw(`(select json_agg(distinct jsonb_build_object('start', w.start_position, 'end', w.end_position))
        from note_withheld w where w.revision_id = latest.id)`),
    });
  for await (const { body, withheld, ...row } of rowsOf<NoteRow>(trx, query))
    yield { ...row, text: body === null ? null : maskWithheld(body, 0, withheld ?? []) };
}

async function* listThemeRows(trx: Transaction): AsyncGenerator<TidyRow> {
  for (const [index, theme] of themesInOrder(await listThemes(trx)).entries())
    yield {
      theme_id: theme.id,
      parent_id: theme.parentId,
      order: index + 1,
      level: theme.depth + 1,
      name: theme.name,
      path: pathText(theme.path),
      definition: theme.definition,
      when_to_use: theme.whenToUse,
      when_not_to_use: theme.whenNotToUse,
      example: theme.example,
      colour: theme.colour,
      retired: theme.retiredAt === null ? 'no' : 'yes',
    };
}
