import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { unknownChoices, type Choices, EVERYTHING } from '../extracts/extract-filter.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { withheldWords } from '../notes/withheld.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { sendInPieces } from '../web/downloads.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, pathOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { resultPageForm, themeQueryForm } from './query-form.ts';
import { listOtherSides } from './other-side-queries.ts';
import { countResults, listResults, type ResultEdge } from './query-queries.ts';
import { sendResults } from './query-service.ts';
import { queryFormView, resultsView } from './query-view.ts';
import { listThemeNames } from './saved-query-queries.ts';
import { queryHref, type ThemeQuery } from './theme-query.ts';

const PAGE = 25;

/** Building a question, asking it, and taking its passages away as a file. Kept questions: saved-query-routes.ts. */
export function queryRoutes({ db, guard, downloads }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/queries/new', guard.team, (req, res) => renderBuilder(res, { ...req.query }));

  router.get('/studies/:study/queries/results', guard.team, async (req, res) => {
    if (Object.keys(req.query).length === 0) return res.redirect(303, `${pathOf(res)}/queries/new`);
    const form = readForm(themeQueryForm, req.query);
    if (!form.ok) return renderBuilder(res, form.typed, form.errors);
    const page = await askQuery(
      { db },
      req,
      res,
      form.values,
      queryHref(`${pathOf(res)}/queries/results`, form.values),
    );
    if ('errors' in page) return renderBuilder(res, { ...req.query }, page.errors);
    const withheld = withheldWords(await inStudy(db, actorOf(res), (trx) => countWithheld(trx)));
    res.render('query/results', { ...page, withheld, pageTitle: 'Passages found', newId: newId() });
  });

  router.get('/studies/:study/queries/results/file', guard.team, async (req, res) => {
    const form = readForm(themeQueryForm, req.query);
    if (!form.ok) return renderBuilder(res, form.typed, form.errors);
    const actor = actorOf(res);
    const choices = await inStudy(db, actor, listChoices);
    const errors = unknownFilters(form.values, choices);
    if (Object.keys(errors).length > 0) return renderBuilder(res, { ...req.query }, errors);
    res.attachment('passages.csv').type('text/csv; charset=utf-8');
    if (req.method === 'HEAD') return res.end();
    await sendInPieces(req, res, downloads, (out) =>
      sendResults(db, actor, { query: form.values, choices, timeZone: actor.timeZone }, out),
    );
  });

  async function renderBuilder(res: Response, typed: Record<string, unknown>, errors?: FieldErrors): Promise<void> {
    const choices = await inStudy(db, actorOf(res), listChoices);
    res.status(errors ? 422 : 200).render('query/query-form', {
      pageTitle: 'Ask about themes',
      nav: 'analysis',
      back: { href: `${pathOf(res)}/queries`, text: 'Queries' },
      query: queryFormView(typed, choices),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}

/** Asks a question and words the answer for its page; the errors when it names what this study does not have. */
export async function askQuery(
  { db }: Pick<RouteDependencies, 'db'>,
  req: Request,
  res: Response,
  query: ThemeQuery,
  base: string,
) {
  const actor = actorOf(res);
  const edge = readEdge(req);
  return inStudy(
    db,
    actor,
    async (trx) => {
      const choices = await listChoices(trx);
      const errors = unknownFilters(query, choices);
      if (Object.keys(errors).length > 0) return { errors };
      const asked = { query, choices, timeZone: actor.timeZone };
      const found = await listResults(trx, asked, { edge, limit: PAGE + 1 });
      const names = new Map(
        (await listThemeNames(trx, [...query.a, ...query.b, ...query.not])).map(({ id, name }) => [id, name]),
      );
      const results = edge?.side === 'before' ? found.slice(-PAGE) : found.slice(0, PAGE);
      const page = {
        query,
        choices,
        names,
        counts: await countResults(trx, asked),
        results,
        others: await listOtherSides(trx, asked, results),
        more: found.length > PAGE,
        edge,
      };
      return {
        nav: 'analysis',
        back: { href: `${pathOf(res)}/queries`, text: 'Queries' },
        result: resultsView(page, base, { path: pathOf(res), timeZone: actor.timeZone }),
      };
    },
    { snapshot: true },
  );
}

function readEdge(req: Request): ResultEdge | undefined {
  const form = readForm(resultPageForm, req.query);
  if (!form.ok) throw new NotFoundError();
  const { after, before } = form.values;
  if (after !== undefined) return { ...after, side: 'after' };
  return before === undefined ? undefined : { ...before, side: 'before' };
}

// Themes are said to be gone on the page of results itself; a filter that means nothing would show too much or nothing.
export function unknownFilters({ coder, agency, phase }: ThemeQuery, choices: Choices): FieldErrors {
  return unknownChoices({ ...EVERYTHING, coder, agency, phase }, choices);
}
