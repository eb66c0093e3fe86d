import type { Reach, Relation } from './theme-query.ts';

const SAME_PARAGRAPH = (left: string, right: string) => `exists (
  select from note_paragraphs as p where p.note_id = ${left}.note_id
     and p.start_position < ${left}.end_position and p.end_position > ${left}.start_position
     and p.start_position < ${right}.end_position and p.end_position > ${right}.start_position)`;

const OVERLAP = (left: string, right: string) =>
  `${left}.start_position < ${right}.end_position and ${left}.end_position > ${right}.start_position`;

// The words between two passages, whichever comes first; what is left of a word that one of them cuts through is cut off.
// More than 100 characters a word are taken for too far, so that no gap across a long note is read.
const NEAR = `
  greatest(a.start_position, b.start_position) - least(a.end_position, b.end_position) <= (?::int + 2) * 100 and coalesce((
  select regexp_count(regexp_replace(regexp_replace(gap.words,
           case when gap.after_blank then '^$' else '^\\S+' end, ''),
           case when gap.before_blank then '^$' else '\\S+$' end, ''), '\\S+')
    from (select string_agg(substring(p.body from greatest(ends - p.start_position, 0) + 1
                   for greatest(least(begins, p.end_position) - greatest(ends, p.start_position), 0)), E'\\n' order by p.number)
                 || case when max(p.end_position) < begins then E'\\n' else '' end as words,
                 case when a.end_position <= b.start_position then a.ends_blank else b.ends_blank end
                   or min(p.start_position) > ends as after_blank,
                 case when a.end_position <= b.start_position then b.begins_blank else a.begins_blank end as before_blank
            from (select least(a.end_position, b.end_position) as ends,
                         greatest(a.start_position, b.start_position) as begins) as between_them
            join note_paragraphs as p on p.note_id = a.note_id and p.start_position < begins and p.end_position > ends
           group by ends, begins) as gap), 0) <= ?::int`;

/** That `right` stands to `left` in this way; `near` is bound with the number of words, twice, and knows a and b alone. */
export function related(relation: Relation | Reach, left: string, right: string): string {
  const same = `${right}.note_id = ${left}.note_id and ${right}.id <> ${left}.id`;
  if (relation === 'paragraph') return `${same} and ${SAME_PARAGRAPH(left, right)}`;
  if (relation === 'overlapping' || relation === 'and') return `${same} and ${OVERLAP(left, right)}`;
  return relation === 'near' ? `${same} and ${NEAR}` : same;
}
