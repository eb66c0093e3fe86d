import { createHash } from 'node:crypto';
import { type Response, Router } from 'express';
import { listThemes } from '../codebook/theme-queries.ts';
import { inStudy } from '../database/connection.ts';
import { NotFoundError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';
import { actorOf, idParam } from '../web/guards.ts';
import { renderParts } from '../web/handlebars.ts';
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
  const items = codingItems(asked, { paragraphs: [], themes, actor, path });
  const views = paragraphViews(paragraphs, codings, actor, withheld);
  const inList = await renderParts(
    res,
    'coding/_coding',
    items.map((item, index) => ({ ...item, paragraph: asked[index]?.paragraph })),
  );
  const painted = await renderParts(res, 'coding/_paragraph', views);
  return {
    revision,
    codings: items.map(({ id, themeId: theme, themeName: name, start, end }, index) => ({
      id,
      theme,
      name,
      start,
      end,
      html: inList[index]!,
    })),
    paragraphs: views.map(({ number }, index) => ({ number, html: painted[index]! })),
  };
}

function listed(value: unknown): string[] {
  return typeof value === 'string' ? value.split(',', MOST_WANTED).filter(Boolean) : [];
}
