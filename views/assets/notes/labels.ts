// The buttons that begin a paragraph with ON:, TN:, MN: or PN: where the cursor stands.

const LABEL = /^(ON|TN|MN|PN):[ \t]*/;

/** Shows the bar of labels and makes its buttons work. */
export function enableLabels(bar: HTMLElement, area: HTMLTextAreaElement): void {
  bar.hidden = false;
  // Otherwise a phone folds its keyboard away at every tap.
  bar.addEventListener('pointerdown', (event) => event.preventDefault());
  for (const button of bar.querySelectorAll<HTMLButtonElement>('button[data-label]'))
    button.addEventListener('click', () => beginParagraph(area, `${button.dataset.label}: `));
}

function beginParagraph(area: HTMLTextAreaElement, label: string): void {
  const { value, selectionStart: cursor } = area;
  const lineStart = value.lastIndexOf('\n', cursor - 1) + 1;
  const newline = value.indexOf('\n', cursor);
  const line = value.slice(lineStart, newline === -1 ? value.length : newline);
  const old = LABEL.exec(line)?.[0] ?? '';
  const before = value.slice(lineStart, cursor);
  area.focus();
  // At the beginning of a paragraph, or in one that has nothing but a label, the paragraph itself gets the label.
  if (before.trim() === '' || line.trim() === old.trim() || cursor - lineStart <= old.length)
    return replace(area, lineStart, lineStart + Math.max(old.length, line.trim() === '' ? line.length : 0), label);
  replace(area, cursor, area.selectionEnd, `\n${label}`);
}

function replace(area: HTMLTextAreaElement, start: number, end: number, text: string): void {
  area.setSelectionRange(start, end);
  // Only this way is it undone by Ctrl+Z like anything typed. Browsers without it get the plain replacement.
  // eslint-disable-next-line typescript/no-deprecated -- nothing else keeps the undo history
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, start, end, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
