import { describe, expect, test } from '@jest/globals';
import { toldOf } from '../../views/assets/coding/announcing.ts';

describe('what a screen reader hears of selected words', () => {
  test('the words, and then each theme once · with one full stop between', () => {
    expect(toldOf('held the door', [])).toBe('held the door');
    expect(toldOf('held the door', ['Courtesy', 'Courtesy', 'Waiting'])).toBe(
      'held the door. Coded: Courtesy, Waiting.',
    );
    expect(toldOf('She left.', ['Waiting'])).toBe('She left. Coded: Waiting.');
    expect(toldOf('“Only in Norway.”', ['Waiting'])).toBe('“Only in Norway.” Coded: Waiting.');
  });

  test('a long passage · is cut, and its themes are still told', () => {
    const told = toldOf('👋🏽 word '.repeat(200), ['Waiting']);
    expect(Array.from(told).length).toBeLessThan(430);
    expect(told.endsWith('… Coded: Waiting.')).toBe(true);
  });
});
