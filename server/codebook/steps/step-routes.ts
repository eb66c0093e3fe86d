import { type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { isId, newId } from '../../shared/ids.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../../web/forms.ts';
import { actorOf, idParam, placeOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { countCodingsByTheme, findTheme, listEveryTheme, listThemes } from '../theme-queries.ts';
import type { CodingMoves } from './coding-moves.ts';
import { mergeForm } from './merge-form.ts';
import { mergeTheme } from './merge-service.ts';
import { mergeView } from './merge-view.ts';
import { retireTheme } from './retirement-service.ts';
import { reverseStep } from './reversal-service.ts';
import { findStep, listSteps } from './step-queries.ts';
import { stepListView, stepSentence } from './step-view.ts';

const PAGE = 50;

/** The history of the codebook and taking a step of it back; merging and retiring a theme. */
export function stepRoutes({ db, guard }: RouteDependencies, moves: CodingMoves): Router {
  const router = Router();

  router.get('/studies/:study/codebook/steps', guard.team, async (req, res) => {
    const { below, theme } = req.query;
    await renderHistory(res, {
      below: typeof below === 'string' && /^[1-9]\d{0,8}$/.test(below) ? Number(below) : undefined,
      themeId: isId(theme) ? theme : undefined,
    });
  });

  router.post('/studies/:study/codebook/steps/:step/reversal', guard.team, async (req, res) => {
    try {
      await reverseStep({ db, moves }, actorOf(res), idParam(req, 'step'));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return renderHistory(res, { refusal: error.message });
    }
    flash(req, 'The step is reversed.');
    res.redirect(303, `${placeOf(res).path}/codebook/steps`);
  });

  router.get('/studies/:study/themes/:theme/merge', guard.team, async (req, res) => {
    await renderMerge(res, idParam(req, 'theme'), { id: newId() });
  });

  router.post('/studies/:study/themes/:theme/merge', guard.team, async (req, res) => {
    const themeId = idParam(req, 'theme');
    const form = readForm(mergeForm, req.body);
    if (!form.ok) return renderMerge(res, themeId, form.typed, form.errors);
    try {
      await mergeTheme({ db, moves }, actorOf(res), themeId, form.values);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderMerge(res, themeId, { ...form.values }, { [error.field]: error.message });
    }
    const { path } = placeOf(res);
    flash(req, await sentenceOf(res, form.values.id), {
      action: `${path}/codebook/steps/${form.values.id}/reversal`,
      label: 'Undo',
    });
    res.redirect(303, `${path}/themes/${form.values.target}`);
  });

  router.post('/studies/:study/themes/:theme/retirement', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    const { name } = await retireTheme(db, actorOf(res), id, true);
    const base = `${placeOf(res).path}/themes/${id}`;
    const undo = { action: `${base}/retirement/removal`, label: 'Undo' };
    flash(req, `“${name}” is retired: it keeps its codings, and nobody can code with it any more.`, undo);
    res.redirect(303, base);
  });

  router.post('/studies/:study/themes/:theme/retirement/removal', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    const { name } = await retireTheme(db, actorOf(res), id, false);
    flash(req, `“${name}” is in use again.`);
    res.redirect(303, `${placeOf(res).path}/themes/${id}`);
  });

  async function sentenceOf(res: Response, stepId: string): Promise<string> {
    // In a transaction of its own: the one of the step could count codings that this person may not see.
    return inStudy(db, actorOf(res), async (trx) => {
      const step = await findStep(trx, stepId);
      return step ? stepSentence(step, await listEveryTheme(trx)) : 'Done.';
    });
  }

  async function renderHistory(
    res: Response,
    page: { below?: number | undefined; themeId?: string | undefined; refusal?: string },
  ): Promise<void> {
    const place = placeOf(res);
    const { steps, codebook } = await inStudy(db, actorOf(res), async (trx) => ({
      steps: await listSteps(trx, { below: page.below, themeId: page.themeId, limit: PAGE + 1 }),
      codebook: await listEveryTheme(trx),
    }));
    const shown = steps.slice(0, PAGE);
    const theme = codebook.find(({ id }) => id === page.themeId);
    const base = `${place.path}/codebook/steps`;
    const query = theme ? `theme=${theme.id}` : '';
    res.status(page.refusal === undefined ? 200 : 409).render('codebook/steps', {
      pageTitle: theme ? `History of “${theme.name}”` : 'History of the codebook',
      nav: 'themes',
      back: theme
        ? { href: `${place.path}/themes/${theme.id}`, text: 'The theme' }
        : { href: `${place.path}/themes`, text: 'Codebook' },
      errorSummary: page.refusal === undefined ? undefined : [{ href: '#steps', text: page.refusal }],
      steps: stepListView({ steps: shown, codebook }, place),
      whole: theme && base,
      newer: page.below === undefined ? undefined : `${base}${query && `?${query}`}`,
      older: steps.length > PAGE ? `${base}?${query && `${query}&`}below=${shown.at(-1)?.number}` : undefined,
    });
  }

  async function renderMerge(
    res: Response,
    themeId: string,
    values: Record<string, unknown>,
    errors?: FieldErrors,
  ): Promise<void> {
    const { path } = placeOf(res);
    const page = await inStudy(db, actorOf(res), async (trx) => {
      const theme = await findTheme(trx, themeId);
      if (!theme) throw new NotFoundError();
      const read = { themes: await listThemes(trx), counts: await countCodingsByTheme(trx) };
      return theme.removedAt === null ? mergeView(theme, values, read, path) : undefined;
    });
    if (!page) return res.redirect(303, `${path}/themes/${themeId}`);
    res.status(errors ? 422 : 200).render('codebook/merge', {
      pageTitle: `Merge “${page.name}” into another theme`,
      nav: 'themes',
      back: { href: page.href, text: 'The theme' },
      page,
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}
