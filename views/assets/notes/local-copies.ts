import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** What a note says at one moment, as in the form. */
export type Text = { title: string; body: string };

/**
 * Words that the server has not acknowledged. `person` wrote them as `member` of the note's study. `tab` is the page that typed them; `base` and `version` what they stood on;
 * `sent` what was last sent without an answer: it may have arrived. `at` in milliseconds since 1970.
 */
export type LocalCopy = Text & {
  key: string;
  person: string;
  member: string;
  note: string;
  tab: string;
  path: string;
  base: number;
  version: number;
  sent: Text | undefined;
  at: number;
};

interface Schema extends DBSchema {
  copies: { key: string; value: LocalCopy };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('field-notes', 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('copies', { keyPath: 'key' });
    },
  });
  return opened;
}

/** False when this browser keeps nothing (a private window, a full disk): then only the page itself holds the words. */
export async function keepCopy(copy: LocalCopy): Promise<boolean> {
  try {
    const change = (await database()).transaction('copies', 'readwrite');
    void change.store.put(copy).catch(() => {});
    // Not left to the browser, which would first ask a page that may be closing.
    change.commit();
    await change.done;
    return true;
  } catch {
    return false;
  }
}

// What cannot wait: a page that is being closed gets no answer from the database any more.
const LAST_MOMENT = 'note-copy:';

/** Keeps the copy before this returns, if it is not too long for that. */
export function keepCopyAtOnce(copy: LocalCopy): void {
  try {
    localStorage.setItem(LAST_MOMENT + copy.key, JSON.stringify(copy));
  } catch {
    // Full or forbidden: the database may still have it.
  }
}

export async function forgetCopy(key: string): Promise<void> {
  try {
    localStorage.removeItem(LAST_MOMENT + key);
    await (await database()).delete('copies', key);
  } catch {
    // Nothing is kept here, so there is nothing to forget.
  }
}

/** Every copy in this browser, newest first: of everybody who writes in it. Show people none but their own. */
export async function allCopies(): Promise<LocalCopy[]> {
  const newest = new Map<string, LocalCopy>();
  for (const copy of [...(await databaseCopies()), ...lastMomentCopies()])
    if (copy.at >= (newest.get(copy.key)?.at ?? 0)) newest.set(copy.key, copy);
  return [...newest.values()].toSorted((one, other) => other.at - one.at);
}

async function databaseCopies(): Promise<LocalCopy[]> {
  try {
    return await (await database()).getAll('copies');
  } catch {
    return [];
  }
}

function lastMomentCopies(): LocalCopy[] {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(LAST_MOMENT))
      .map((name) => JSON.parse(localStorage.getItem(name) ?? '') as LocalCopy);
  } catch {
    return [];
  }
}

const lockName = (key: string) => `note-editor:${key}`;

/** Says to other pages of this browser that the page with this key is open, until it is closed. */
export function holdTab(key: string): void {
  void navigator.locks?.request(lockName(key), () => new Promise(() => {}));
}

/** The keys of pages that are open now. Without Web Locks (plain http on a network) none are known. */
export async function openTabs(): Promise<Set<string>> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const prefix = lockName('');
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}
