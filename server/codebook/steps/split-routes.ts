import { type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { FieldError, NotFoundError } from '../../shared/errors.ts';
import { isId, newId } from '../../shared/ids.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../../web/forms.ts';
import { actorOf, idParam, pathOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { countCodingsByTheme, findTheme, listEveryTheme } from '../theme-queries.ts';
import type { CodingMoves } from './coding-moves.ts';
import { listPassages } from './passage-queries.ts';
import { type Split, splitForm } from './split-form.ts';
import { splitTheme } from './split-service.ts';
import { splitView } from './split-view.ts';
import { findStep } from './step-queries.ts';
import { stepSentence } from './step-view.ts';

const PAGE = 50;

/** Splitting a theme: new themes, and for each of its passages which one it gets. */
export function splitRoutes({ db, guard }: RouteDependencies, moves: CodingMoves): Router {
  const router = Router();

  router.get('/studies/:study/themes/:theme/split', guard.team, async (req, res) => {
    const blank: Split = { id: newId(), ids: [newId(), newId()], names: ['', ''], where: 'under', choices: new Map() };
    await renderSplit(res, idParam(req, 'theme'), blank, {});
  });

  router.post('/studies/:study/themes/:theme/split', guard.team, async (req, res) => {
    const themeId = idParam(req, 'theme');
    const form = readForm(splitForm, req.body);
    if (!form.ok) {
      const blank: Split = {
        id: newId(),
        ids: [newId(), newId()],
        names: ['', ''],
        where: 'under',
        choices: new Map(),
      };
      return renderSplit(res, themeId, blank, { errors: form.errors });
    }
    const split = form.values;
    const [way, key] = (split.go ?? 'split').split(':');
    const here = pageAt(split.at);
    if (way === 'more')
      return renderSplit(res, themeId, { ...split, names: [...split.names, ''], ids: [...split.ids, newId()] }, here);
    if (way === 'all') return renderSplit(res, themeId, split, here);
    if (way === 'after' || way === 'before') return renderSplit(res, themeId, split, pageAt(`${way}:${key}`));
    try {
      await splitTheme({ db, moves }, actorOf(res), themeId, split);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderSplit(res, themeId, split, { ...here, errors: { [error.field]: error.message } });
    }
    const path = pathOf(res);
    const said = await inStudy(db, actorOf(res), async (trx) => {
      const step = await findStep(trx, split.id);
      return step ? stepSentence(step, await listEveryTheme(trx)) : 'Done.';
    });
    flash(req, said, { action: `${path}/codebook/steps/${split.id}/reversal`, label: 'Undo' });
    res.redirect(303, `${path}/themes/${themeId}`);
  });

  async function renderSplit(
    res: Response,
    themeId: string,
    typed: Split,
    at: { after?: string | undefined; before?: string | undefined; errors?: FieldErrors },
  ): Promise<void> {
    const path = pathOf(res);
    const page = await inStudy(db, actorOf(res), async (trx) => {
      const theme = await findTheme(trx, themeId);
      if (!theme) throw new NotFoundError();
      if (theme.removedAt !== null) return undefined;
      const found = await listPassages(trx, themeId, { after: at.after, before: at.before, limit: PAGE + 1 });
      const total = (await countCodingsByTheme(trx)).get(themeId) ?? 0;
      const back = at.before !== undefined;
      const passages = back ? found.slice(-PAGE) : found.slice(0, PAGE);
      const [more, first, last] = [found.length > PAGE, passages[0]?.id ?? '', passages.at(-1)?.id ?? ''];
      return splitView(
        theme,
        typed,
        {
          passages,
          total,
          here: at.after ? `after:${at.after}` : at.before ? `before:${at.before}` : '',
          newer: (back ? more : at.after !== undefined) ? `before:${first}` : '',
          older: back || more ? `after:${last}` : '',
        },
        path,
      );
    });
    if (!page) return res.redirect(303, `${path}/themes/${themeId}`);
    res.status(at.errors ? 422 : 200).render('codebook/split', {
      pageTitle: `Split “${page.theme.name}”`,
      nav: 'themes',
      scripts: ['codebook'],
      back: { href: page.theme.href, text: 'The theme' },
      page: { ...page, parts: page.parts.map((part) => ({ ...part, error: at.errors?.[`name-${part.number}`] })) },
      errors: at.errors,
      errorSummary: at.errors && errorSummary(at.errors),
    });
  }

  return router;
}

// Anything else is the first page.
function pageAt(place: string | undefined): { after?: string; before?: string } {
  const [way, key] = (place ?? '').split(':');
  return (way === 'after' || way === 'before') && isId(key) ? { [way]: key } : {};
}
