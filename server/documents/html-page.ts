import { xmlText } from './xml-text.ts';
import type { Text } from './parts.ts';

const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 1rem/1.5 Arial, Helvetica, sans-serif; color: #0b0c0c; background: #fff; max-width: 60rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 2.25rem; line-height: 1.15; margin: 2rem 0 .5rem; }
h2 { font-size: 1.6rem; line-height: 1.2; margin: 3rem 0 .5rem; }
h3 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
a { color: #1d4f76; }
.study { font-size: 1.25rem; color: #505a5f; margin: 0 0 1.5rem; }
.facts { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; margin: 0 0 2rem; border-top: 1px solid #b1b4b6; }
.facts dt, .facts dd { padding: .5rem 1rem .5rem 0; border-bottom: 1px solid #b1b4b6; margin: 0; white-space: pre-line; }
.facts dt { font-weight: 700; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid #b1b4b6; }
td.number, th.number { text-align: right; padding-right: 0; }
.definition, .source { color: #505a5f; }
.extract { margin: 0 0 1.25rem; padding-left: 1rem; border-left: .35rem solid #b1b4b6; break-inside: avoid; }
.extract blockquote { margin: 0 0 .25rem; white-space: pre-wrap; }
.extract .source { margin: 0; font-size: .875rem; }
.context { color: #505a5f; }
mark { background: #fff3c9; color: inherit; }
.memo { margin: .4rem 0 0 1rem; padding-left: .75rem; border-left: .2rem solid #d3d6d8; font-size: .9rem; font-style: italic; white-space: pre-wrap; }
.memo b { font-style: normal; }
@page { size: A4; margin: 20mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt Arial, sans-serif; color: #505a5f; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h1, h2, h3 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
  mark, .extract, .stripe { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (max-width: 40rem) { .facts { grid-template-columns: 1fr; } .facts dt { border-bottom: 0; padding-bottom: 0; } body { padding: 1rem; } }
`;

/**
 * One page that needs nothing else: its styles are in it, it has no script, and its own policy allows neither scripts nor
 * anything from elsewhere. `style` is added to the styles that all have.
 */
export async function* htmlPage(title: string, body: Text, style = ''): AsyncGenerator<string> {
  yield `<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${xmlText(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
`;
  yield* body;
  yield '</body>\n</html>\n';
}

/** A colour of the codebook where styles may stand; anything else is left out. */
export function safeColour(colour: string): string {
  return /^#[0-9a-f]{6}$/.test(colour) ? colour : '#b1b4b6';
}

/** What is known of the export, as names and texts. */
export function htmlFacts(facts: readonly (readonly [string, string])[]): string {
  return `<dl class="facts">${facts
    .map(([name, text]) => `<dt>${xmlText(name)}</dt><dd dir="auto">${xmlText(text)}</dd>`)
    .join('')}</dl>\n`;
}
