import type { Transaction } from '../database/connection.ts';
import type { ThingKind } from './event-words.ts';

/** What an event was about, as it is called now. `place` is its page below the study; null where it has none, or is removed. */
export type Thing = { kind: ThingKind; id: string; name: string; place: string | null };

const NOTE_TITLE = `coalesce((select nullif(title, '') from note_revisions
  where note_revisions.note_id = notes.id and note_revisions.number = notes.latest_revision), 'without a title')`;

// Each gives id, name and place of those of its things whose id is asked for.
const SELECTS: Record<ThingKind, string> = {
  agency: `select id, 'the agency ' || code as name, 'agencies/' || id as place from agencies`,
  attachment: `select attachments.id, 'a file of the note “' || ${NOTE_TITLE} || '”' as name,
      'notes/' || notes.id || '/attachments' as place
    from attachments join notes on notes.id = attachments.note_id`,
  coding: `select codings.id, 'of “' || themes.name || '” in the note “' || ${NOTE_TITLE} || '”' as name,
      case when notes.removed_at is null then 'notes/' || notes.id || '/coding#coding-' || codings.id end as place
    from codings join themes on themes.id = codings.theme_id join notes on notes.id = codings.note_id`,
  disclosure: `select id, 'an export for people outside the team' as name, 'disclosures/' || id as place from disclosures`,
  'double-coding': `select double_codings.id, 'the note “' || ${NOTE_TITLE} || '”' as name, 'notes/' || notes.id as place
    from double_codings join notes on notes.id = double_codings.note_id`,
  export: `select id, 'export ' || number as name, 'exports/' || id as place from exports`,
  invitation: `select id, name, 'members' as place from invitations`,
  member: `select id, name, 'members' as place from memberships`,
  memo: `select id, 'a memo' as name, case when removed_at is null then 'memos/' || id || '/edit' end as place from memos`,
  note: `select notes.id, 'the note “' || ${NOTE_TITLE} || '”' as name,
      case when notes.removed_at is null then 'notes/' || notes.id end as place from notes`,
  participant: `select participants.id, participants.pseudonym as name, 'agencies/' || agency_id as place from participants`,
  person: `select person_id as id, name, 'members' as place from memberships`,
  phase: `select id, 'the phase “' || name || '”' as name, null as place from phases`,
  'project-export': `select id, 'file ' || number || ' of the whole study' as name, 'project-exports/' || id as place
    from project_exports`,
  query: `select id, 'the query “' || name || '”' as name,
      case when removed_at is null then 'queries/' || id end as place from saved_queries`,
  settlement: `select settlements.id, 'on “' || themes.name || '” in the note “' || ${NOTE_TITLE} || '”' as name,
      'agreement/notes/' || notes.id as place
    from settlements join themes on themes.id = settlements.theme_id join notes on notes.id = settlements.note_id`,
  summary: `select id, 'the summary “' || title || '”' as name,
      case when removed_at is null then 'summaries/' || id end as place from summaries`,
  theme: `select id, 'the theme “' || name || '”' as name,
      case when removed_at is null then 'themes/' || id end as place from themes`,
  visit: `select visits.id, 'the visit to ' || agencies.code || ' on '
      || to_char(visits.starts_at at time zone studies.time_zone, 'FMDD FMMonth YYYY') as name,
      case when visits.removed_at is null then 'visits/' || visits.id end as place
    from visits join agencies on agencies.id = visits.agency_id join studies on studies.id = visits.study_id`,
};

/** Those of the things that the reader's study still has, by kind and id; what is gone is not among them. */
export async function listThings(
  trx: Transaction,
  asked: readonly { kind: ThingKind; id: string }[],
): Promise<Map<string, Thing>> {
  const parts = [...new Set(asked.map(({ kind }) => kind))].map((kind) => ({
    kind,
    ids: [...new Set(asked.filter((each) => each.kind === kind).map(({ id }) => id))],
  }));
  if (parts.length === 0) return new Map();
  const { rows } = await trx.raw<{ rows: Thing[] }>(
    parts
      .map(
        ({ kind }) => `select '${kind}' as kind, id, name, place from (${SELECTS[kind]}) as named where id = any (?)`,
      )
      .join(' union all '),
    parts.map((part) => part.ids),
  );
  return new Map(rows.map((thing) => [`${thing.kind} ${thing.id}`, thing]));
}
