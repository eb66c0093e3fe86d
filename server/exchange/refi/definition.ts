/** What a theme's definition consists of: in the format all of it is one description. */
export type Definition = { definition: string; when_to_use: string; when_not_to_use: string; example: string };

const HEADINGS: [keyof Definition, string][] = [
  ['when_to_use', 'When to use it:'],
  ['when_not_to_use', 'When not to use it:'],
  ['example', 'Example:'],
];

/** One description, under headings where there is more than the definition. */
export function joinDefinition(parts: Definition): string {
  return HEADINGS.reduce(
    (text, [key, heading]) => (parts[key] === '' ? text : `${text}\n\n${heading}\n${parts[key]}`),
    parts.definition,
  );
}

/** The reverse, for a description that joinDefinition() made. */
export function splitDefinition(description: string, isOwn: boolean): Definition {
  const parts: Definition = { definition: description, when_to_use: '', when_not_to_use: '', example: '' };
  if (!isOwn) return parts;
  for (const [key, heading] of HEADINGS.toReversed()) {
    const mark = `\n\n${heading}\n`;
    const at = parts.definition.lastIndexOf(mark);
    if (at === -1) continue;
    parts[key] = parts.definition.slice(at + mark.length);
    parts.definition = parts.definition.slice(0, at);
  }
  return parts;
}
