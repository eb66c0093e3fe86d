import type { Knex } from 'knex';
import type { Link } from './chain.ts';
import { type ChainRow, linkOf } from './trail-queries.ts';

/** Every chain that has something in it, as the database's owner sees them; `studyId` null for accounts. */
export async function listChains(owner: Knex): Promise<{ studyId: string | null; name: string }[]> {
  const { rows } = await owner.raw<{ rows: { studyId: string | null; name: string }[] }>(
    `select id as "studyId", name from studies union all select null, 'Accounts' order by 2, 1`,
  );
  return rows;
}

/** Links of one chain from number `after` on, in order, each with its event. */
export async function listLinksOf(owner: Knex, studyId: string | null, after: number, limit: number): Promise<Link[]> {
  const { rows } = await owner.raw<{ rows: ChainRow[] }>(
    `select trail_links.number, trail_links.hash, trail_links.linked_at, events.id::text,
            to_char(events.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, events.study_id::text,
            events.person_id::text, events.membership_id::text, events.kind, events.subject_id::text,
            events.before::text, events.after::text, events.request_id
       from trail_links left join events on events.id = trail_links.event_id
      where ${studyId === null ? 'trail_links.study_id is null' : 'trail_links.study_id = :studyId'}
        and trail_links.number > :after
      order by trail_links.number limit :limit`,
    { studyId, after, limit },
  );
  return rows.map(linkOf);
}

/** Events that are neither chained nor waiting for it, and waiting ones that are gone. */
export async function countAllGaps(
  owner: Knex,
  studyId: string | null,
): Promise<{ unchained: number; vanished: number }> {
  const here = studyId === null ? 'study_id is null' : 'study_id = :studyId';
  const { rows } = await owner.raw<{ rows: { unchained: string; vanished: string }[] }>(
    `select (select count(*) from events where ${here}
              and not exists (select from trail_links where trail_links.event_id = events.id)
              and not exists (select from trail_queue where trail_queue.event_id = events.id)) as unchained,
            (select count(*) from trail_queue where ${here}
              and not exists (select from events where events.id = trail_queue.event_id)) as vanished`,
    { studyId },
  );
  return { unchained: Number(rows[0]?.unchained), vanished: Number(rows[0]?.vanished) };
}
