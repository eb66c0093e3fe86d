import { typeOver } from './typing.ts';

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
  // At the beginning of a paragraph, or in one that has nothing but a label, the paragraph itself gets the label.
  if (before.trim() === '' || line.trim() === old.trim() || cursor - lineStart <= old.length)
    return typeOver(area, lineStart, lineStart + Math.max(old.length, line.trim() === '' ? line.length : 0), label);
  typeOver(area, cursor, area.selectionEnd, `\n${label}`);
}
