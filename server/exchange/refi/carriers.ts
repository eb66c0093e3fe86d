import type { Element } from './element.ts';

/** The elements that have a text of their own. */
export const TEXT_BEARING: ReadonlySet<string> = new Set([
  'TextSource',
  'Representation',
  'TextDescription',
  'Transcript',
  'Note',
]);

/** The elements of a source (itself among them) that have a text of their own, those inside selections left out. */
export function carriersOf(unit: Element): Element[] {
  const inside = unit.children.filter(({ name }) => TEXT_BEARING.has(name));
  return TEXT_BEARING.has(unit.name) ? [unit, ...inside] : inside;
}

export function isSelection({ name }: Element): boolean {
  return name.endsWith('Selection');
}
