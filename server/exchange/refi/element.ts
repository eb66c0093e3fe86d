import { createHash } from 'node:crypto';

/** A piece of XML by local names. `text` is the text of an element that has no children. */
export type Element = {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
};

export function element(
  name: string,
  attributes: Record<string, string | undefined> = {},
  children: (Element | undefined)[] = [],
  text = '',
): Element {
  const given: Record<string, string> = {};
  for (const key in attributes) if (attributes[key] !== undefined) given[key] = attributes[key];
  return { name, attributes: given, children: children.filter((child) => child !== undefined), text };
}

export function childrenOf(parent: Element, name: string): Element[] {
  return parent.children.filter((child) => child.name === name);
}

export function childOf(parent: Element, name: string): Element | undefined {
  return parent.children.find((child) => child.name === name);
}

/** What its children of that name refer to, normalised. */
export function targetsOf(parent: Element, name: string): string[] {
  return childrenOf(parent, name).map((child) => normaliseGuid(child.attributes.targetGUID ?? ''));
}

/** The text of its `Description`: undefined when there is none, '' when there is an empty one. */
export function descriptionOf(parent: Element): string | undefined {
  return childOf(parent, 'Description')?.text;
}

const PLAIN_GUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/**
 * A GUID in lower case without braces, of whatever version: programs write any 128 bits. What has not its shape comes back
 * as it is, in lower case, so that references to it are still found.
 */
export function normaliseGuid(text: string): string {
  // As nearly every one is written: what follows comes to the same, and is asked a million times of a large project.
  if (PLAIN_GUID.test(text)) return text.toLowerCase();
  const trimmed = text.trim();
  return (GUID.exec(trimmed)?.[1] ?? trimmed).toLowerCase();
}

export function isGuid(text: string): boolean {
  return PLAIN_GUID.test(text) || GUID.test(text.trim());
}

/**
 * The same text in memory of its own. What is cut out of a piece of a document holds the whole piece: whoever keeps something
 * of every element would keep the document.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** As it is written by us: upper case, without braces. */
export function writtenGuid(guid: string): string {
  if (PLAIN_GUID.test(guid)) return guid.toUpperCase();
  const found = GUID.exec(guid.trim())?.[1];
  return found === undefined ? guid : found.toUpperCase();
}

/** A GUID in the shape of a random one, always the same for the same `name`. */
export function namedGuid(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}
