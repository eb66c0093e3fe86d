import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRightToLeft, xmlText } from '../../server/documents/xml-text.ts';
import { expectWellFormed } from '../extracts/well-formed.ts';

describe('xmlText()', () => {
  test.each([
    ['plain', 'plain'],
    ['a & b < c > d "e" \'f\'', "a &amp; b &lt; c &gt; d &quot;e&quot; 'f'"],
    ['tab\tline\nreturn\r', 'tab\tline\nreturn&#13;'],
    ['\u0000\u0007\u000b\u001f\ufffe\uffff', '\ufffd'.repeat(6)],
    ['\ud83d \udeaa', '\ufffd \ufffd'],
    ['🚪 e\u0301 \u0085', '🚪 e\u0301 \u0085'],
  ])('%j', (text, expected) => {
    expect(xmlText(text)).toBe(expected);
  });

  test('makes well-formed XML of any text, in an element and in an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        expectWellFormed('any', `<a b="${xmlText(text)}">${xmlText(text)}</a>`),
      ),
      { numRuns: 300 },
    );
  });
});

test.each([
  ['', false],
  ['123 …', false],
  ['A שלום', false],
  ['12: שלום A', true],
  ['“مرحبا', true],
])('isRightToLeft(%j) · goes by the first letter', (text, expected) => {
  expect(isRightToLeft(text)).toBe(expected);
});
