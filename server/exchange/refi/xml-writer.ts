import type { Element } from './element.ts';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
// Not to be written in XML 1.0 in any form.
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Most values have nothing in them that either is looked for.
const REMARKABLE =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;

/** `text` without the characters that no XML can hold. */
export function xmlText(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd');
}

/** A reader turns newlines and tabs in an attribute into blanks unless they are written as numbers. */
export function escapeAttribute(value: string): string {
  if (!REMARKABLE.test(value)) return value;
  return xmlText(value).replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character]!);
}

/** A reader turns CR and CRLF in text into LF unless CR is written as a number; `]]>` may not stand in text. */
export function escapeText(value: string): string {
  return xmlText(value).replace(/[&<>\r]/g, (character) => ESCAPES[character]!);
}

export function openTag(name: string, attributes: Record<string, string> = {}, end = '>'): string {
  let written = `<${name}`;
  for (const key in attributes) written += ` ${key}="${escapeAttribute(attributes[key]!)}"`;
  return written + end;
}

/** An element with all that is in it, on lines of its own. */
export function writeElement({ name, attributes, children, text }: Element, indent = ''): string {
  if (children.length > 0) {
    let inner = '';
    for (const child of children) inner += writeElement(child, `${indent} `);
    return `${indent}${openTag(name, attributes)}\n${inner}${indent}</${name}>\n`;
  }
  if (text === '') return `${indent}${openTag(name, attributes, '/>')}\n`;
  return `${indent}${openTag(name, attributes)}${escapeText(text)}</${name}>\n`;
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
