/** The option that makes a theme of what was typed; the others have the ids of their themes. */
export const CREATE = 'picker-create';

export function optionId(id: string): string {
  return id === CREATE ? CREATE : `picker-${id}`;
}

export function emptyOption(id: string, more: string): HTMLElement {
  const option = document.createElement('li');
  option.id = optionId(id);
  option.className = `app-picker__theme ${more}`;
  option.setAttribute('role', 'option');
  return option;
}

export function span(className: string, text = ''): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  if (text === '' || text === '+') element.setAttribute('aria-hidden', 'true');
  return element;
}

export function opening(words: string): string {
  const letters = Array.from(words.replaceAll(/\s+/g, ' '));
  return letters.length <= 60 ? letters.join('') : `${letters.slice(0, 60).join('').trimEnd()}…`;
}
