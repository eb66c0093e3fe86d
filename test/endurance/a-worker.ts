import { createHash } from 'node:crypto';
import { newId } from '../../server/shared/ids.ts';
import { until } from '../support/until.ts';

/** Somebody at work on the running program: what was acknowledged to them, by kind, and what else they were told. */
export type Acknowledged = {
  revisions: { id: string; noteId: string; body: string }[];
  drafts: Map<string, { version: number; body: string }>;
  codings: string[];
  files: { id: string; sha256: string }[];
  statuses: Map<number, number>;
};

export function nothingYet(): Acknowledged {
  return { revisions: [], drafts: new Map(), codings: [], files: [], statuses: new Map() };
}

export type Place = { address: string; study: string; cookie: string; token: string };

const PATIENCE_MS = 20_000;

/** Sends and answers status and JSON; undefined when nothing came back, so that nobody knows what became of it. */
async function send(
  { address, cookie, token }: Place,
  told: Acknowledged,
  method: string,
  path: string,
  body: object | FormData | undefined,
): Promise<{ status: number; json: Record<string, unknown> } | undefined> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = { cookie, accept: 'application/json', 'x-csrf-token': token };
  if (body && !form) headers['content-type'] = 'application/json';
  try {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers,
      body: form ? body : body ? JSON.stringify(body) : null,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const json = (await answer.json()) as Record<string, unknown>;
    told.statuses.set(answer.status, (told.statuses.get(answer.status) ?? 0) + 1);
    return { status: answer.status, json };
  } catch {
    return undefined;
  }
}

const ok = (answer: { status: number } | undefined): boolean => answer !== undefined && answer.status < 300;

type Work = { place: Place; told: Acknowledged; goOn: () => boolean };

/** Waits until the program answers again, or the work is over. */
async function backAtWork({ place, goOn }: Work): Promise<void> {
  await until(async () => {
    if (!goOn()) return true;
    return fetch(`${place.address}/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
      ({ status }) => status === 200,
      () => false,
    );
  });
}

/** Saves revision after revision of a note, each with other words before the same `text`. */
export async function keepSaving(work: Work, noteId: string, text: string): Promise<void> {
  const { place, told, goOn } = work;
  const at = `${place.study}/notes/${noteId}`;
  let base = 1;
  for (let count = 1; goOn(); count += 1) {
    const revision = { id: newId(), noteId, body: `${'Later '.repeat(count % 5)}${text} (${count})` };
    const answer = await send(place, told, 'POST', `${at}/revisions`, { ...revision, title: 'At work', base });
    if (ok(answer)) {
      told.revisions.push(revision);
      base = Number(answer?.json.number);
      continue;
    }
    await backAtWork(work);
    const now = await send(place, told, 'GET', `${at}/edit`, undefined);
    base = (now?.json.latest as { number?: number } | undefined)?.number ?? base;
  }
}

/** Keeps what is being typed, ever longer. */
export async function keepTyping(work: Work, noteId: string): Promise<void> {
  const { place, told, goOn } = work;
  let version = 0;
  for (let count = 1; goOn(); count += 1) {
    const body = `Typed ${count} times`;
    const draft = { title: 'Being written', body, base: 1, version };
    const answer = await send(place, told, 'PUT', `${place.study}/notes/${noteId}/draft`, draft);
    if (ok(answer)) {
      version = Number(answer?.json.version);
      told.drafts.set(noteId, { version, body });
      continue;
    }
    await backAtWork(work);
    const now = await send(place, told, 'GET', `${place.study}/notes/${noteId}/edit`, undefined);
    version = (now?.json.draft as { version?: number } | null | undefined)?.version ?? version;
  }
}

/** Codes passages of a note that somebody else may be saving meanwhile. */
export async function keepCoding(work: Work, noteId: string, themes: string[], length: number): Promise<void> {
  const { place, told, goOn } = work;
  let revision = 1;
  for (let count = 1; goOn(); count += 1) {
    const id = newId();
    const start = (count * 7) % (length - 20);
    const passage = {
      revision,
      themes: [themes[count % themes.length]],
      ids: [id],
      start,
      end: start + 3 + (count % 11),
    };
    const answer = await send(place, told, 'POST', `${place.study}/notes/${noteId}/codings`, passage);
    if (ok(answer)) {
      told.codings.push(id);
      continue;
    }
    if (answer?.status !== 409) await backAtWork(work);
    const now = await send(place, told, 'GET', `${place.study}/notes/${noteId}/edit`, undefined);
    revision = (now?.json.latest as { number?: number } | undefined)?.number ?? revision;
  }
}

/** Adds files of up to some 300 KB. */
export async function keepUploading(work: Work, noteId: string): Promise<void> {
  const { place, told, goOn } = work;
  for (let count = 1; goOn(); count += 1) {
    const bytes = Buffer.from(`File ${count} of ${noteId}\n`.repeat(1 + ((count * 997) % 6000)));
    const id = newId();
    const form = new FormData();
    form.append('_csrf', place.token);
    form.append('id', id);
    form.append('file', new Blob([bytes]), `list-${count}.txt`);
    const answer = await send(place, told, 'POST', `${place.study}/notes/${noteId}/attachments`, form);
    if (ok(answer)) told.files.push({ id, sha256: createHash('sha256').update(bytes).digest('hex') });
    else await backAtWork(work);
  }
}
