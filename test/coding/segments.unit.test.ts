import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lanesOf, segmentsOf } from '../../server/coding/segments.ts';

const anySpans = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 20 })), { maxLength: 15 })
  .map((spans) =>
    spans
      .map(([start, length], index) => ({ id: String(index), start, end: start + length }))
      .toSorted((left, right) => left.start - right.start || right.end - left.end),
  );

describe('segmentsOf', () => {
  test('gives each stretch the codings that cover it · where two overlap', () => {
    const a = { id: 'a', start: 0, end: 6 };
    const b = { id: 'b', start: 4, end: 20 };
    expect(segmentsOf(2, 10, [a, b])).toEqual([
      { start: 2, end: 4, codings: [a] },
      { start: 4, end: 6, codings: [a, b] },
      { start: 6, end: 10, codings: [b] },
    ]);
  });

  test('covers the paragraph without gaps, each character under exactly its codings · for any codings', () => {
    fc.assert(
      fc.property(anySpans, fc.nat({ max: 20 }), fc.integer({ min: 1, max: 40 }), (spans, from, length) => {
        const segments = segmentsOf(from, from + length, spans);
        for (let position = from; position < from + length; position += 1) {
          const holding = segments.filter(({ start, end }) => start <= position && position < end);
          expect(holding).toHaveLength(1);
          expect(holding[0]!.codings.map(({ id }) => id)).toEqual(
            spans.filter(({ start, end }) => start <= position && position < end).map(({ id }) => id),
          );
        }
      }),
    );
  });
});

describe('lanesOf', () => {
  test('keeps overlapping codings apart, in as many lanes as ever lie over each other · for any codings', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const lanes = lanesOf(spans);
        for (const one of spans)
          for (const other of spans)
            if (one.id !== other.id && one.start < other.end && other.start < one.end)
              expect(lanes.get(one.id)).not.toBe(lanes.get(other.id));
        const deepest = Math.max(
          0,
          ...spans.map(({ start }) => spans.filter((span) => span.start <= start && span.end > start).length),
        );
        expect(new Set(lanes.values()).size).toBe(deepest);
      }),
    );
  });
});
