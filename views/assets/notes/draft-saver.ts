import type { Text } from './local-copies.ts';
import { type Answer, askAgain, type Kept, type Other, send } from './server.ts';

/** How it stands with what is in the form; `why` is for people. */
export type SaverState =
  | { kind: 'clean' }
  | { kind: 'saving' }
  | { kind: 'saved'; time: string }
  | { kind: 'trying' }
  | { kind: 'signed-out' }
  | { kind: 'somebody-else' }
  | { kind: 'refused'; why: string }
  | { kind: 'conflict' };

export type SaverOptions = {
  path: string;
  member: string;
  token: string;
  base: number;
  version: number;
  /** What the server is known to have; undefined when it has nothing of what is in the form. */
  acknowledged: Text | undefined;
  current: () => Text;
  onState: (state: SaverState) => void;
  onConflict: (other: Other) => void;
  /** Something of `standing()` changed: the form's hidden fields and the local copy follow it. */
  onStanding: () => void;
  /** A colleague has saved after these words were begun. */
  onOvertaken: (by: string, number: number) => void;
};

const AFTER_TYPING_MS = 2500;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 20_000;

export const isSame = (one: Text | undefined, other: Text): boolean =>
  one !== undefined && one.title === other.title && one.body === other.body;

export type DraftSaver = ReturnType<typeof createDraftSaver>;

/**
 * Sends what is typed to the server every few seconds and until it is acknowledged. What was sent without an answer is
 * sent again as it was before anything newer: only so can its own late arrival be told from another tab's text.
 */
export function createDraftSaver(options: SaverOptions) {
  const { path, member, current, onState, onConflict, onStanding, onOvertaken } = options;
  let { token, base, version, acknowledged } = options;
  let unanswered: Text | undefined;
  let running: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let paused = false;
  let lastTime = '';

  function schedule(delay: number): void {
    timer ??= setTimeout(() => void flush(), delay);
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (paused) return Promise.resolve();
    running ??= attempt().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function attempt(): Promise<void> {
    const text = unanswered ?? current();
    if (!unanswered && isSame(acknowledged, text)) return onState(rest());
    unanswered = text;
    onStanding();
    if (failures === 0) onState({ kind: 'saving' });
    handle(await send<Kept>('PUT', `${path}/draft`, token, { ...text, base, version }), text);
  }

  function handle(answer: Answer<Kept>, text: Text): void {
    if (answer.kind === 'done') return accept(answer.value, text);
    if (answer.kind === 'conflict') return meet(answer.value, text);
    if (answer.kind === 'signed-out') return void renew();
    if (answer.kind === 'refused') {
      // Sending the same words again would be refused again: the next change is tried.
      unanswered = undefined;
      onStanding();
      onState({ kind: 'refused', why: answer.message });
      if (!isSame(text, current())) schedule(AFTER_TYPING_MS);
      return;
    }
    failed({ kind: 'trying' });
  }

  function accept(kept: Kept, text: Text): void {
    failures = 0;
    unanswered = undefined;
    acknowledged = text;
    version = kept.version;
    lastTime = kept.time;
    onStanding();
    if (kept.latest > base) onOvertaken(kept.latestBy, kept.latest);
    if (isSame(text, current())) onState({ kind: 'saved', time: kept.time });
    else schedule(AFTER_TYPING_MS);
  }

  function meet(other: Other, text: Text): void {
    failures = 0;
    if (other.draft && (isSame(other.draft, text) || isSame(other.draft, current()))) {
      acknowledged = { title: other.draft.title, body: other.draft.body };
      version = other.draft.version;
      lastTime = other.draft.time;
      unanswered = undefined;
      onStanding();
      return schedule(0);
    }
    paused = true;
    onState({ kind: 'conflict' });
    onConflict(other);
  }

  async function renew(): Promise<boolean> {
    const answer = await askAgain(path);
    if (answer.kind !== 'done') {
      failed({ kind: answer.kind === 'signed-out' ? 'signed-out' : 'trying' });
      return false;
    }
    if (answer.value.member !== member) {
      failed({ kind: 'somebody-else' });
      return false;
    }
    token = answer.value.csrfToken;
    onStanding();
    schedule(failures === 0 ? 0 : FIRST_RETRY_MS);
    failures += 1;
    return true;
  }

  function failed(state: SaverState): void {
    onState(state);
    schedule(Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
    failures += 1;
  }

  const rest = (): SaverState => (lastTime === '' ? { kind: 'clean' } : { kind: 'saved', time: lastTime });

  return {
    flush,
    renew,
    /** The form was changed. */
    changed(): void {
      if (paused) return;
      if (failures === 0) onState({ kind: 'saving' });
      schedule(AFTER_TYPING_MS);
    },
    /** Nothing is sent from now on; waits for what is on its way. */
    async stop(): Promise<void> {
      paused = true;
      clearTimeout(timer);
      timer = undefined;
      await running;
    },
    /** Goes on after stop(), or after the writer chose between two texts, on what the choice stands on. */
    resume(on: { base?: number; version?: number; acknowledged?: Text | undefined } = {}): void {
      if ('acknowledged' in on) acknowledged = on.acknowledged;
      if (on.version !== undefined) {
        version = on.version;
        unanswered = undefined;
      }
      base = on.base ?? base;
      paused = false;
      failures = 0;
      onStanding();
      void flush();
    },
    standing: () => ({ base, version, token, sent: unanswered }),
    isAcknowledged: (): boolean => !unanswered && isSame(acknowledged, current()),
  };
}
