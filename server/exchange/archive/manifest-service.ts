import { z } from 'zod';
import { KIND } from './manifest.ts';

const count = z.number().int().min(0);
const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const entry = z.string().min(1).max(300);

/** Whether anything says that it is an archive of ours, and of which format. */
export const manifestHead = z.object({ kind: z.literal(KIND), format: z.number().int().min(1) });

export const manifestForm = manifestHead.extend({
  about: z.array(z.string()),
  program: z.object({ name: z.string(), version: z.string(), schema: z.string() }),
  origin: z.object({
    installation: z.string().max(500),
    before: z.array(z.object({ installation: z.string().max(500), links: count })).max(1000),
  }),
  study: z.object({ id: z.uuid(), name: z.string().max(200) }),
  changedAt: z.iso.datetime({ offset: true }).nullable(),
  trail: z.object({ links: count, hash: z.string().nullable(), brokenAt: count.nullable() }),
  counts: z.record(z.string(), count),
  tables: z.array(z.object({ name, entry, rows: count, columns: z.array(name).max(500) })).max(1000),
  files: z.array(z.object({ storedName: z.string().regex(/^[0-9a-z][0-9a-z-]{0,79}(\.[a-z0-9]{1,10})?$/), entry })),
  leftOut: z.array(z.string()),
  parts: z.array(z.object({ entry, byteLength: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
