import MarkdownIt, { type Token } from 'markdown-it';

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

/** The HTML of a text in CommonMark: whatever HTML the text holds is shown as the characters typed. */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}
