import MarkdownIt, { type Token } from 'markdown-it';

/** A stretch of readMarkdown()'s text to be marked: half-open [from, to) in UTF-16; `isKnown` the surer kind. */
export type MarkedStretch = { from: number; to: number; isKnown: boolean };

const BETWEEN_BLOCKS = '\n\n';

// No HTML, no images (they would be fetched from elsewhere) and only links that a person can judge by their address.
const markdown = new MarkdownIt('commonmark', { html: false, linkify: false, typographer: false })
  .enable(['table', 'strikethrough'])
  .disable(['image', 'html_block', 'html_inline']);
markdown.validateLink = (url) => /^(https?:|mailto:)/i.test(url.trim());

const CLASSES: Record<string, string> = {
  h1: 'govuk-heading-l',
  h2: 'govuk-heading-m',
  h3: 'govuk-heading-s',
  h4: 'govuk-heading-s',
  p: 'govuk-body',
  ul: 'govuk-list govuk-list--bullet',
  ol: 'govuk-list govuk-list--number',
  a: 'govuk-link',
  blockquote: 'govuk-inset-text',
  table: 'govuk-table',
  th: 'govuk-table__header',
  td: 'govuk-table__cell',
};

markdown.core.ruler.push('classes', (state) => {
  const tokens = state.tokens.flatMap((token) => [token, ...(token.children ?? [])]);
  for (const token of tokens) {
    // The page has its own first heading: those of the text begin one level below it.
    if (token.tag === 'h1') token.tag = 'h2';
    const classes = CLASSES[token.tag];
    if (classes !== undefined && token.nesting >= 0) token.attrSet('class', classes + alignment(token));
    if (token.type === 'link_open') token.attrSet('rel', 'noopener noreferrer nofollow');
  }
});

// The page allows no style attribute, by which the library aligns the cells of a table.
function alignment(token: Token): string {
  const [, side] = /text-align:(left|center|right)/.exec(String(token.attrGet('style') ?? '')) ?? [];
  token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
  return side === undefined ? '' : ` app-align-${side}`;
}

// Marks run through bold and links: each piece of text is cut where a mark begins or ends.
markdown.core.ruler.push('marks', (state) => {
  const marks = (state.env as { marks?: readonly MarkedStretch[] }).marks ?? [];
  if (marks.length === 0) return;
  let at = 0;
  for (const { block, token } of blocksOf(state.tokens)) {
    if (token.children === null) {
      at += block.length + BETWEEN_BLOCKS.length;
      continue;
    }
    const children: Token[] = [];
    for (const child of token.children) {
      const words = wordsOf(child);
      if (words === '' || child.type === 'softbreak' || child.type === 'hardbreak') children.push(child);
      else
        for (const piece of cut(words, at, marks)) {
          const part = Object.assign(new state.Token(child.type, child.tag, child.nesting), child, {
            content: piece.text,
          });
          if (piece.mark === undefined) {
            children.push(part);
            continue;
          }
          const open = new state.Token('mark_open', 'mark', 1);
          open.attrSet('class', `app-deid__mark${piece.mark.isKnown ? ' app-deid__mark--known' : ''}`);
          children.push(open, part, new state.Token('mark_close', 'mark', -1));
        }
      at += words.length;
    }
    token.children = children;
    at += BETWEEN_BLOCKS.length;
  }
});

function cut(words: string, at: number, marks: readonly MarkedStretch[]): { text: string; mark?: MarkedStretch }[] {
  const pieces: { text: string; mark?: MarkedStretch }[] = [];
  let next = 0;
  for (const mark of marks) {
    const from = Math.max(next, mark.from - at);
    const to = Math.min(words.length, mark.to - at);
    if (from >= to) continue;
    if (from > next) pieces.push({ text: words.slice(next, from) });
    pieces.push({ text: words.slice(from, to), mark });
    next = to;
  }
  if (next < words.length) pieces.push({ text: words.slice(next) });
  return pieces;
}

/** What is read of each block: a paragraph, a heading, a cell, a piece of code. */
function blocksOf(tokens: readonly Token[]): { block: string; token: Token }[] {
  return tokens.flatMap((token) => {
    if (token.type === 'inline') return [{ block: (token.children ?? []).map(wordsOf).join(''), token }];
    return token.type === 'fence' || token.type === 'code_block' ? [{ block: token.content.trimEnd(), token }] : [];
  });
}

function wordsOf({ type, content }: Token): string {
  if (type === 'softbreak' || type === 'hardbreak') return '\n';
  return type === 'text' || type === 'code_inline' ? content : '';
}

/**
 * A text in CommonMark as its reader has it: without the signs that make it bold or a heading, blocks apart by an empty
 * line. The addresses of links come last: they are not seen, but they are sent.
 */
export function readMarkdown(text: string): string {
  const tokens = markdown.parse(text, {});
  const addresses = tokens
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === 'link_open')
    .map((link) => plainAddress(String(link.attrGet('href') ?? '')));
  return [...blocksOf(tokens).map(({ block }) => block), ...new Set(addresses)].join(BETWEEN_BLOCKS);
}

function plainAddress(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** The HTML of a text in CommonMark: whatever HTML the text holds is shown as the characters typed. */
export function renderMarkdown(text: string, marks: readonly MarkedStretch[] = []): string {
  return markdown.render(text, { marks });
}
