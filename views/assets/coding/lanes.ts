/** A bar beside a paragraph for one coding: from `top` to `bottom` in pixels from the paragraph's top. */
export type Bar = { id: string; top: number; bottom: number };

// Pixels of a lane; and how many have room beside the text.
const WIDTH = 8;
const MOST_LANES = 10;

/** The lane of each bar, counted from 0, so that bars beside each other never share one. */
export function lanesOfBars(bars: readonly Bar[]): Map<string, number> {
  const lanes = new Map<string, number>();
  const ends: number[] = [];
  for (const { id, top, bottom } of bars.toSorted(
    (left, right) => left.top - right.top || right.bottom - left.bottom,
  )) {
    const free = ends.findIndex((end) => end <= top);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = bottom;
    lanes.set(id, lane);
  }
  return lanes;
}

/**
 * Draws the bars of each paragraph's codings beside the lines they cover, as it comes near the window: a long note costs
 * what is seen of it. Draws them again whenever the text flows anew; the function that it answers, after paragraphs have
 * been exchanged.
 */
export function drawLanes(reading: HTMLElement): () => void {
  reading.classList.add('app-reading--lanes');
  const near = new Set<HTMLElement>();
  let lanesShown = 0;

  function draw(paragraphs: Iterable<HTMLElement>): void {
    // All is measured before anything is written, or each paragraph would lay the page out once more.
    const drawn = [...paragraphs].map((paragraph) => ({ paragraph, bars: barsOf(paragraph) }));
    for (const { paragraph, bars } of drawn) {
      const lanes = lanesOfBars(bars);
      widen(Math.min(Math.max(-1, ...lanes.values()) + 1, MOST_LANES));
      paragraph.querySelector('.app-lanes')?.remove();
      if (bars.length === 0) continue;
      const gutter = document.createElement('div');
      gutter.className = 'app-lanes';
      gutter.setAttribute('aria-hidden', 'true');
      gutter.append(...bars.map((bar) => barElement(bar, lanes.get(bar.id) ?? 0)));
      paragraph.append(gutter);
    }
  }

  // As wide as the widest paragraph has needed; it never narrows under the reader's eyes.
  function widen(lanes: number): void {
    if (lanes <= lanesShown) return;
    lanesShown = lanes;
    reading.style.setProperty('--lanes', `${lanes * WIDTH}px`);
  }

  const sight = new IntersectionObserver(
    (entries) => {
      const arrived: HTMLElement[] = [];
      for (const { target, isIntersecting } of entries) {
        if (!(target instanceof HTMLElement)) continue;
        if (isIntersecting && !near.has(target)) arrived.push(target);
        if (isIntersecting) near.add(target);
        else near.delete(target);
      }
      draw(arrived);
    },
    { rootMargin: '600px 0px' },
  );
  const watched = new WeakSet<Element>();
  const watch = () => {
    for (const paragraph of near) if (!paragraph.isConnected) near.delete(paragraph);
    for (const paragraph of reading.querySelectorAll<HTMLElement>('[data-paragraph]')) {
      if (watched.has(paragraph)) continue;
      watched.add(paragraph);
      sight.observe(paragraph);
    }
  };
  watch();
  // The gutter is as wide as its lanes, which moves the text: the observer draws once more, and then it stands still.
  new ResizeObserver(() => draw(near)).observe(reading);
  return watch;
}

function barsOf(paragraph: HTMLElement): (Bar & { theme: string })[] {
  const bars = new Map<string, Bar & { theme: string }>();
  const marks = paragraph.querySelectorAll<HTMLElement>('mark[data-coding]');
  if (marks.length === 0) return [];
  const origin = paragraph.getBoundingClientRect().top;
  for (const mark of marks) {
    const id = mark.dataset.coding ?? '';
    const { top, bottom } = mark.getBoundingClientRect();
    const known = bars.get(id);
    bars.set(id, {
      id,
      top: Math.min(known?.top ?? Infinity, top - origin),
      bottom: Math.max(known?.bottom ?? -Infinity, bottom - origin),
      theme: known?.theme ?? [...mark.classList].find((name) => name.startsWith('theme-')) ?? '',
    });
  }
  return [...bars.values()];
}

function barElement({ id, top, bottom, theme }: Bar & { theme: string }, lane: number): HTMLElement {
  const bar = document.createElement('span');
  bar.className = `app-lane ${theme}`;
  bar.dataset.coding = id;
  bar.style.top = `${top}px`;
  bar.style.height = `${bottom - top}px`;
  bar.style.left = `${lane * WIDTH}px`;
  return bar;
}

/** Points at a coding and all that shows it: its words, its stripe, its bar and its item light up together. */
export function lightTogether(root: HTMLElement): void {
  const light = (event: Event) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-coding]') : null;
    for (const element of root.querySelectorAll('.is-lit')) element.classList.remove('is-lit');
    if (!target) return;
    for (const element of root.querySelectorAll(`[data-coding="${target.dataset.coding}"]`))
      element.classList.add('is-lit');
  };
  root.addEventListener('pointerover', light);
  root.addEventListener('focusin', light);
  root.addEventListener('pointerleave', light);
}
