import { Router } from 'express';
import { asAccount } from '../database/connection.ts';
import { actorOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { findLastGood, listBackups } from './backup-queries.ts';
import { backupsView } from './backup-view.ts';

const LISTED = 30;

/** When the last good backup was made. Backups hold all studies; the page says nothing of what is in them. */
export function backupRoutes({ db, guard, config }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/backups', guard.lead, async (_req, res) => {
    const { timeZone } = actorOf(res);
    const { records, lastGood } = await asAccount(db, {}, async (trx) => ({
      records: await listBackups(trx, LISTED),
      lastGood: await findLastGood(trx),
    }));
    res.render('backup/index', {
      pageTitle: 'Backups',
      nav: 'home',
      back: { href: `/studies/${actorOf(res).studyId}`, text: 'Home' },
      ...backupsView(records, lastGood, { timeZone, at: config.backupAt, now: new Date() }),
    });
  });

  return router;
}
