import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Place, placeAfter, placeRefusal, placesAfterMove, WAYS } from '../../server/codebook/theme-places.ts';
import { descendantIds, siblingsAt, type ThemeNode, themesInOrder } from '../../server/codebook/theme-tree.ts';

// A parent is always an earlier theme, and siblings may share a position as rows made by hand do.
const forest = fc
  .array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 14 })
  .map((picks) =>
    picks.map(([pick, position], index): ThemeNode => {
      const parent = pick % (index + 1);
      return { id: `t${index}`, parentId: parent === index ? null : `t${parent}`, name: `Theme ${index}`, position };
    }),
  );

const aMove = forest.chain((themes) =>
  fc.record({
    themes: fc.constant(themes),
    id: fc.constantFrom(...themes.map(({ id }) => id)),
    place: fc.record({
      parentId: fc.constantFrom(null, ...themes.map(({ id }) => id)),
      position: fc.integer({ min: 1, max: 20 }),
    }),
  }),
);

function moved(themes: readonly ThemeNode[], id: string, place: Place): ThemeNode[] {
  const places = new Map(placesAfterMove(themes, id, place).map((each) => [each.id, each]));
  return themes.map((theme) => ({
    ...theme,
    parentId: theme.id === id ? place.parentId : theme.parentId,
    position: places.get(theme.id)?.position ?? theme.position,
  }));
}

const outlineOf = (themes: readonly ThemeNode[]) => themesInOrder(themes).map(({ id, depth }) => `${depth} ${id}`);

describe('placesAfterMove', () => {
  test('placesAfterMove · numbers both groups of siblings from 1 without gaps, the theme where it was wanted · for any move that is allowed', () => {
    fc.assert(
      fc.property(aMove, ({ themes, id, place }) => {
        fc.pre(placeRefusal(themes, place.parentId, { id, height: 1 }) === undefined);
        const after = moved(themes, id, place);
        const groups = [place.parentId, themes.find((theme) => theme.id === id)!.parentId];
        for (const parentId of groups)
          expect(siblingsAt(after, parentId).map(({ position }) => position)).toEqual(
            siblingsAt(after, parentId).map((_, index) => index + 1),
          );
        const wanted = Math.min(place.position, siblingsAt(after, place.parentId).length);
        expect(siblingsAt(after, place.parentId)[wanted - 1]?.id).toBe(id);
      }),
    );
  });

  test('placesAfterMove · leaves the order of all others as it was, and every branch whole · for any move that is allowed', () => {
    fc.assert(
      fc.property(aMove, ({ themes, id, place }) => {
        fc.pre(placeRefusal(themes, place.parentId, { id, height: 1 }) === undefined);
        const branch = descendantIds(themes, id);
        const others = (all: readonly ThemeNode[]) => themesInOrder(all).filter((theme) => !branch.includes(theme.id));
        const after = moved(themes, id, place);
        expect(others(after).map((theme) => theme.id)).toEqual(others(themes).map((theme) => theme.id));
        expect(descendantIds(after, id).toSorted()).toEqual(branch.toSorted());
      }),
    );
  });
});

describe('placeRefusal', () => {
  test('placeRefusal · refuses exactly the theme itself and what is below it · as parents of any forest', () => {
    fc.assert(
      fc.property(aMove, ({ themes, id, place }) => {
        const refused = placeRefusal(themes, place.parentId, { id, height: 0 })?.includes('under itself') ?? false;
        expect(refused).toBe(place.parentId !== null && descendantIds(themes, id).includes(place.parentId));
      }),
    );
  });

  test.each([
    [9, undefined],
    [10, 'Themes can be nested 10 levels deep, and this would be level 11. Choose a place nearer to the top.'],
  ])('placeRefusal · counts levels · under a parent on level %i', (level, sentence) => {
    const chain = Array.from({ length: level }, (_, index): ThemeNode => ({
      id: `t${index}`,
      parentId: index === 0 ? null : `t${index - 1}`,
      name: `Level ${index + 1}`,
      position: 1,
    }));
    expect(placeRefusal(chain, `t${level - 1}`, { height: 1 })).toBe(sentence);
  });
});

describe('placeAfter', () => {
  const BACK = { up: 'down', down: 'up', in: 'out' } as const;

  test('placeAfter · is undone by the opposite step · for any step but out', () => {
    fc.assert(
      fc.property(aMove, fc.constantFrom('up', 'down', 'in'), ({ themes, id }, way) => {
        const there = placeAfter(themes, id, way);
        fc.pre(there !== undefined);
        const after = moved(themes, id, there);
        const back = placeAfter(after, id, BACK[way]);
        expect(back).toBeDefined();
        expect(outlineOf(moved(after, id, back!))).toEqual(outlineOf(themes));
      }),
    );
  });

  test('placeAfter · leads to another order each time it leads anywhere · for any step', () => {
    fc.assert(
      fc.property(aMove, fc.constantFrom(...WAYS), ({ themes, id }, way) => {
        const place = placeAfter(themes, id, way);
        if (place) expect(outlineOf(moved(themes, id, place))).not.toEqual(outlineOf(themes));
      }),
    );
  });
});
