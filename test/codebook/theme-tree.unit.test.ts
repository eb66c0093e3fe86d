import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { descendantIds, pathsOf, pathText, themesInOrder, type ThemeNode } from '../../server/codebook/theme-tree.ts';

const theme = (id: string, parentId: string | null, position = 0, name = id): ThemeNode => ({
  id,
  parentId,
  position,
  name,
});

// Any parent for any theme: trees, orphans, circles and themes that are their own parent.
const anyThemes = fc.integer({ min: 0, max: 12 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, index) =>
      fc.record({
        id: fc.constant(`t${index}`),
        parentId: fc.option(fc.integer({ min: 0, max: count + 2 }).map((parent) => `t${parent}`)),
        position: fc.integer({ min: 0, max: 4 }),
        name: fc.constantFrom('a', 'b', 'c'),
      }),
    ),
  ),
);

// A parent is always an earlier theme: a forest.
const forest = fc
  .array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 4 })), { maxLength: 30 })
  .map((parents) =>
    parents.map(([pick, position], index) =>
      theme(`t${index}`, pick % (index + 1) === index ? null : `t${pick % (index + 1)}`, position),
    ),
  );

describe('pathsOf', () => {
  test('pathsOf · is the path that the codebook in order has · for every theme of any tree', () => {
    fc.assert(
      fc.property(forest, (themes) => {
        const pathOf = pathsOf(themes);
        // Ten names at most: deeper than the database lets themes be.
        for (const { id, path } of themesInOrder(themes)) expect(pathOf(id)).toBe(pathText(path.slice(-10)));
      }),
    );
  });

  test('pathsOf · ends · when themes are their own parents', () => {
    const pathOf = pathsOf([theme('a', 'b'), theme('b', 'a')]);
    expect(pathOf('a')?.endsWith('b > a')).toBe(true);
    expect(pathOf('elsewhere')).toBeUndefined();
  });
});

describe('themesInOrder', () => {
  test('themesInOrder · reads siblings by position and children after their parent · when given in any order', () => {
    const themes = [
      theme('family', 'networks', 1),
      theme('places', null, 1),
      theme('networks', null, 0),
      theme('friends', 'networks', 0),
    ];
    expect(themesInOrder(themes).map(({ id, depth, path }) => [id, depth, pathText(path)])).toEqual([
      ['networks', 0, 'networks'],
      ['friends', 1, 'networks > friends'],
      ['family', 1, 'networks > family'],
      ['places', 0, 'places'],
    ]);
  });

  test('themesInOrder · has every theme exactly once · whatever circles and orphans the data hold', () => {
    fc.assert(
      fc.property(anyThemes, (themes) => {
        const placed = themesInOrder(themes);
        expect(placed.map(({ id }) => id).toSorted()).toEqual(themes.map(({ id }) => id).toSorted());
      }),
    );
  });

  test('themesInOrder · has each theme straight below its parent in depth and path, and after it · in any forest', () => {
    fc.assert(
      fc.property(forest, (themes) => {
        const placed = themesInOrder(themes);
        const at = new Map(placed.map((one, index) => [one.id, { ...one, index }]));
        for (const [index, one] of placed.entries()) {
          const parent = one.parentId === null ? undefined : at.get(one.parentId);
          expect(one.depth).toBe(parent ? parent.depth + 1 : 0);
          expect(one.path).toEqual([...(parent?.path ?? []), one.name]);
          if (parent) expect(parent.index).toBeLessThan(index);
          expect(one.depth).toBeLessThanOrEqual((placed[index - 1]?.depth ?? -1) + 1);
        }
      }),
    );
  });

  test('themesInOrder · does not depend on the order of what it is given · in any forest', () => {
    const shuffled = forest.chain((themes) =>
      fc.tuple(fc.constant(themes), fc.shuffledSubarray(themes, { minLength: themes.length })),
    );
    fc.assert(
      fc.property(shuffled, ([themes, mixed]) => {
        expect(themesInOrder(mixed)).toEqual(themesInOrder(themes));
      }),
    );
  });

  test('themesInOrder · puts a theme at the top · when its parent is not among them', () => {
    expect(themesInOrder([theme('left', 'gone')])).toEqual([
      { id: 'left', parentId: 'gone', position: 0, name: 'left', depth: 0, path: ['left'] },
    ]);
  });
});

describe('descendantIds', () => {
  test('descendantIds · begins with the theme and ends, each once · whatever circles the data hold', () => {
    fc.assert(
      fc.property(anyThemes, (themes) => {
        const ids = descendantIds(themes, 't0');
        expect(ids[0]).toBe('t0');
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test('descendantIds · is what stands deeper until the next of its own depth · in any forest', () => {
    fc.assert(
      fc.property(forest, (themes) => {
        const placed = themesInOrder(themes);
        for (const [index, one] of placed.entries()) {
          const after = placed.slice(index + 1).findIndex(({ depth }) => depth <= one.depth);
          const branch = placed.slice(index, after === -1 ? undefined : index + 1 + after);
          expect(descendantIds(themes, one.id).toSorted()).toEqual(branch.map(({ id }) => id).toSorted());
        }
      }),
    );
  });
});
