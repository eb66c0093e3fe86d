import { createHash } from 'node:crypto';
import { type Response, Router } from 'express';
import { listThemes } from '../codebook/theme-queries.ts';
import { inStudy } from '../database/connection.ts';
import { NotFoundError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';
import { actorOf, idParam } from '../web/guards.ts';
import { renderPart } from '../web/handlebars.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { codingItems, paragraphViews } from './coding-view.ts';
import { findNoteState, listCodingPlaces } from './live-queries.ts';
import { codingState } from './live-view.ts';
import { findRepaint, type Repaint } from './repaint-queries.ts';

// More than a page asks for at once.
const MOST_WANTED = 200;

/**
 * How a coding page brings itself up to date: it asks what stands where, finds what it shows otherwise, and asks for that
 * as it would be on a new page. Everything is read as the member may see it.
 */
export function stateRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/notes/:note/coding/state', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    if (req.query.paragraphs !== undefined || req.query.codings !== undefined) {
      const ids = listed(req.query.codings).filter(isId);
      const paragraphs = listed(req.query.paragraphs)
        .map(Number)
        .filter((number) => number > 0 && number < 2 ** 31 && Number.isInteger(number));
      const wanted = { paragraphs, codings: ids };
      res.json(
        await repainted(res, await inStudy(db, actorOf(res), (trx) => findRepaint(trx, noteId, { wanted, ids })), ids),
      );
      return;
    }
    const state = await inStudy(
      db,
      actorOf(res),
      async (trx) => {
        const note = await findNoteState(trx, noteId);
        if (!note) throw new NotFoundError();
        return codingState({ ...note, ...(await listCodingPlaces(trx, noteId)), themes: await listThemes(trx) });
      },
      { snapshot: true },
    );
    const json = JSON.stringify(state);
    const digest = createHash('sha256').update(json).digest('base64url');
    if (req.query.known === digest) res.json({ unchanged: true, digest });
    else res.type('json').send(`{"digest":"${digest}",${json.slice(1)}`);
  });

  return router;
}

/** What has been read of the note as the coding page itself would show it: paragraphs, and of its list the items `ids`. */
export async function repainted(res: Response, found: Repaint | undefined, ids: readonly string[]) {
  if (!found) throw new NotFoundError();
  const actor = actorOf(res);
  const { path } = res.locals.study as { path: string };
  const { revision, themes, paragraphs, withheld, codings, made } = found;
  const asked = ids.flatMap((id) => made.filter((coding) => coding.id === id));
  const items = await Promise.all(
    codingItems(asked, { paragraphs: [], themes, actor, path }).map(async (item, index) => ({
      id: item.id,
      theme: item.themeId,
      name: item.themeName,
      start: item.start,
      end: item.end,
      html: await renderPart(res, 'coding/_coding', { ...item, paragraph: asked[index]?.paragraph }),
    })),
  );
  const painted = await Promise.all(
    paragraphViews(paragraphs, codings, actor, withheld).map(async (paragraph) => ({
      number: paragraph.number,
      html: await renderPart(res, 'coding/_paragraph', paragraph),
    })),
  );
  return { revision, codings: items, paragraphs: painted };
}

function listed(value: unknown): string[] {
  return typeof value === 'string' ? value.split(',', MOST_WANTED).filter(Boolean) : [];
}
