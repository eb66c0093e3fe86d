import { type Segment, segmentsOf } from '../../server/coding/segments.ts';

// Runs in the page of painting.ts: the same text and passages every time.

type Passage = { id: string; theme: number; start: number; end: number };
type Paragraph = { start: number; end: number; text: string };
type Library = {
  createTextAnnotator(
    element: HTMLElement,
    options: object,
  ): { setAnnotations(annotations: object[]): void; addAnnotation(annotation: object): void };
};

const THEMES = 40;
const text = document.getElementById('text')!;

// A small generator of its own, so that every page is the same.
let seed = 7;
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};

const paragraphs: Paragraph[] = [];
let at = 0;
for (let number = 0; number < 160; number += 1) {
  const words = Array.from({ length: 125 }, () => 'abcdefghijkl'.slice(0, 2 + random(9))).join(' ');
  paragraphs.push({ start: at, end: at + words.length, text: words });
  at += words.length;
}
const passages = Array.from({ length: 2001 }, (_, index): Passage => {
  const { start, end } = paragraphs[random(paragraphs.length)]!;
  const from = start + random(end - start - 40);
  return { id: String(index), theme: random(THEMES), start: from, end: Math.min(end, from + 20 + random(160)) };
}).toSorted((left, right) => left.start - right.start || right.end - left.end);
const extra = passages.splice(1000, 1)[0]!;

const style = document.createElement('style');
style.textContent = Array.from(
  { length: THEMES },
  (_, theme) =>
    `.theme-${theme} { background: hsl(${theme * 9} 80% 85%) } ::highlight(theme-${theme}) { background-color: hsl(${theme * 9} 80% 85%) }`,
).join('\n');
document.head.append(style);

const painted = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

function markUp(paragraph: Paragraph, among: readonly Passage[]): HTMLElement {
  const element = document.createElement('p');
  const touching = among.filter(({ start, end }) => start < paragraph.end && end > paragraph.start);
  for (const segment of segmentsOf(paragraph.start, paragraph.end, touching))
    element.append(marked(paragraph, segment));
  return element;
}

function marked(paragraph: Paragraph, { start, end, codings }: Segment<Passage>): Node {
  let inner: Node = document.createTextNode(paragraph.text.slice(start - paragraph.start, end - paragraph.start));
  for (const { theme } of codings.toReversed()) {
    const mark = document.createElement('mark');
    mark.className = `theme-${theme}`;
    mark.append(inner);
    inner = mark;
  }
  return inner;
}

function rangeOf({ start, end }: Passage): Range {
  const index = paragraphs.findIndex((paragraph) => paragraph.end > start);
  const node = text.children[index]!.firstChild!;
  const range = document.createRange();
  range.setStart(node, start - paragraphs[index]!.start);
  range.setEnd(node, end - paragraphs[index]!.start);
  return range;
}

const ways: Record<string, () => { all: () => void; one: () => void }> = {
  marks: () => ({
    all: () => text.replaceChildren(...paragraphs.map((paragraph) => markUp(paragraph, passages))),
    one: () => {
      const index = paragraphs.findIndex(({ end }) => end > extra.start);
      text.children[index]!.replaceWith(markUp(paragraphs[index]!, [...passages, extra]));
    },
  }),
  highlights: () => {
    const highlights = Array.from({ length: THEMES }, () => new Highlight());
    return {
      all: () => {
        for (const passage of passages) highlights[passage.theme]!.add(rangeOf(passage));
        highlights.forEach((highlight, theme) => CSS.highlights.set(`theme-${theme}`, highlight));
      },
      one: () => highlights[extra.theme]!.add(rangeOf(extra)),
    };
  },
  recogito: () => {
    const library = (window as unknown as { Recogito: Library }).Recogito;
    const annotator = library.createTextAnnotator(text, { renderer: 'CSS_HIGHLIGHTS' });
    const annotation = ({ id, start, end }: Passage) => ({
      id,
      bodies: [],
      target: { annotation: id, selector: [{ start, end, quote: text.textContent.slice(start, end) }] },
    });
    return {
      all: () => annotator.setAnnotations(passages.map(annotation)),
      one: () => annotator.addAnnotation(annotation(extra)),
    };
  },
};

async function paint(way: string): Promise<{ registered: number; painted: number; oneMore: number }> {
  text.replaceChildren(...paragraphs.map((paragraph) => markUp(paragraph, [])));
  await painted();
  const { all, one } = ways[way]!();
  const began = performance.now();
  all();
  const registered = performance.now() - began;
  await painted();
  const shown = performance.now() - began;
  const again = performance.now();
  one();
  await painted();
  return { registered, painted: shown, oneMore: performance.now() - again };
}

Object.assign(window, { paint });
