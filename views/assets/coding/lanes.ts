/** A bar beside the text for one coding: from `top` to `bottom` in pixels from the top of the text. */
export type Bar = { id: string; top: number; bottom: number };

const WIDTH = 8;

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

/** Draws the bars of all codings beside the lines they cover, and draws them again whenever the text flows anew. */
export function drawLanes(reading: HTMLElement): () => void {
  const gutter = document.createElement('div');
  gutter.className = 'app-lanes';
  gutter.setAttribute('aria-hidden', 'true');
  reading.append(gutter);
  reading.classList.add('app-reading--lanes');

  const draw = () => {
    const origin = reading.getBoundingClientRect().top;
    const bars = new Map<string, Bar & { theme: string }>();
    for (const mark of reading.querySelectorAll<HTMLElement>('mark[data-coding]')) {
      const id = mark.dataset.coding ?? '';
      const { top, bottom } = mark.getBoundingClientRect();
      const known = bars.get(id);
      bars.set(id, {
        id,
        top: Math.min(known?.top ?? Infinity, top - origin),
        bottom: Math.max(known?.bottom ?? -Infinity, bottom - origin),
        theme: [...mark.classList].find((name) => name.startsWith('theme-')) ?? '',
      });
    }
    const lanes = lanesOfBars([...bars.values()]);
    reading.style.setProperty('--lanes', `${Math.min(Math.max(0, ...lanes.values()) + 1, 10) * WIDTH}px`);
    gutter.replaceChildren(
      ...[...bars.values()].map(({ id, top, bottom, theme }) => {
        const bar = document.createElement('span');
        bar.className = `app-lane ${theme}`;
        bar.dataset.coding = id;
        bar.style.top = `${top}px`;
        bar.style.height = `${bottom - top}px`;
        bar.style.left = `${(lanes.get(id) ?? 0) * WIDTH}px`;
        return bar;
      }),
    );
  };
  // The gutter is as wide as its lanes, which moves the text: the observer draws once more, and then it stands still.
  new ResizeObserver(draw).observe(reading);
  return draw;
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
