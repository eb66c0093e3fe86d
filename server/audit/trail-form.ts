import { z } from 'zod';
import { GROUPS, QUICK_VIEWS } from './event-words.ts';

const day = (what: string) =>
  z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.iso.date({ error: `Enter ${what} as a date, such as 2011-11-14` }).optional(),
  );
const id = z.preprocess((value) => (value === '' ? undefined : value), z.uuid().optional().catch(undefined));

/** What the list is narrowed to. What means nothing is left out, but for dates, which a person types. */
export const trailForm = z
  .object({
    person: id,
    kind: z
      .enum([
        ...(Object.keys(QUICK_VIEWS) as (keyof typeof QUICK_VIEWS)[]),
        ...(Object.keys(GROUPS) as (keyof typeof GROUPS)[]),
      ])
      .optional()
      .catch(undefined),
    thing: id,
    from: day('the first day'),
    until: day('the last day'),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    error: 'The last day is before the first',
    path: ['until'],
  });
export type TrailFilter = z.infer<typeof trailForm>;

export const trailPageForm = z.object({ older: id, newer: id });
