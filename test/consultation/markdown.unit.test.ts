import { describe, expect, test } from '@jest/globals';
import { readMarkdown, renderMarkdown } from '../../server/consultation/markdown.ts';

describe('readMarkdown', () => {
  test('is what its reader has, with the addresses of links last', () => {
    const text =
      '# A *warm*\\_welcome\n\nS**am** said &amp;\nso [here](https://example.org/sam%20okafor).\n\n- one\n- `two`\n\n| a | b |\n|---|---|\n| c | d |\n\n    code';
    expect(readMarkdown(text).split('\n\n')).toEqual([
      'A warm_welcome',
      'Sam said &\nso here.',
      'one',
      'two',
      'a',
      'b',
      'c',
      'd',
      'code',
      'https://example.org/sam okafor',
    ]);
  });
});

describe('renderMarkdown', () => {
  const marked = (text: string, words: string) => {
    const from = readMarkdown(text).indexOf(words);
    return renderMarkdown(text, [{ from, to: from + words.length, isKnown: true }]);
  };
  const MARK = '<mark class="app-deid__mark app-deid__mark--known">';

  test.each([
    ['We met Sam.', 'Sam', `<p class="govuk-body">We met ${MARK}Sam</mark>.</p>\n`],
    [
      'We met S**am** Okafor <b>.',
      'Sam Okafor',
      `<p class="govuk-body">We met ${MARK}S</mark><strong>${MARK}am</mark></strong>${MARK} Okafor</mark> &lt;b&gt;.</p>\n`,
    ],
    [
      'One\n\n    code\n\nSam\nOkafor',
      'Sam\nOkafor',
      `<p class="govuk-body">One</p>\n<pre><code>code\n</code></pre>\n<p class="govuk-body">${MARK}Sam</mark>\n${MARK}Okafor</mark></p>\n`,
    ],
    [
      '- `<Sam>`',
      'Sam',
      `<ul class="govuk-list govuk-list--bullet">\n<li><code>&lt;</code>${MARK}<code>Sam</code></mark><code>&gt;</code></li>\n</ul>\n`,
    ],
  ])('marks a stretch of the text as it is read · in %s', (text, words, html) => {
    expect(marked(text, words)).toBe(html);
  });

  test('changes nothing · where nothing is marked', () => {
    expect(renderMarkdown('We met **Sam**.', [])).toBe('<p class="govuk-body">We met <strong>Sam</strong>.</p>\n');
  });
});
