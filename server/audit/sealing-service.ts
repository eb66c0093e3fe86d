import type { Db } from '../database/connection.ts';
import { sealEvents } from './sealing-queries.ts';

const AT_ONCE = 5000;
const EVERY_MS = 5000;

/** Chains every event that has been committed by now, whoever recorded it. Answers how many. */
export async function sealTrail(db: Db): Promise<number> {
  let all = 0;
  for (let sealed = AT_ONCE; sealed === AT_ONCE; all += sealed) sealed = await sealEvents(db, AT_ONCE);
  return all;
}

/** Chains events every few seconds until it is stopped, and once more then. `onFault` hears of what went wrong. */
export function keepSealing(db: Db, onFault: (error: unknown) => void): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  let busy = false;
  const seal = (): void => {
    if (busy) return;
    busy = true;
    running = sealTrail(db)
      .catch(onFault)
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(seal, EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await sealTrail(db).catch(onFault);
    },
  };
}
