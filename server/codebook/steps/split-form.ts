import { z } from 'zod';
import { id, list, plainText } from '../../web/forms.ts';
import { MOST_PARTS } from './split-parts.ts';

const RELOAD = 'Reload the page and try again';
const CHOICE = /^([0-9a-f-]{36}):([0-6])$/;

const parts = list(plainText({ max: 200, what: 'the name' })).transform((names) =>
  names.slice(0, MOST_PARTS).map((name) => name.replace(/\s+/g, ' ').trim()),
);

/** Which new theme (from 1; 0: it stays) each coding gets, from the other pages (`chosen`) and from this one. */
function choices(body: unknown): unknown {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const chosen = new Map<string, number>();
  const add = (coding: string | undefined, part: string | undefined) => {
    if (CHOICE.test(`${coding?.toLowerCase()}:${part}`)) chosen.set(coding!.toLowerCase(), Number(part));
  };
  for (const each of typeof fields.chosen === 'string' ? fields.chosen.split(',') : []) {
    const [coding, part] = each.split(':');
    add(coding, part);
  }
  const shown: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (!name.startsWith('coding-') || typeof value !== 'string') continue;
    const coding = name.slice('coding-'.length).toLowerCase();
    add(coding, value);
    shown.push(coding);
  }
  // "All on this page" is a choice for each passage that the page showed.
  const all = typeof fields.go === 'string' ? /^all:(\d)$/.exec(fields.go)?.[1] : undefined;
  if (all !== undefined) for (const coding of shown) add(coding, all);
  for (const [coding, part] of chosen) if (part === 0) chosen.delete(coding);
  return { ...fields, choices: chosen };
}

/** What stands in the form, finished or not. `parts` are the names as typed, empty ones included. */
export const splitForm = z.preprocess(
  choices,
  z.object({
    id: id(RELOAD),
    ids: list(id(RELOAD)),
    names: parts,
    where: z.enum(['under', 'beside'], { error: 'Choose where the new themes stand' }),
    choices: z.map(z.string(), z.number()),
    /** Which page of passages was open: "after:" or "before:" and a passage, or none for the first. */
    at: z.string().optional(),
    go: z.string().optional(),
  }),
);

export type Split = z.infer<typeof splitForm>;
