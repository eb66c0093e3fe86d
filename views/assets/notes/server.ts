import type { Text } from './local-copies.ts';

/** The writer's draft as the server has it. */
export type ServerDraft = Text & { base: number; version: number; time: string };
/** The newest revision. */
export type ServerRevision = Text & { number: number; savedBy: string; saved: string };
/** What the server holds instead of what was sent to it. */
export type Other = { draft: ServerDraft | null; latest: ServerRevision | null };

export type Kept = { version: number; time: string; latest: number; latestBy: string };

/** `unreachable`: no answer, or none that says anything about the words. `refused`: sending the same again is no use. */
export type Answer<T> =
  | { kind: 'done'; value: T }
  | { kind: 'conflict'; value: Other }
  | { kind: 'refused'; message: string }
  | { kind: 'signed-out' }
  | { kind: 'unreachable' };

const PATIENCE_MS = 60_000;
// What browsers promise to deliver after a page is closed, all together; some room for the headers.
const KEEPALIVE_BYTES = 60_000;

/** Sends JSON with the token. 401 and 403 both mean that the session it belongs to has ended. */
export async function send<T>(method: 'POST' | 'PUT', url: string, token: string, body: object): Promise<Answer<T>> {
  const json = JSON.stringify(body);
  try {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': token },
      body: json,
      keepalive: new Blob([json]).size < KEEPALIVE_BYTES,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return await answerOf<T>(response);
  } catch {
    return { kind: 'unreachable' };
  }
}

/** A fresh token, and who is signed in now. */
export async function askAgain(path: string): Promise<Answer<{ csrfToken: string; member: string } & Other>> {
  try {
    const response = await fetch(`${path}/edit`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return await answerOf(response);
  } catch {
    return { kind: 'unreachable' };
  }
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  if (response.ok) return { kind: 'done', value: (await response.json()) as T };
  if (response.status === 401 || response.status === 403) return { kind: 'signed-out' };
  if (response.status >= 500 || response.status === 429) return { kind: 'unreachable' };
  const body = (await response.json().catch(() => ({}))) as { error?: string } & Other;
  if (response.status === 409) return { kind: 'conflict', value: body };
  return { kind: 'refused', message: body.error ?? 'The server refused it.' };
}
