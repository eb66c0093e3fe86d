import { expect, test } from '@jest/globals';
import { createQueue } from '../../server/accounts/hashing-queue.ts';

function aPiece() {
  let finish = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const done = new Promise<string>((resolve, reject) => {
    finish = () => resolve('done');
    fail = reject;
  });
  const piece = {
    begun: false,
    finish: () => finish(),
    fail: (error: Error) => fail(error),
    work: () => ((piece.begun = true), done),
  };
  return piece;
}

test('so many at once, so many in line in their order, and the rest refused', async () => {
  const queue = createQueue({ atOnce: 2, waiting: 2 });
  const pieces = [aPiece(), aPiece(), aPiece(), aPiece(), aPiece()];
  const [a, b, c, d] = pieces.slice(0, 4).map((piece) => queue(piece.work));
  const begun = () => pieces.map((piece) => piece.begun);
  expect(begun()).toEqual([true, true, false, false, false]);
  await expect(queue(pieces[4]!.work)).rejects.toMatchObject({
    status: 503,
    message: 'Very many people are signing in at this moment. Wait a few seconds, then try again.',
  });
  pieces[1]!.fail(new Error('no'));
  await expect(b).rejects.toThrow('no');
  expect(begun()).toEqual([true, true, true, false, false]);
  pieces[0]!.finish();
  expect(await a).toBe('done');
  expect(begun()).toEqual([true, true, true, true, false]);
  pieces[2]!.finish();
  pieces[3]!.finish();
  expect(await Promise.all([c, d])).toEqual(['done', 'done']);
  const late = queue(pieces[4]!.work);
  expect(pieces[4]!.begun).toBe(true);
  pieces[4]!.finish();
  expect(await late).toBe('done');
});
