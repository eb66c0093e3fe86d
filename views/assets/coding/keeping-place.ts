import { rangeOf, selectedPassage } from './positions.ts';

/**
 * Runs `work`, which puts paragraphs and items in the place of others, so that whoever is at work in them keeps the
 * selection and the focus.
 */
export function keepingPlace({ reading, list }: { reading: HTMLElement; list: HTMLElement }, work: () => void): void {
  const selection = getSelection();
  const words = selection?.toString() ?? '';
  const range = selection && words !== '' && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
  const passage = range?.intersectsNode(reading) ? selectedPassage(reading, range) : undefined;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const place = [reading, list].find((each) => each !== focused && each.contains(focused ?? null));
  const coding = focused?.closest<HTMLElement>('[data-coding]')?.dataset.coding;
  work();

  if (focused && place && !focused.isConnected) {
    const kind = focused.tagName.toLowerCase();
    const again = place.querySelector<HTMLElement>(
      `${kind}[data-coding="${coding}"], [data-coding="${coding}"] ${kind}`,
    );
    (again ?? reading).focus({ preventScroll: true });
  }
  if (!selection || !passage || selection.toString() === words) return;
  const restored = rangeOf(reading, passage);
  if (!restored) return;
  const { startContainer, startOffset, endContainer, endOffset } = restored;
  selection.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
}

/** Resolves when no button or finger is down: what is being selected must not be replaced under the hand. */
export function createHandWatch(): () => Promise<void> {
  let down = false;
  const waiting: (() => void)[] = [];
  const release = () => {
    down = false;
    for (const go of waiting.splice(0)) go();
  };
  document.addEventListener('pointerdown', () => (down = true), true);
  document.addEventListener('pointerup', release, true);
  document.addEventListener('pointercancel', release, true);
  return () => (down ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve());
}
