// The one place of the browser code where the page's positions (nodes, UTF-16) meet those of the stored text (code points).

/** Half-open [start, end) in code points of the revision's body. */
export type Passage = { start: number; end: number };

/** A paragraph as far as it is selected: [from, to) are UTF-16 units of `text`, which begins at code point `start`. */
export type SelectedPart = { start: number; text: string; from: number; to: number };

/** The passage from the first to the last selected character that is not blank; undefined when there is none. */
export function passageOfParts(parts: readonly SelectedPart[]): Passage | undefined {
  const filled = parts
    .map(({ start, text, from, to }) => {
      const selected = text.slice(from, to);
      const blank = selected.length - selected.trimStart().length;
      return { start, text, from: from + blank, to: from + selected.trimEnd().length };
    })
    .filter(({ from, to }) => to > from);
  const [first, last] = [filled[0], filled.at(-1)];
  if (!first || !last) return undefined;
  return {
    start: first.start + codePoints(first.text.slice(0, first.from)),
    end: last.start + codePoints(last.text.slice(0, last.to)),
  };
}

/** The UTF-16 index in `text`, which begins at code point `start`, of the code point `position`, kept within the text. */
export function indexIn(text: string, start: number, position: number): number {
  const offset = Math.max(0, position - start);
  if (!/[\ud800-\udbff]/.test(text)) return Math.min(offset, text.length);
  return Array.from(text).slice(0, offset).join('').length;
}

/** The passage that `range` selects inside the texts of `root`, and its words; undefined when it selects none. */
export function selectedPassage(root: HTMLElement, range: Range): (Passage & { words: string }) | undefined {
  const parts: SelectedPart[] = [];
  for (const { element, start } of textsOf(root)) {
    if (!range.intersectsNode(element)) continue;
    const whole = document.createRange();
    whole.selectNodeContents(element);
    const before = document.createRange();
    before.selectNodeContents(element);
    const inside = whole.cloneRange();
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) > 0)
      inside.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) inside.setEnd(range.endContainer, range.endOffset);
    before.setEnd(inside.startContainer, inside.startOffset);
    const from = before.toString().length;
    parts.push({ start, text: whole.toString(), from, to: from + inside.toString().length });
  }
  const passage = passageOfParts(parts);
  const words = parts
    .map(({ text, from, to }) => text.slice(from, to))
    .join('\n')
    .trim();
  return passage && { ...passage, words };
}

/** The range on the page of a passage, or undefined when it touches no paragraph. */
export function rangeOf(root: HTMLElement, { start, end }: Passage): Range | undefined {
  const range = document.createRange();
  let found = false;
  for (const paragraph of textsOf(root)) {
    const text = paragraph.element.textContent;
    const last = paragraph.start + codePoints(text);
    if (last <= start || paragraph.start >= end) continue;
    if (!found) range.setStart(...pointIn(paragraph.element, indexIn(text, paragraph.start, start)));
    range.setEnd(...pointIn(paragraph.element, indexIn(text, paragraph.start, end)));
    found = true;
  }
  return found ? range : undefined;
}

/** Where `words` stand in the texts of `root`: of several places the one nearest to code point `near`. */
export function findWords(root: HTMLElement, words: string, near: number): Passage | undefined {
  const wanted = words.replaceAll(/\s*\n\s*/g, '\n');
  const paragraphs = textsOf(root).map(({ element, start }) => ({ start, text: element.textContent }));
  const all = paragraphs.map(({ text }) => text).join('\n');
  const starts: number[] = [];
  let length = 0;
  for (const { text } of paragraphs) {
    starts.push(length);
    length += text.length + 1;
  }
  const positionAt = (index: number) => {
    const which = Math.max(
      0,
      starts.findLastIndex((start) => start <= index),
    );
    const { start, text } = paragraphs[which]!;
    return start + codePoints(text.slice(0, index - starts[which]!));
  };
  const places: Passage[] = [];
  for (let at = all.indexOf(wanted); at !== -1 && wanted !== ''; at = all.indexOf(wanted, at + 1))
    places.push({ start: positionAt(at), end: positionAt(at + wanted.length) });
  return places.toSorted((left, right) => Math.abs(left.start - near) - Math.abs(right.start - near))[0];
}

/** The texts of `root` in order without their labels ("ON:"), each with the code points that it covers. */
export function textsIn(root: HTMLElement): (Passage & { text: string })[] {
  return textsOf(root).map(({ element, start }) => {
    const label = element.querySelector('.app-paragraph__label')?.textContent ?? '';
    const text = element.textContent.slice(label.length);
    const from = start + codePoints(label);
    return { start: from, end: from + codePoints(text), text };
  });
}

/** The code point at the point (x, y) of the window; undefined where there is no text of `root`. */
export function positionAtPoint(root: HTMLElement, x: number, y: number): number | undefined {
  const range = document.caretRangeFromPoint?.(x, y);
  const caret = range
    ? { node: range.startContainer, offset: range.startOffset }
    : ((at) => at && { node: at.offsetNode, offset: at.offset })(document.caretPositionFromPoint?.(x, y));
  const text = caret && textsOf(root).find(({ element }) => element.contains(caret.node));
  if (!text) return undefined;
  const before = document.createRange();
  before.selectNodeContents(text.element);
  before.setEnd(caret.node, caret.offset);
  return text.start + codePoints(before.toString());
}

function textsOf(root: HTMLElement): { element: HTMLElement; start: number }[] {
  return [...root.querySelectorAll<HTMLElement>('[data-text]')].map((element) => ({
    element,
    start: Number(element.closest<HTMLElement>('[data-start]')?.dataset.start),
  }));
}

function pointIn(element: HTMLElement, index: number): [Node, number] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = index;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (left <= length) return [node, left];
    left -= length;
  }
  return [element, element.childNodes.length];
}

/** How many code points `text` has. Most have no character beyond the first plane: their length is counted already. */
export function codePoints(text: string): number {
  return /[\ud800-\udbff]/.test(text) ? Array.from(text).length : text.length;
}
