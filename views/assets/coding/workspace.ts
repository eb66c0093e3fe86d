import { toldOf } from './announcing.ts';
import { createChanges } from './changes.ts';
import { createCodedPassages } from './coded-passages.ts';
import { createCodebookPanel, themesOfPanel } from './codebook-panel.ts';
import { createCursor } from './cursor.ts';
import { createEnds } from './ends.ts';
import { keepWords, takeWords } from './kept-words.ts';
import { type KeyActions, keyAction } from './keys.ts';
import { drawLanes, lightTogether } from './lanes.ts';
import { startLive } from './live.ts';
import { paintPending } from './pending-paint.ts';
import { createPicker, type NewTheme, type Pending } from './picker.ts';
import { findWords, type Passage, rangeOf, selectedPassage } from './positions.ts';
import { createReview } from './review.ts';
import { watchSelection } from './selecting.ts';
import { Refusal } from './server.ts';
import { createStatus } from './status.ts';
import { createThemeChoices } from './theme-choices.ts';

/** Makes the coding page quick: select, choose, done. Without it the page is read, and coded by its sentences. */
export function startCoding(reading: HTMLElement): void {
  const { codings = '', study = '' } = reading.dataset;
  const revision = Number(reading.dataset.revision);
  const [list, main, hint] = [part('coding-list'), part('main-content'), part('coding-hint')];
  const panelElement = part('codebook-panel');
  const themes = createThemeChoices(themesOfPanel(panelElement), study);
  const draw = drawLanes(reading);
  const status = createStatus(part('coding-status'), (offer) => void changes[offer]());
  const changes = createChanges({
    codings,
    study,
    revision,
    reading,
    list,
    themes,
    status,
    shown,
    available: (undo, redo) => {
      part<HTMLButtonElement>('undo').disabled = !undo;
      part<HTMLButtonElement>('redo').disabled = !redo;
    },
  });
  const picker = createPicker(part('picker'), themes, { closed });
  const cursor = createCursor(reading, announce);
  const ends = createEnds(part('ends-bar'), reading, {
    save: (id, from, to) => coded.saveEnds(id, from, to),
    closed: () => reading.focus({ preventScroll: true }),
    say: announceText,
  });
  const panel = createCodebookPanel(panelElement, themes, { reading, list, choose: chooseInPanel });
  const review = createReview(main, { reading, status, ends, changes });
  const coded = createCodedPassages(part('coding-card'), {
    reading,
    list,
    main,
    changes,
    picker,
    cursor,
    ends,
    review,
    say: announceText,
  });
  let pending: Pending | undefined;

  lightTogether(main);
  showScript();
  findKeptWords();
  watchSelection(reading, picker, consider);
  startLive({
    reading,
    list,
    note: codings.replace(/\/codings$/, ''),
    revision,
    painted: shown,
    themes: (now) => themes.replace(now),
    textChanged: () => status.say('This note has a newer text. Reload the page to code that.'),
  });

  // ——— Coding the words that are selected

  function consider(range: Range, focus: boolean): void {
    const passage = selectedPassage(reading, range);
    if (!passage) return;
    if (review.take(passage)) return;
    ask(passage, rangeOf(reading, passage) ?? range, focus);
    if (!focus) hint.textContent = 'Words selected. Press Enter to choose their themes.';
  }

  function ask(passage: Pending, painted: Range, focus: boolean, chosen?: string[]): void {
    const anew = !picker.isOpen() || pending?.start !== passage.start || pending.end !== passage.end;
    // The same words keep their identity: an answer that is still under way is about them.
    if (anew) pending = passage;
    const request = { words: passage.words, verb: 'Code', apply, ...(chosen && { themes: chosen }) };
    picker.open(request, placeOf(painted), { focus, anew });
    if (focus) paintPending(painted);
  }

  async function apply(chosen: string[], fresh: NewTheme | undefined): Promise<void> {
    const words = pending;
    if (!words) return;
    try {
      const made = await changes.make(words, chosen, fresh);
      // Whoever is faster than the server has gone on to other words by now.
      if (pending !== words) return;
      const wasInBar = picker.contains(document.activeElement);
      const byKeyboard = cursor.selection() !== undefined;
      picker.close();
      pending = undefined;
      if (byKeyboard) backToText();
      else {
        getSelection()?.removeAllRanges();
        if (wasInBar) coded.focus(made[0]);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const again = { text: 'Reload, and find these words again', run: () => reloadWith(words, chosen) };
      const isAsked = picker.isOpen() && pending === words;
      if (isAsked) picker.fail(error.message, [403, 409, 422].includes(error.status) ? again : undefined);
      else status.say(error.message);
    }
  }

  function chooseInPanel(theme: string): boolean {
    if (!pending && !cursor.selection()) return false;
    codeNow([theme]);
    return true;
  }

  // Without the bar: by a number, or from the codebook beside the text.
  function codeNow(chosen: string[]): void {
    if (!picker.isOpen()) pending = wordsOf(cursor.selection()) ?? pending;
    void apply(chosen, undefined);
  }

  // Left by keyboard, the words are selected again, so that the keyboard goes on from there.
  function closed(byKeyboard: boolean): void {
    const words = pending;
    pending = undefined;
    hint.textContent = '';
    paintPending(undefined);
    if (byKeyboard) reading.focus({ preventScroll: true });
    if (cursor.selection()) backToText();
    else if (byKeyboard && words) cursor.select({ start: words.start, end: words.end });
  }

  function reloadWith(words: Pending, chosen: string[]): void {
    keepWords(words, chosen);
    location.reload();
  }

  function findKeptWords(): void {
    const kept = takeWords() ?? askedFor();
    if (!kept) return;
    const place = findWords(reading, kept.words, kept.start);
    const range = place && rangeOf(reading, place);
    const passage = range && selectedPassage(reading, range);
    if (!range || !passage)
      return status.say(`“${kept.words}” is no longer in this note. Select the words that stand there now.`);
    range.startContainer.parentElement?.scrollIntoView({ block: 'center' });
    ask(passage, range, true, kept.themes);
    if (kept.isReloaded)
      status.say('This is the note as it is now. Your words are selected again: press Enter to code them.');
  }

  // Whoever comes from a search has the words found there selected.
  function askedFor(): (Pending & { themes: string[]; isReloaded: false }) | undefined {
    const query = new URLSearchParams(location.search);
    const [start, end] = [Number(query.get('start') ?? NaN), Number(query.get('end') ?? NaN)];
    const words = wordsOf({ start, end });
    return words && { ...words, themes: [], isReloaded: false };
  }

  function wordsOf(passage: Passage | undefined): Pending | undefined {
    const range = passage && passage.end > passage.start ? rangeOf(reading, passage) : undefined;
    return range && selectedPassage(reading, range);
  }

  const actions: KeyActions = {
    step: (unit, direction, extend) => cursor.step(unit, direction, extend),
    toEnd: (which, extend) => cursor.toEnd(which, extend),
    choose: () => {
      const words = wordsOf(cursor.selection());
      const range = words && rangeOf(reading, words);
      if (words && range && !review.take(words)) ask(words, range, true);
    },
    recent: (number) => {
      const theme = themes.recent()[number - 1];
      if (theme) codeNow([theme.id]);
      else announceText(`Key ${number} has no theme yet: it takes those used last. Press Enter to choose one.`);
    },
    coding: (direction) => coded.jump(direction),
    show: () => coded.withCurrent('show'),
    remove: () => coded.withCurrent('remove'),
    retheme: () => coded.withCurrent('retheme'),
    moveEnds: () => coded.withCurrent('moveEnds'),
    memo: () => coded.withCurrent('memo'),
    codebook: () => panel.focus(),
    leave: () => {
      cursor.forget();
      coded.forget();
      getSelection()?.removeAllRanges();
    },
  };

  // ——— Listening

  reading.addEventListener('keydown', (event) => {
    if (event.target !== reading) return;
    const act = keyAction(event, actions);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  reading.addEventListener('pointerdown', () => {
    cursor.forget();
    coded.forget();
    picker.close();
  });
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (isTyping) return;
    const key = event.key.toLowerCase();
    if (key === 'enter' && pending && picker.isOpen() && document.activeElement === document.body) {
      event.preventDefault();
      picker.focus();
      paintPending(rangeOf(reading, pending));
    } else if (key === 'escape') picker.close();
    else if (key === '?') part<HTMLDialogElement>('coding-help').showModal();
    else if ((event.ctrlKey || event.metaKey) && (key === 'z' || key === 'y')) {
      event.preventDefault();
      void (key === 'y' || event.shiftKey ? changes.redo() : changes.undo());
    }
  });
  part('undo').addEventListener('click', () => void changes.undo());
  part('redo').addEventListener('click', () => void changes.redo());
  part('show-keys').addEventListener('click', () => part<HTMLDialogElement>('coding-help').showModal());

  // ——— Finding and telling

  function shown(): void {
    draw();
    panel.count();
    if (document.activeElement === reading) cursor.redraw();
  }

  let announced: Passage | undefined;
  function announce(passage: Passage): void {
    // Of a selection that grows only what is new is said: it may be long.
    const grown = announced && passage.start === announced.start && passage.end > announced.end;
    const told = grown ? { start: announced!.end, end: passage.end } : passage;
    announced = passage;
    const carried = [...list.querySelectorAll<HTMLElement>(':scope > [data-coding]')]
      .filter(({ dataset }) => Number(dataset.start) < passage.end && Number(dataset.end) > passage.start)
      .map(({ dataset }) => dataset.name ?? '');
    announceText(toldOf(wordsOf(told)?.words ?? '', carried));
    coded.forget();
  }

  function announceText(text: string): void {
    hint.textContent = text;
  }

  function backToText(): void {
    reading.focus({ preventScroll: true });
    cursor.redraw();
  }
}

function part<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the coding page has no #${id}`);
  return element as E;
}

function placeOf(range: Range): DOMRect {
  return [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect();
}

function showScript(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-coding-script]')) element.hidden = false;
  for (const element of document.querySelectorAll<HTMLElement>('[data-coding-plain]')) element.hidden = true;
}
