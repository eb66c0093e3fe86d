import { Router } from 'express';
import { listThemes } from '../codebook/theme-queries.ts';
import { inStudy } from '../database/connection.ts';
import { listMemos } from '../memos/memo-queries.ts';
import { NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { findShownCoding } from './coding-queries.ts';
import { oneCodingView } from './one-coding-view.ts';

/** A coding by itself, for whoever works without the page's script: its theme is exchanged there, and memos written. */
export function oneCodingRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/codings/:coding', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const { path } = placeOf(res);
    const id = idParam(req, 'coding');
    const { coding, ...found } = await inStudy(db, actor, async (trx) => {
      const coding = await findShownCoding(trx, id);
      if (!coding) throw new NotFoundError();
      return { coding, themes: await listThemes(trx), memos: await listMemos(trx, { kind: 'coding', id }) };
    });
    const view = oneCodingView(coding, { ...found, newId: newId(), actor, path });
    res.render('coding/one', {
      pageTitle: `Coding: ${coding.themeName}`,
      nav: 'notes',
      back: { href: `${path}/notes/${coding.noteId}/coding`, text: 'The note' },
      coding: view,
      memos: view.memos,
    });
  });

  return router;
}
