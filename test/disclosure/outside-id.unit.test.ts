import { expect, test } from '@jest/globals';
import { createOutsideIds } from '../../server/disclosure/outside-id.ts';

const ID = '0193a0c1-7d2e-7aaa-8bbb-0123456789ab';

test('createOutsideIds() · gives a UUIDv8 · always the same for a secret, and another for another', () => {
  const one = createOutsideIds('a');
  expect(one(ID)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(createOutsideIds('a')(ID)).toBe(one(ID));
  expect(createOutsideIds('b')(ID)).not.toBe(one(ID));
});

test('createOutsideIds() · has nothing of the time that an id is made of', () => {
  const ids = createOutsideIds('a');
  // Two of one millisecond begin alike inside; so many in a row would stand in the order of their making.
  const made = Array.from({ length: 40 }, (_, index) => ids(`0193a0c1-7d${index + 10}-7aaa-8bbb-0123456789ab`));
  expect(new Set(made.map((id) => id.slice(0, 8))).size).toBe(40);
  expect(made).not.toEqual(made.toSorted());
});
