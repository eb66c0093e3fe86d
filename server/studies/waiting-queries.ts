import type { Transaction } from '../database/connection.ts';
import type { DataClass, Disposable } from '../retention/retention.ts';

type Asked = { id: string; askedBy: string; askedAt: string };

/** What waits for a member: only what they may do themselves. */
export type Waiting = {
  disposals: (Asked & { class: Disposable })[];
  erasures: (Asked & { pseudonym: string })[];
  /** Finished raw notes that they may read, others' texts to check, checked ones to release. */
  raw: number;
  toCheck: number;
  toRelease: number;
  /** Codings whose words have changed: their own, or for the lead everybody's. */
  codings: number;
  /** For the lead alone: what the review dates follow from. */
  retention: {
    moved: { class: DataClass; reviewOn: string }[];
    from: string;
    disposed: { class: Disposable; on: string }[];
  } | null;
};

/** In one statement: every home page asks for it. */
export async function findWaiting(
  trx: Transaction,
  { membershipId, role }: { membershipId: string; role: string },
): Promise<Waiting> {
  const { rows } = await trx.raw<{ rows: { waiting: Waiting }[] }>(
    `with steps as (
       select count(*) filter (where deidentification = 'raw' and completed_at is not null)::int as raw,
              count(*) filter (where deidentification = 'de-identified' and deidentified_by <> :me)::int as to_check,
              count(*) filter (where deidentification = 'checked' and (checked_by = :me or :isLead))::int as to_release
         from notes
         join visits on visits.id = notes.visit_id and visits.removed_at is null
         join note_revisions on note_revisions.note_id = notes.id and note_revisions.number = notes.latest_revision
        where notes.removed_at is null and notes.deidentification <> 'releasable'
     )
     select json_build_object(
       'disposals', coalesce((
         select json_agg(json_build_object('id', d.id, 'class', d.class, 'askedBy', m.name, 'askedAt', d.requested_at)
                         order by d.requested_at)
           from disposals d join memberships m on m.id = d.requested_by
          where d.confirmed_at is null and d.cancelled_at is null and d.requested_by <> :me), '[]'),
       'erasures', coalesce((
         select json_agg(json_build_object('id', w.id, 'pseudonym', p.pseudonym, 'askedBy', m.name, 'askedAt', w.requested_at)
                         order by w.requested_at)
           from withdrawals w join memberships m on m.id = w.requested_by join participants p on p.id = w.participant_id
          where w.scope = 'erasure' and w.confirmed_at is null and w.cancelled_at is null and w.requested_by <> :me), '[]'),
       'raw', steps.raw, 'toCheck', steps.to_check, 'toRelease', steps.to_release,
       'codings', (
         select count(*)::int from codings
           join notes on notes.id = codings.note_id and notes.removed_at is null
           join visits on visits.id = notes.visit_id and visits.removed_at is null
           join themes on themes.id = codings.theme_id and themes.removed_at is null
          where codings.needs_review_at is not null and codings.removed_at is null
            and (:isLead or codings.coder_id = :me)
            and exists (select from note_revisions where note_id = notes.id and number = notes.latest_revision)),
       'retention', case when :isLead then json_build_object(
         'moved', coalesce((
           select json_agg(json_build_object('class', class, 'reviewOn', to_char(review_on, 'YYYY-MM-DD')))
             from (select distinct on (class) class, review_on from retention_reviews order by class, set_at desc) as last),
           '[]'),
         'from', (
           select to_char(coalesce((select max(ends_at) from visits where removed_at is null), created_at)
                          at time zone time_zone, 'YYYY-MM-DD') from studies),
         'disposed', coalesce((
           select json_agg(json_build_object('class', class, 'on',
                    to_char(confirmed_at at time zone (select time_zone from studies), 'YYYY-MM-DD')))
             from disposals where done_at is not null), '[]')) end
       ) as waiting
     from steps`,
    { me: membershipId, isLead: role === 'lead' },
  );
  return rows[0]!.waiting;
}
