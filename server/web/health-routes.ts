import { Router } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../database/connection.ts';

// Whoever asks wants to know now: a database that takes longer is not to be had.
const PATIENCE_MS = 3000;

/** /health answers while the process runs; /ready only while the database answers too. Neither tells anything else. */
export function healthRoutes(db: Db): Router {
  const router = Router();
  router.get('/health', (_req, res) => {
    res.set('Cache-Control', 'no-store').type('text/plain').send('ok\n');
  });
  router.get('/ready', async (_req, res) => {
    const answered = db.raw('select 1').then(
      () => true,
      () => false,
    );
    const ready = await Promise.race([answered, delay(PATIENCE_MS, false, { ref: false })]);
    res
      .set('Cache-Control', 'no-store')
      .status(ready ? 200 : 503)
      .type('text/plain')
      .send(ready ? 'ok\n' : 'not ready\n');
  });
  return router;
}
