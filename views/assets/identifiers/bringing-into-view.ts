const COPIED = ['font', 'letterSpacing', 'lineHeight', 'padding', 'textIndent', 'wordSpacing', 'direction'] as const;

/** Selects [start, end) of a text area and scrolls to it, be it the area or the page that scrolls. */
export function selectInView(area: HTMLTextAreaElement, start: number, end: number): void {
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  const top = distanceOf(area, start);
  if (area.scrollHeight > area.clientHeight + 1) {
    if (top < area.scrollTop || top > area.scrollTop + area.clientHeight - 60)
      area.scrollTop = Math.max(0, top - area.clientHeight / 2);
    area.scrollIntoView({ block: 'nearest' });
    return;
  }
  const y = area.getBoundingClientRect().top + top;
  // The bar of labels is above, the buttons are below.
  if (y < 90 || y > window.innerHeight - 150) window.scrollBy({ top: y - window.innerHeight / 2 });
}

// How far down in the area the text at `index` stands: browsers do not say, so that the same text is laid out beside it.
function distanceOf(area: HTMLTextAreaElement, index: number): number {
  const mirror = document.createElement('div');
  const style = getComputedStyle(area);
  for (const name of COPIED) mirror.style[name] = style[name];
  mirror.style.width = `${area.clientWidth}px`;
  mirror.style.boxSizing = 'border-box';
  mirror.style.position = 'absolute';
  mirror.style.visibility = 'hidden';
  mirror.style.whiteSpace = 'pre-wrap';
  mirror.style.overflowWrap = 'break-word';
  mirror.textContent = area.value.slice(0, index);
  const mark = document.createElement('span');
  mark.textContent = '\u200b';
  mirror.append(mark);
  document.body.append(mirror);
  const top = mark.offsetTop;
  mirror.remove();
  return top;
}
