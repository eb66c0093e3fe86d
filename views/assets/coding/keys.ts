import type { Direction, Unit } from './text-steps.ts';

/** What can be done from the text by keyboard. */
export type KeyActions = {
  step(unit: Unit, direction: Direction, extend: boolean): void;
  toEnd(which: 'first' | 'last', extend: boolean): void;
  choose(): void;
  recent(number: number): void;
  coding(direction: Direction): void;
  show(): void;
  remove(): void;
  retheme(): void;
  moveEnds(): void;
  memo(): void;
  codebook(): void;
  leave(): void;
};

/** The action that a key asks for while the text has the focus; undefined for a key that is the browser's. */
export function keyAction(event: KeyboardEvent, actions: KeyActions): (() => void) | undefined {
  const { key, shiftKey: extend } = event;
  const isWide = event.ctrlKey || event.metaKey;
  if (event.altKey) return undefined;
  if (key === 'ArrowRight' && !isWide) return () => actions.step('word', 'forward', extend);
  if (key === 'ArrowLeft' && !isWide) return () => actions.step('word', 'backward', extend);
  if (key === 'ArrowDown') return () => actions.step(isWide ? 'paragraph' : 'sentence', 'forward', extend);
  if (key === 'ArrowUp') return () => actions.step(isWide ? 'paragraph' : 'sentence', 'backward', extend);
  if (isWide) return undefined;
  if (key === 'Home') return () => actions.toEnd('first', extend);
  if (key === 'End') return () => actions.toEnd('last', extend);
  if (key === 'Enter') return () => actions.choose();
  if (key === 'Escape') return () => actions.leave();
  if (/^[1-9]$/.test(key)) return () => actions.recent(Number(key));
  const letters: Record<string, () => void> = {
    n: () => actions.coding('forward'),
    p: () => actions.coding('backward'),
    o: () => actions.show(),
    ' ': () => actions.show(),
    x: () => actions.remove(),
    Delete: () => actions.remove(),
    t: () => actions.retheme(),
    e: () => actions.moveEnds(),
    m: () => actions.memo(),
    c: () => actions.codebook(),
  };
  return letters[key];
}
