import { selectInView } from './identifiers/bringing-into-view.ts';
import {
  carry,
  type Mark,
  markAt,
  nextMark,
  partAround,
  replacementOfAll,
  type Row,
  rowsOf,
} from './identifiers/marks.ts';
import { createPanel, type Participant } from './identifiers/panel.ts';
import { send } from './notes/server.ts';
import { typeOver } from './notes/typing.ts';

// Names and other identifiers in a note while it is written. The server finds them, because only it knows the names; it
// is asked in pauses, keeps nothing of the text, and answers with places alone.

const PAUSE_MS = 700;
const LONG_PAUSE_MS = 2500;
const LONG = 40_000;

const form = document.querySelector<HTMLFormElement>('form[data-note-editor]');
const panel = document.querySelector<HTMLElement>('[data-identifiers]');
if (form && panel) watch(form, panel);

function watch(form: HTMLFormElement, panel: HTMLElement): void {
  const body = form.querySelector<HTMLTextAreaElement>('[name=body]')!;
  const live = form.querySelector<HTMLElement>('[data-identifiers-live]')!;
  const left = new Set<string>();
  let standing: { text: string; marks: Mark[] } = { text: '', marks: [] };
  let participants: Participant[] = [];
  let isPart = false;
  let rowsSaid = 0;

  const shown = createPanel(panel, {
    show: (row) => {
      const mark = nextMark(placesOf(row), body.selectionEnd);
      if (mark) selectInView(body, mark.start, mark.end);
    },
    replace: (row, replacement) => {
      const mark = nextMark(placesOf(row), body.selectionStart);
      if (mark) replace(mark.start, mark.end, replacement, `${row.words} is replaced by ${replacement}.`);
    },
    replaceAll: (row, replacement) => {
      const places = placesOf(row);
      if (places.length === 0) return;
      const all = replacementOfAll(body.value, places, replacement);
      replace(all.start, all.end, all.text, `${places.length} places are replaced by ${replacement}.`);
    },
    leave: (row) => {
      left.add(row.key);
      draw();
      say(`${row.words} is left as it is.`);
      if (panel.hidden) body.focus();
    },
  });

  /** What is to be seen to, where it stands in the text as it is now. */
  function marksNow(): Mark[] {
    const text = body.value;
    standing = { text, marks: carry(standing.marks, standing.text, text) };
    return standing.marks.filter(({ start, end, what }) => !left.has(`${what} ${text.slice(start, end)}`));
  }

  function placesOf({ key }: Row): Mark[] {
    return rowsOf(marksNow(), body.value).find((row) => row.key === key)?.marks ?? [];
  }

  function draw(): void {
    const rows = rowsOf(marksNow(), body.value);
    shown.show(rows, participants, isPart);
    // Said when there is more to look at, not while it is being seen to.
    if (rows.length > rowsSaid)
      say(
        `${rows.length} ${rows.length === 1 ? 'name or identifier' : 'names or identifiers'} to look at, below the note.`,
      );
    rowsSaid = rows.length;
  }

  function replace(start: number, end: number, text: string, said: string): void {
    const from = document.activeElement as HTMLElement | null;
    marksNow();
    typeOver(body, start, end, text);
    // Whoever goes through the panel stays there.
    if (from && panel.contains(from)) from.focus({ preventScroll: true });
    draw();
    if (panel.hidden) body.focus();
    const count = marksNow().length;
    say(`${said} ${count === 0 ? 'None' : count} left.`);
  }

  function say(words: string): void {
    live.textContent = words;
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  function plan(pause = body.textLength > LONG ? LONG_PAUSE_MS : PAUSE_MS): void {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), pause);
  }

  type Found = { marks: Mark[]; participants: Participant[] };
  async function ask(): Promise<void> {
    // One at a time: on a slow line the answers would come in any order.
    if (asking) return plan();
    const text = body.value;
    const { from, to } = partAround(text, body.selectionStart);
    const token = form.querySelector<HTMLInputElement>('input[name="_csrf"]')!.value;
    asking = true;
    const answer = await send<Found>('POST', `${form.dataset.path}/identifiers`, token, { text: text.slice(from, to) });
    asking = false;
    // Whatever went wrong, the status of the draft says it; the next pause asks again.
    if (answer.kind !== 'done') return;
    const found = answer.value.marks.map((mark) => ({ ...mark, start: mark.start + from, end: mark.end + from }));
    standing = { text, marks: found };
    participants = answer.value.participants;
    isPart = to - from < text.length;
    draw();
  }

  body.addEventListener('input', () => plan());
  // A name may have been added to a participant in another tab.
  window.addEventListener('focus', () => plan());
  body.addEventListener('keyup', () => isPart && plan());
  body.addEventListener('pointerup', () => isPart && plan());

  const isMac = /^(?:Mac|iP)/.test(navigator.platform);
  panel.querySelector<HTMLElement>(isMac ? '[data-identifiers-mac]' : '[data-identifiers-keys]')!.hidden = false;

  body.addEventListener('keydown', (event) => {
    const letter = shortcutOf(event, isMac);
    if (letter !== 'n' && letter !== 'r') return;
    event.preventDefault();
    const marks = marksNow();
    const here = markAt(marks, body.selectionStart, body.selectionEnd);
    if (letter === 'r' && here) return replaceByKey(here);
    goTo(nextMark(marks, here ? here.end : body.selectionEnd), marks);
  });

  function replaceByKey({ start, end, replacements }: Mark): void {
    const [only, ...others] = replacements;
    if (only === undefined || others.length > 0)
      return say('More than one person bears this name. Choose one of them below the note.');
    replace(start, end, only, `Replaced by ${only}.`);
  }

  function goTo(mark: Mark | undefined, marks: readonly Mark[]): void {
    if (!mark) return say('No names or identifiers to look at.');
    selectInView(body, mark.start, mark.end);
    const by = mark.replacements.length === 1 ? `, to be replaced by ${mark.replacements[0]}` : '';
    say(`${body.value.slice(mark.start, mark.end)}: ${mark.what}${by}. ${marks.indexOf(mark) + 1} of ${marks.length}.`);
  }

  plan(0);
}

// Alt with a letter; on a Mac, where Option types letters, Control and Shift. AltGr types letters everywhere.
function shortcutOf(event: KeyboardEvent, isMac: boolean): string | undefined {
  const { altKey, ctrlKey, shiftKey, metaKey, isComposing } = event;
  if (isComposing || metaKey || event.getModifierState('AltGraph')) return undefined;
  const isHeld = isMac ? ctrlKey && shiftKey && !altKey : altKey && !ctrlKey && !shiftKey;
  if (!isHeld) return undefined;
  return (/^[a-z]$/i.test(event.key) ? event.key : event.code.replace('Key', '')).toLowerCase();
}
