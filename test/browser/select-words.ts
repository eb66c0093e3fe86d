import type { Page } from 'playwright-core';

/** Where words begin and end in the window, scrolled into sight: the middle of their first and last line. */
export async function placeOf(page: Page, words: string, until = words) {
  return page.evaluate(
    ([first, last]) => {
      const texts = [...document.querySelectorAll('[data-text]')];
      const point = (find: string, atEnd: boolean) => {
        const element = texts.find((text) => text.textContent.includes(find))!;
        let left = element.textContent.indexOf(find) + (atEnd ? find.length : 0);
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const length = node.textContent!.length;
          if (left < length || (atEnd && left <= length)) return { node, offset: left };
          left -= length;
        }
        throw new Error(`“${find}” is not on the page`);
      };
      const range = document.createRange();
      const [start, end] = [point(first!, false), point(last!, true)];
      range.setStart(start.node, start.offset);
      range.setEnd(end.node, end.offset);
      start.node.parentElement!.scrollIntoView({ block: 'center' });
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      const [top, bottom] = [rects[0]!, rects.at(-1)!];
      return {
        from: { x: top.left + 1, y: top.top + top.height / 2 },
        to: { x: bottom.right - 1, y: bottom.top + bottom.height / 2 },
      };
    },
    [words, until],
  );
}

/** Drags over the words as a hand would, and waits for the bar over them. */
export async function selectByMouse(page: Page, words: string, until = words): Promise<void> {
  const { from, to } = await placeOf(page, words, until);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
  await page.getByRole('dialog', { name: /^Code/ }).waitFor();
}
