import { existsSync } from 'node:fs';
import { getPriority } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { failureSentence } from '../../server/exchange/failure-service.ts';
import { createJobs, INTERRUPTED } from '../../server/exchange/jobs.ts';
import { faultOf } from '../../server/database/database-fault.ts';
import { newId } from '../../server/shared/ids.ts';
import { createThreads } from '../../server/web/threads.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import type * as Works from './thread-works.ts';

const t = useTestApp();
const place = (name: keyof typeof Works) => ({ module: import.meta.resolve('./thread-works.ts'), name });
const aFile = (): string => path.join(t.config.uploadsFolder, newId());
const outcome = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it worked'),
    (error: Error) => error,
  );

describe('work in a thread', () => {
  test('has connections of its own as the role without a study, says how far it is, and gives its result', async () => {
    const said: string[] = [];
    const result = await createThreads(t.database.reach).run<typeof Works.add>(place('add'), [1, 2, 3], {
      progress: async (sentence) => void said.push(sentence),
    });
    expect(result).toEqual({ role: 'fieldnotes_account', sum: 6, some: new Map([['a', new Date(0)]]) });
    expect(said).toEqual(['One', 'Two']);
  });

  test('an error keeps its name, its words and its cause, and leaves no file · when the work throws', async () => {
    const file = aFile();
    const error = await outcome(createThreads(t.database.reach).run<typeof Works.fail>(place('fail'), file));
    expect([error.name, error.message, faultOf(error), existsSync(file)]).toEqual([
      'Refusal',
      'It did not work.',
      'full',
      false,
    ]);
  });

  test('a sentence and no file are left · when the thread dies', async () => {
    const file = aFile();
    const error = await outcome(
      createThreads(t.database.reach).run<typeof Works.die>(place('die'), { file, when: 'at once' }),
    );
    expect(failureSentence(error, () => {})).toMatch(/^It was broken off by a fault of this program/);
    expect(existsSync(file)).toBe(false);
  });

  test('a file stays · when the thread dies while it commits, because it may belong to what was committed', async () => {
    const file = aFile();
    await outcome(createThreads(t.database.reach).run<typeof Works.die>(place('die'), { file, when: 'committing' }));
    expect(existsSync(file)).toBe(true);
  });

  test('the program goes on and a sentence says so · when the work needs more memory than it is given', async () => {
    const file = aFile();
    const threads = createThreads(t.database.reach, { memory: 48 });
    const error = await outcome(threads.run<typeof Works.fill>(place('fill'), file));
    expect(error.message).toMatch(/^It needs more memory than one file may take here/);
    expect(existsSync(file)).toBe(false);
  });

  test('is done with less priority than the program', async () => {
    const threads = createThreads(t.database.reach);
    const found = await threads.run<typeof Works.priority>(place('priority'), null);
    expect(found).toBe(process.platform === 'linux' ? Math.max(10, getPriority()) : getPriority());
  });

  test('waits its turn · when as much goes on as may at once', async () => {
    const threads = createThreads(t.database.reach, { most: 1 });
    const [cutting, said] = [new AbortController(), [] as string[]];
    const first = outcome(threads.run<typeof Works.hold>(place('hold'), aFile(), { signal: cutting.signal }));
    const second = threads.run<typeof Works.add>(place('add'), [4], {
      progress: async (sentence) => void said.push(sentence),
    });
    const third = new AbortController();
    const dropped = outcome(threads.run<typeof Works.add>(place('add'), [5], { signal: third.signal }));
    third.abort(new Error('no longer wanted'));
    expect((await dropped).message).toBe('no longer wanted');
    cutting.abort(new Error('enough'));
    expect((await first).message).toBe('enough');
    expect(await second).toMatchObject({ sum: 4 });
    expect(said).toEqual(['Waiting until other files are finished', 'One', 'Two']);
  });
});

describe('jobs', () => {
  const held = (jobs: ReturnType<typeof createJobs>, id: string, file: string) => {
    const told = { error: undefined as Error | undefined, isHeld: false };
    jobs.start(id, async ({ inThread }) => {
      const progress = async (): Promise<void> => void (told.isHeld = true);
      await inThread<typeof Works.hold>(place('hold'), file, { progress }).catch(
        (error: Error) => (told.error = error),
      );
    });
    return told;
  };

  test('one is cut off with a sentence and leaves nothing · when somebody stops it', async () => {
    const jobs = createJobs(createThreads(t.database.reach), () => {});
    const [id, file] = [newId(), aFile()];
    const told = held(jobs, id, file);
    await until(() => told.isHeld);
    await jobs.cancel(id, 'Somebody stopped it.');
    expect([told.error?.name, told.error?.message]).toEqual(['Refusal', 'Somebody stopped it.']);
    expect([jobs.isRunning(id), existsSync(file)]).toEqual([false, false]);
  });

  test('what runs is marked and nothing is begun · when the program stops', async () => {
    const jobs = createJobs(createThreads(t.database.reach), () => {});
    const [id, file] = [newId(), aFile()];
    const told = held(jobs, id, file);
    await until(() => told.isHeld);
    const stopped = jobs.stop(600_000);
    const late = held(jobs, newId(), aFile());
    jobs.hurry();
    await stopped;
    expect([told.error?.message, late.error?.message, late.isHeld]).toEqual([INTERRUPTED, INTERRUPTED, false]);
    expect(existsSync(file)).toBe(false);
  });
});
