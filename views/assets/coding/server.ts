/** One coding as the server answers it; `html` is its item of the list. */
export type AnsweredCoding = { id: string; theme: string; name: string; start: number; end: number; html: string };

/** What a change did to the page. */
export type Repaint = { revision?: number; codings: AnsweredCoding[]; paragraphs: { number: number; html: string }[] };

/** A refusal or a failure, in words that the page can show. `status` 0: no answer came. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Sends a change as JSON and answers what came back, for a coding what it did to the page; throws Refusal. */
export async function send<T = Repaint>(path: string, body: object = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-csrf-token': token() },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0, 'There is no connection just now. Nothing is lost: try again when you are back online.');
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer) return answer as T;
  const said = (answer as { error?: unknown } | undefined)?.error;
  throw new Refusal(
    response.status,
    typeof said === 'string' ? said : 'The server did not answer as it should. Try again.',
  );
}

function token(): string {
  return document.querySelector<HTMLInputElement>('input[name="_csrf"]')?.value ?? '';
}
