import { v7 } from 'uuid';
import { createDraftSaver, isSame } from './notes/draft-saver.ts';
import { enableLabels } from './notes/labels.ts';
import {
  allCopies,
  forgetCopy,
  holdTab,
  keepCopy,
  keepCopyAtOnce,
  type LocalCopy,
  openTabs,
  type Text,
} from './notes/local-copies.ts';
import { button, showText, showWords } from './notes/notices.ts';
import { type Answer, type Other, send } from './notes/server.ts';
import { statusLine } from './notes/status-line.ts';

// The editor of one note. Everything here is on top of a plain form that works without it. What is typed goes to this
// browser's own store at once, to the server as a draft within seconds, and out of the store when the server has it.

const LOCAL_MS = 150;
const COUNT_MS = 400;
const LONG = 200_000;

const form = document.querySelector<HTMLFormElement>('form[data-note-editor]');
if (form) void edit(form);

async function edit(form: HTMLFormElement): Promise<void> {
  const title = form.querySelector<HTMLInputElement>('[name=title]')!;
  const body = form.querySelector<HTMLTextAreaElement>('[name=body]')!;
  const notices = document.querySelector<HTMLElement>('[data-editor-notices]')!;
  const { path = '', note = '', member = '', acknowledged = 'no', savedAt = '' } = form.dataset;
  const tab = v7();
  const key = `${member}:${note}:${tab}`;
  const show = statusLine(form);
  let keptHere = true;
  let done = false;
  let toldOf = Number(form.dataset.behind ?? 0);

  const current = (): Text => ({ title: title.value, body: body.value });
  const field = (name: string) => form.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;
  const pageText: Text = { title: title.defaultValue, body: body.defaultValue };

  const saver = createDraftSaver({
    path,
    member,
    token: field('_csrf').value,
    base: Number(field('base').value),
    version: Number(field('version').value),
    acknowledged: acknowledged === 'yes' ? pageText : undefined,
    current,
    onState: (state) => show(state, keptHere),
    onConflict: meetOther,
    onStanding: () => {
      const { base, version, token } = saver.standing();
      field('base').value = String(base);
      for (const input of document.querySelectorAll<HTMLInputElement>('input[name="version"]'))
        input.value = String(version);
      for (const input of document.querySelectorAll<HTMLInputElement>('input[name="_csrf"]')) input.value = token;
      void keepLocal();
    },
    onOvertaken: (by, number) => {
      if (number <= toldOf) return;
      toldOf = number;
      const words = `${by} has saved revision ${number} meanwhile. Go on writing: when you save, you will see both texts.`;
      showWords(notices, 'overtaken', words);
    },
  });
  show(savedAt === '' ? { kind: 'clean' } : { kind: 'saved', time: savedAt }, keptHere);

  async function keepLocal(): Promise<void> {
    if (done || saver.isAcknowledged()) return forgetCopy(key);
    keptHere = await keepCopy(copyNow());
    // Acknowledged, or saved, while it was being written down.
    if (done || saver.isAcknowledged()) await forgetCopy(key);
  }

  function copyNow(): LocalCopy {
    const { base, version, sent } = saver.standing();
    return {
      key,
      person: document.body.dataset.person ?? '',
      member,
      note,
      tab,
      path,
      ...current(),
      base,
      version,
      sent,
      at: Date.now(),
    };
  }

  function put(text: Text): Text {
    const before = current();
    title.value = text.title;
    body.value = text.body;
    count();
    return before;
  }

  let conflict: HTMLElement | undefined;
  function meetOther({ draft, latest }: Other): void {
    const other = draft ?? latest ?? { title: '', body: '' };
    const version = draft?.version ?? 0;
    const base = draft ? draft.base : (latest?.number ?? 0);
    conflict?.remove();
    conflict = showText(notices, {
      heading: draft ? 'You wrote something else in this note elsewhere' : 'This note was saved or changed elsewhere',
      words: draft
        ? `The server has this text of yours, from another tab or device, kept at ${draft.time}. Nothing is written over until you choose.`
        : 'Your draft was saved or thrown away in another tab. This is what the note says now. Nothing is written over until you choose.',
      text: { title: other.title, body: other.body },
      use: {
        label: 'Use this text instead',
        swap: (text) => {
          const before = put(text);
          saver.resume({ base, version, acknowledged: isSame(other, text) ? text : undefined });
          return before;
        },
      },
      keep: {
        label: 'Keep what is in the form',
        // Their draft's base is not taken over: if it is newer than ours, saving shows both texts once more.
        after: () => saver.resume({ version, ...(draft ? {} : { base }), acknowledged: undefined }),
      },
    });
  }

  let localTimer: ReturnType<typeof setTimeout> | undefined;
  let countTimer: ReturnType<typeof setTimeout> | undefined;
  function count(): void {
    const words = form.querySelector('[data-editor-words]');
    if (words) words.textContent = (body.value.match(/\S+/gu)?.length ?? 0).toLocaleString('en-GB');
    countTimer = undefined;
  }
  form.addEventListener('input', (event) => {
    if (event.target !== title && event.target !== body) return;
    localTimer ??= setTimeout(() => {
      localTimer = undefined;
      void keepLocal();
    }, LOCAL_MS);
    countTimer ??= setTimeout(count, COUNT_MS);
    saver.changed();
  });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const finish = (event.submitter as HTMLButtonElement | null)?.name === 'finish';
    void save(finish);
  });

  // Who presses Ctrl+S wants the words to be safe, not the page in a file.
  form.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    attempt();
  });

  let saving = false;
  async function save(finish: boolean): Promise<void> {
    if (saving) return;
    saving = true;
    await saver.stop();
    await keepLocal();
    title.readOnly = body.readOnly = true;
    show({ kind: 'saving' }, keptHere);
    const { base, version } = saver.standing();
    const change = { id: field('id').value, ...current(), base, version, ...(finish ? { finish: 'yes' } : {}) };
    const post = () => send<{ href: string }>('POST', `${path}/revisions`, saver.standing().token, change);
    let answer = await post();
    if (answer.kind === 'signed-out' && (await saver.renew())) answer = await post();
    if (answer.kind === 'done') {
      done = true;
      await forgetCopy(key);
      location.assign(answer.value.href);
      return;
    }
    if (answer.kind === 'conflict') {
      // The page that shows both texts comes from the server, with what is typed here in its form.
      field('id').value = v7();
      form.submit();
      return;
    }
    saving = false;
    title.readOnly = body.readOnly = false;
    saver.resume();
    showWords(notices, 'not-saved', `${whyNotSaved(answer)} Your words are still here.`);
    notices.querySelector('#not-saved')?.scrollIntoView({ block: 'nearest' });
  }

  function whyNotSaved(answer: Answer<unknown>): string {
    if (answer.kind === 'signed-out')
      return 'Not saved: you have been signed out. Sign in again as yourself in another tab, then save.';
    const why = answer.kind === 'refused' ? answer.message : 'The server cannot be reached just now';
    return `Not saved. ${why.replace(/\.$/, '')}.`;
  }

  for (const discard of document.querySelectorAll<HTMLFormElement>('form[data-discard]'))
    discard.addEventListener('submit', () => {
      done = true;
      void saver.stop();
      void forgetCopy(key);
    });

  // Leaving, coming back, and the connection's return are the moments to try at once.
  const attempt = () => {
    if (!done && !saving) void saver.flush();
  };
  window.addEventListener('pagehide', () => {
    if (!done && !saver.isAcknowledged()) keepCopyAtOnce(copyNow());
  });
  for (const moment of ['pagehide', 'online', 'focus']) window.addEventListener(moment, attempt);
  document.addEventListener('visibilitychange', attempt);
  window.addEventListener('beforeunload', (event) => {
    if (!done && !saving && !keptHere && !saver.isAcknowledged()) event.preventDefault();
  });

  // Growing with its text costs a layout of all of it at every letter.
  if (body.value.length > LONG) body.classList.add('app-editor-text--long');
  const bar = form.querySelector<HTMLElement>('[data-editor-bar]');
  if (bar) enableLabels(bar, body);
  form.querySelector<HTMLElement>('[data-editor-explained]')!.hidden = false;

  holdTab(key);
  const open = await openTabs();
  const kept = (await allCopies()).filter((copy) => copy.member === member && copy.note === note);
  if ([...open].some((other) => other !== key && other.startsWith(`${member}:${note}:`)))
    showWords(notices, 'two-tabs', 'This note is open in another tab too. It is best to write in one of them only.');
  for (const [index, copy] of kept.filter((one) => one.key !== key && !open.has(one.key)).entries())
    await takeUp(copy, index === 0);
  if (!isSame(acknowledged === 'yes' ? pageText : undefined, current())) {
    await keepLocal();
    saver.changed();
  }

  /** Words that an earlier page of this note left behind in this browser. */
  async function takeUp(copy: LocalCopy, isNewest: boolean): Promise<void> {
    const text = { title: copy.title, body: copy.body };
    if (isSame(text, current()) || isSame(text, pageText)) return forgetCopy(copy.key);
    const { version } = saver.standing();
    // Nothing reached the server since but what this copy itself had sent: it is simply newer.
    const isAhead = copy.version === version || isSame(copy.sent, pageText);
    if (isNewest && isAhead && acknowledged === 'yes' && isSame(pageText, current())) {
      const before = put(text);
      saver.resume({ base: copy.base, version });
      await keepLocal();
      await forgetCopy(copy.key);
      const instead = button('Show me the other text', () => {
        notices.querySelector('#restored')?.remove();
        showText(
          notices,
          offer(before, 'What the server had', 'This is what the server had when you opened the page.'),
        );
      });
      showWords(
        notices,
        'restored',
        'Words that had not reached the server were kept on this device. They are in the form again.',
        instead,
      );
      return;
    }
    showText(
      notices,
      offer(
        text,
        'Words kept on this device',
        'You typed this here, it did not reach the server, and the note has other words now. Nothing is written over until you choose.',
        () => void forgetCopy(copy.key),
      ),
    );
  }

  function offer(text: Text, heading: string, words: string, after?: () => void) {
    return {
      heading,
      words,
      text,
      use: {
        label: 'Put this text into the form',
        swap: (other: Text) => {
          const before = put(other);
          void keepLocal().then(after);
          saver.changed();
          return before;
        },
      },
      keep: { label: after ? 'Delete this copy' : 'Close', ...(after ? { after } : {}) },
    };
  }
}
