/** Puts `text` in the place of [start, end) as if it were typed. */
export function typeOver(area: HTMLTextAreaElement, start: number, end: number, text: string): void {
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  // Only this way is it undone by Ctrl+Z like anything typed. Browsers without it get the plain replacement.
  // eslint-disable-next-line typescript/no-deprecated -- nothing else keeps the undo history
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, start, end, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
