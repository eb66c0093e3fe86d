import { z } from 'zod';
import { FORMAT, PRODUCT, type Header, type Manifest } from './manifest.ts';

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

const header = z.object({
  format: z.literal(FORMAT),
  product: z.literal(PRODUCT),
  productVersion: z.string(),
  madeAt: z.iso.datetime(),
  migrations: z.array(z.string().regex(/^\d{14}_[a-z_]+\.ts$/)).min(1),
});

const manifest = header.extend({
  tables: z.array(
    z.object({ name: identifier, columns: z.array(identifier).min(1), rows: count, bytes: count, sha256: digest }),
  ),
  leftOut: z.array(identifier),
  sequences: z.array(z.object({ name: identifier, value: z.string().regex(/^-?\d+$/), isCalled: z.boolean() })),
  files: z.array(
    z.object({
      name: z.string(),
      bytes: count,
      sha256: digest,
      state: z.enum(['kept', 'changed', 'missing']),
    }),
  ),
  erasures: z.array(z.looseObject({ id: z.string() })),
});

/** The parsed header; undefined for what is none. A later format is answered as `newer`. */
export function readHeader(bytes: Buffer): Header | 'newer' | undefined {
  const given = parse(bytes) as { product?: unknown; format?: unknown } | undefined;
  if (given?.product !== PRODUCT) return undefined;
  if (typeof given.format === 'number' && given.format > FORMAT) return 'newer';
  return header.safeParse(given).data;
}

/** The parsed manifest; undefined for what is none. */
export function readManifest(bytes: Buffer): Manifest | undefined {
  return manifest.safeParse(parse(bytes)).data;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
