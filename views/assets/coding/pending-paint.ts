// The words stay visible as chosen while the keyboard is in the bar, where the browser shows no selection of the text.
const NAME = 'app-pending';

/** Paints the words that wait for their themes; undefined paints nothing. Browsers that cannot only lack the colour. */
export function paintPending(range: Range | undefined): void {
  if (typeof Highlight === 'undefined') return;
  if (range) CSS.highlights.set(NAME, new Highlight(range));
  else CSS.highlights.delete(NAME);
}
