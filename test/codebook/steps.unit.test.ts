import { describe, expect, test } from '@jest/globals';
import { reversalOf } from '../../server/codebook/steps/reversal.ts';
import { changesBetween, stateOf } from '../../server/codebook/steps/step.ts';
import type { ShownStep } from '../../server/codebook/steps/step-queries.ts';
import { listed, stepSentence } from '../../server/codebook/steps/step-view.ts';
import type { Theme } from '../../server/codebook/theme-tree.ts';
import { compareCodebooks } from '../../server/codebook/versions/codebook-comparison.ts';

function theme(id: string, given: Partial<Theme> = {}): Theme {
  return {
    id,
    parentId: null,
    name: id.toUpperCase(),
    definition: '',
    whenToUse: '',
    whenNotToUse: '',
    example: '',
    colour: '#1d70b8',
    position: 1,
    version: 1,
    removedAt: null,
    retiredAt: null,
    mergedInto: null,
    ...given,
  };
}

const NOW = new Date('2026-11-25T12:00:00Z');
const kept = (each: Theme) => ({ id: each.id, ...stateOf(each) });

describe('changesBetween', () => {
  test('a theme that only made room · is no part of the step · unless the step was about it', () => {
    const before = [theme('a'), theme('b', { position: 2 }), theme('c', { position: 3 })];
    const after = [theme('a', { position: 2 }), theme('b', { position: 3 }), theme('c', { position: 1 })];
    expect(changesBetween(before, after, 'c').map(({ themeId }) => themeId)).toEqual(['c']);
  });

  test('a new theme · has nothing before', () => {
    const [change] = changesBetween([], [theme('a')], 'a');
    expect([change?.before, change?.after.name]).toEqual([null, 'A']);
  });
});

describe('stepSentence', () => {
  const step = (given: Partial<ShownStep>): ShownStep => ({
    id: 's',
    number: 7,
    kind: 'changed',
    subjectId: 'a',
    intoId: null,
    by: 'Kit',
    at: NOW,
    changes: [],
    moved: 0,
    setAside: 0,
    reverses: null,
    reversedBy: null,
    ...given,
  });
  const codebook = [theme('a', { name: 'Lifts' }), theme('b', { name: 'Practical support' })];

  const changed = (themeId: string, name: string) => ({
    themeId,
    before: null,
    after: stateOf(theme(themeId, { name })),
  });

  test.each<[string, Partial<ShownStep>]>([
    ['Kit merged “Lifts” into “Practical support”: 12 codings moved.', { kind: 'merged', intoId: 'b', moved: 12 }],
    [
      'Kit merged “Lifts” into “Practical support”: 1,200 codings moved, 3 set aside as said already.',
      { kind: 'merged', intoId: 'b', moved: 1200, setAside: 3 },
    ],
    ['Kit merged “Lifts” into “Practical support”: no codings moved.', { kind: 'merged', intoId: 'b' }],
    ['Kit reversed step 4 on “Lifts”.', { kind: 'reversed', reverses: 4 }],
    [
      'Kit reversed step 4 on “Lifts” and 1 other theme.',
      { kind: 'reversed', reverses: 4, changes: [changed('a', 'Lifts'), changed('b', 'Practical support')] },
    ],
    ['Kit retired “Lifts”.', { kind: 'retired' }],
  ])('%s', (sentence, given) => {
    expect(stepSentence(step(given), codebook)).toBe(sentence);
  });

  test('a theme that was renamed since · keeps in the sentence the name that it had', () => {
    const changes = [{ themeId: 'a', before: null, after: stateOf(theme('a', { name: 'Rides' })) }];
    expect(stepSentence(step({ kind: 'added', changes }), codebook)).toBe(
      'Kit added “Rides” to the top of the codebook.',
    );
  });

  test('listed · joins as one speaks', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});

describe('reversalOf', () => {
  const moved = (id: string, from: string | null, to: string | null) => {
    const [before, after] = [stateOf(theme(id, { parentId: from })), stateOf(theme(id, { parentId: to }))];
    return { kind: 'moved' as const, intoId: null, changes: [{ themeId: id, before, after }] };
  };

  test('a theme · goes back under its parent at its old place', () => {
    const codebook = [theme('a'), theme('b', { position: 2 }), theme('c', { parentId: 'b' })];
    const reversal = reversalOf(moved('c', 'a', 'b'), codebook);
    expect('returns' in reversal && reversal.returns.map(({ state }) => [state.parentId, state.position])).toEqual([
      ['a', 1],
    ]);
  });

  test.each<[string, Theme[], string]>([
    ['it was moved since', [theme('a'), theme('b'), theme('c')], '“C” was moved since'],
    [
      'its parent is gone',
      [theme('a', { removedAt: NOW }), theme('b'), theme('c', { parentId: 'b' })],
      '“C” belongs under “A”, which is not in the codebook any more',
    ],
    [
      'its name is taken, in other letters',
      [theme('a'), theme('b'), theme('c', { parentId: 'b' }), theme('d', { parentId: 'a', name: 'c' })],
      'Another theme is called “c”',
    ],
    [
      'it would stand under its own grandchild',
      [theme('b'), theme('c', { parentId: 'b' }), theme('d', { parentId: 'c' }), theme('a', { parentId: 'd' })],
      'would stand under itself',
    ],
  ])('a move · is not reversed · when %s', (_, codebook, sentence) => {
    const reversal = reversalOf(moved('c', 'a', 'b'), codebook);
    expect('obstacle' in reversal ? reversal.obstacle : '').toContain(sentence);
  });

  test('a move · is not reversed · when it would stand more than 10 levels deep', () => {
    const chain = Array.from({ length: 10 }, (_, level) =>
      theme(level === 9 ? 'a' : `t${level}`, { parentId: level === 0 ? null : `t${level - 1}` }),
    );
    const reversal = reversalOf(moved('c', 'a', 'b'), [...chain, theme('b'), theme('c', { parentId: 'b' })]);
    expect('obstacle' in reversal ? reversal.obstacle : '').toContain('more than 10 levels deep');
  });
});

describe('compareCodebooks', () => {
  test('nothing changed · says nothing, a new order among siblings neither', () => {
    const [a, b] = [theme('a'), theme('b', { position: 2 })];
    const swapped = [theme('b'), theme('a', { position: 2 })];
    expect(compareCodebooks([a, b].map(kept), swapped.map(kept))).toEqual([]);
  });

  test('every kind of change · is told apart, in the order of the later codebook', () => {
    const before = [
      theme('a', { definition: 'Lifts to places' }),
      theme('b', { position: 2 }),
      theme('c', { position: 3 }),
      theme('d', { position: 4 }),
    ];
    const after = [
      theme('e', { definition: 'New' }),
      theme('a', { position: 2, definition: 'Rides to places', retiredAt: NOW }),
      theme('b', { parentId: 'a', name: 'Bus' }),
      theme('c', { removedAt: NOW, mergedInto: 'a' }),
      theme('d', { removedAt: NOW }),
    ];
    const differences = compareCodebooks(before.map(kept), after.map(kept));
    expect(differences).toEqual([
      {
        id: 'e',
        name: 'E',
        where: '',
        kind: 'added',
        texts: [{ label: 'Definition', parts: [{ kind: 'added', text: 'New' }] }],
      },
      {
        id: 'a',
        name: 'A',
        where: '',
        kind: 'changed',
        retired: true,
        texts: [
          {
            label: 'Definition',
            parts: [
              { kind: 'removed', text: 'Lifts' },
              { kind: 'added', text: 'Rides' },
              { kind: 'same', text: ' to places' },
            ],
          },
        ],
      },
      {
        id: 'b',
        name: 'Bus',
        where: 'A',
        kind: 'changed',
        renamed: [
          { kind: 'removed', text: 'B' },
          { kind: 'added', text: 'Bus' },
        ],
        moved: { from: '', to: 'A' },
        texts: [],
      },
      { id: 'c', name: 'C', where: '', kind: 'merged', mergedInto: 'A', texts: [] },
      { id: 'd', name: 'D', where: '', kind: 'removed', texts: [] },
    ]);
  });
});
