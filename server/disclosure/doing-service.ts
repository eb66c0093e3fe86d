import { inStudy } from '../database/connection.ts';
import type { Db } from '../database/connection.ts';
import type { Job } from '../exchange/jobs.ts';
import type { Measure } from '../extracts/export-file.ts';
import type { ThreadMeans } from '../web/threads.ts';
import { countSizes } from './inside-queries.ts';
import type { Opened } from './making-service.ts';
import { lookThrough, makeOutsideFile, type MakingOrder, type OutsideOrder } from './opening-service.ts';

/** With what outside files are looked through and made: in a thread, or here where there is little of it. */
export type Doing = { db: Db; inThread: Job['inThread'] };

// Up to here it takes a fraction of a second in small steps; a thread takes longer to start, and may have to wait.
const LITTLE = { codings: 2000, notes: 200 };
const MODULE = import.meta.resolve('./opening-service.ts');

export async function doLookThrough(
  doing: Doing,
  order: OutsideOrder & { isDeep: boolean },
): Promise<Pick<Opened, 'fingerprint' | 'preview'>> {
  return (await isLittle(doing, order))
    ? lookThrough(here(doing), order)
    : doing.inThread<typeof lookThrough>({ module: MODULE, name: 'lookThrough' }, order);
}

export async function doMake(doing: Doing, order: MakingOrder): Promise<Measure | undefined> {
  return (await isLittle(doing, order))
    ? makeOutsideFile(here(doing), order)
    : doing.inThread<typeof makeOutsideFile>({ module: MODULE, name: 'makeOutsideFile' }, order);
}

async function isLittle({ db }: Doing, { actor }: OutsideOrder): Promise<boolean> {
  const { codings, notes } = await inStudy(db, actor, countSizes);
  return codings <= LITTLE.codings && notes <= LITTLE.notes;
}

function here({ db }: Doing): ThreadMeans {
  return { db, progress: () => Promise.resolve(), claim: () => {}, committing: () => {} };
}
