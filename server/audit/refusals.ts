/** What is looked at of an event of the trail. */
type Event = { at: Date; personId: string | null; kind: string; after: Record<string, unknown> | null };

/** Refusals of one page to one person that follow each other within this time are one line. */
const NEXT_WITHIN_MS = 10 * 60_000;

/** An entry of the list: for refusals that were folded, the newest of them, how many there were and since when. */
export type Folded<E> = E & { times: number; since: Date };

const WORDS: Record<string, string> = { deidentification: 'de-identification' };

/**
 * Which page was refused, in the words of its address without ids: "notes › coding". Undefined where none is on record,
 * which is so for addresses that are nobody's page.
 */
export function refusedPage({ kind, after }: Pick<Event, 'kind' | 'after'>): string | undefined {
  const route = after?.route;
  if (kind !== 'access.refused' || typeof route !== 'string') return undefined;
  const parts = route.replace(/^\/studies\/:study(?=\/)/, '').split('/');
  const words = parts
    .filter((part) => /^[a-z][a-z-]*$/.test(part))
    .map((part) => WORDS[part] ?? part.replaceAll('-', ' '));
  if (words.length > 0 && parts.at(-1)?.startsWith(':')) words.push('one of them');
  return words.length === 0 ? undefined : words.join(' › ');
}

/**
 * The entries, the latest first as they come, with refusals of the same page to the same person in one line. Each stays on
 * record as it is: only the list is shorter.
 */
export function foldRefusals<E extends Event>(entries: readonly E[]): Folded<E>[] {
  const folded: Folded<E>[] = [];
  const open = new Map<string, Folded<E>>();
  for (const entry of entries) {
    const key = `${entry.personId} ${String(entry.after?.method)} ${String(entry.after?.route)}`;
    const newer = entry.kind === 'access.refused' ? open.get(key) : undefined;
    if (newer && newer.since.getTime() - entry.at.getTime() <= NEXT_WITHIN_MS) {
      newer.times += 1;
      newer.since = entry.at;
      continue;
    }
    const line = { ...entry, times: 1, since: entry.at };
    folded.push(line);
    if (entry.kind === 'access.refused') open.set(key, line);
  }
  return folded;
}
