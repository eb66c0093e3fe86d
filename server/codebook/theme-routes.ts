import { Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { actorOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { colourStyles } from './theme-colours.ts';
import { listThemeColours } from './theme-queries.ts';

export function themeRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/themes/colours.css', guard.team, async (_req, res) => {
    const themes = await inStudy(db, actorOf(res), listThemeColours);
    // Kept by this browser, and asked for again each time: the answer is mostly 304.
    res.set('Cache-Control', 'private, no-cache').type('text/css').send(colourStyles(themes));
  });

  return router;
}
