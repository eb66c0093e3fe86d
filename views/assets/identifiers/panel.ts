import type { Row } from './marks.ts';

export type Participant = { pseudonym: string; href: string };
export type Choices = {
  show(row: Row): void;
  replace(row: Row, replacement: string): void;
  replaceAll(row: Row, replacement: string): void;
  leave(row: Row): void;
};

// What is listed at once: a longer list helps nobody, and the next ones come up as these are seen to.
const MOST_ROWS = 8;

/** The panel under the editor that lists what was found. `show` draws it anew and keeps the focus in its place. */
export function createPanel(panel: HTMLElement, choices: Choices) {
  const part = (name: string) => panel.querySelector<HTMLElement>(`[data-identifiers-${name}]`)!;
  const [list, count, more, naming, names] = ['list', 'count', 'more', 'naming', 'names'].map(part) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  let known = '';

  return {
    show(rows: readonly Row[], participants: readonly Participant[], isPart: boolean): void {
      const focused = list.contains(document.activeElement)
        ? (document.activeElement as HTMLElement).dataset
        : undefined;
      const position = focused && [...list.children].findIndex((item) => item.contains(document.activeElement));
      panel.hidden = rows.length === 0;
      count.textContent = `(${rows.length})`;
      list.replaceChildren(...rows.slice(0, MOST_ROWS).map((row) => itemOf(row, choices)));
      const hidden = rows.length - MOST_ROWS;
      more.hidden = hidden <= 0 && !isPart;
      more.textContent = [
        hidden > 0 ? `${hidden} more come up as you see to these.` : '',
        isPart ? 'In a long note only the part around the cursor is looked through.' : '',
      ]
        .join(' ')
        .trim();
      naming.hidden = participants.length === 0 || !rows.some(({ kind }) => kind === 'name');
      const now = JSON.stringify(participants);
      if (now !== known) names.replaceChildren(...participants.map(participantItem));
      known = now;
      if (position !== undefined) focusAgain(position, focused?.does);
    },
  };

  // On the same row if it is still there, else on what has taken its place.
  function focusAgain(position: number, does: string | undefined): void {
    const item = list.children[Math.min(position, list.children.length - 1)];
    const target =
      item?.querySelector<HTMLElement>(`button[data-does="${does ?? ''}"]`) ??
      item?.querySelector<HTMLElement>('button');
    target?.focus();
  }
}

function itemOf(row: Row, choices: Choices): HTMLLIElement {
  const item = document.createElement('li');
  item.className = 'app-identifiers__item';
  const [only] = row.replacements;
  const facts = document.createElement('div');
  facts.className = 'app-identifiers__facts';
  const words = action(row.words, 'show', () => choices.show(row), 'app-link-button govuk-link app-identifiers__words');
  words.dir = 'auto';
  words.title = 'Show it in the text';
  const places = row.marks.length === 1 ? '' : `, ${row.marks.length} places`;
  facts.append(words, element('span', 'app-soft', `${row.what}${places}`));
  const buttons = document.createElement('div');
  buttons.className = 'app-identifiers__buttons';
  if (row.replacements.length === 1 && only !== undefined) {
    facts.append(element('span', 'app-identifiers__arrow', '→'), element('bdi', 'app-identifiers__stand-in', only));
    buttons.append(quiet('Replace', `${row.words} with ${only}`, 'replace', () => choices.replace(row, only)));
    if (row.marks.length > 1)
      buttons.append(
        quiet(`Replace all ${row.marks.length}`, `${row.words} with ${only}`, 'all', () =>
          choices.replaceAll(row, only),
        ),
      );
  } else
    for (const replacement of row.replacements)
      buttons.append(
        quiet(`Replace with ${replacement}`, `for ${row.words}`, `replace ${replacement}`, () =>
          choices.replace(row, replacement),
        ),
      );
  buttons.append(quiet('Leave', `${row.words} as it is`, 'leave', () => choices.leave(row)));
  item.append(facts, buttons);
  return item;
}

function participantItem({ pseudonym, href }: Participant): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.className = 'govuk-link';
  link.href = href;
  // Writing goes on here; the words must not have to be left.
  link.target = '_blank';
  link.rel = 'noopener';
  link.append(element('bdi', '', pseudonym), element('span', 'govuk-visually-hidden', ' (opens in a new tab)'));
  item.append(link);
  return item;
}

function quiet(text: string, hidden: string, does: string, act: () => void): HTMLButtonElement {
  const made = action(text, does, act, 'app-identifiers__button');
  made.append(element('span', 'govuk-visually-hidden', ` ${hidden}`));
  return made;
}

function action(text: string, does: string, act: () => void, classes: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = classes;
  made.textContent = text;
  made.dataset.does = does;
  made.addEventListener('click', act);
  return made;
}

function element(tag: string, classes: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  if (classes !== '') made.className = classes;
  made.textContent = text;
  return made;
}
