import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam, pathOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { newSavedQueryForm, savedQueryForm, themeQueryForm } from './query-form.ts';
import { askQuery } from './query-routes.ts';
import { changeQuery, removeQuery, restoreQuery, saveQuery } from './query-service.ts';
import { queryFormView, savedQueriesView } from './query-view.ts';
import { findSavedQuery, listMerges, listSavedQueries, listThemeNames } from './saved-query-queries.ts';
import { afterMerges, queryHref } from './theme-query.ts';

export function savedQueryRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/queries', guard.team, async (_req, res) => {
    const actor = actorOf(res);
    const page = await inStudy(db, actor, async (trx) => {
      const saved = await listSavedQueries(trx);
      const ids = saved.flatMap(({ definition }) => [...definition.a, ...definition.b, ...definition.not]);
      const names = new Map((await listThemeNames(trx, [...new Set(ids)])).map(({ id, name }) => [id, name]));
      return savedQueriesView(saved, names, { path: pathOf(res), timeZone: actor.timeZone });
    });
    res.render('query/queries', { pageTitle: 'Queries', nav: 'analysis', ...page });
  });

  router.post('/studies/:study/queries', guard.team, async (req, res) => {
    const form = readForm(newSavedQueryForm, req.body);
    if (!form.ok) return refuseNew(req, res, form.errors);
    const { id, name, ...query } = form.values;
    try {
      await saveQuery(db, actorOf(res), { id, name, query });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return refuseNew(req, res, { [error.field]: error.message });
    }
    flash(req, `The query “${name}” is saved. Everybody in the team can run it.`);
    res.redirect(303, `${pathOf(res)}/queries/${id}`);
  });

  router.get('/studies/:study/queries/:query', guard.team, async (req, res) => {
    const saved = await stored(res, idParam(req, 'query'));
    const address = `${pathOf(res)}/queries/${saved.id}`;
    const page = await askQuery({ db }, req, res, saved.definition, address);
    // A filter that has gone: the form says which, and can be saved without it.
    if ('errors' in page) return renderForm(res, saved.id, { ...saved.definition, ...saved }, { errors: page.errors });
    res.render('query/results', {
      ...page,
      pageTitle: saved.name,
      saved: { name: saved.name, removed: saved.removed, address },
    });
  });

  router.get('/studies/:study/queries/:query/edit', guard.team, async (req, res) => {
    const saved = await stored(res, idParam(req, 'query'));
    const merges = await inStudy(db, actorOf(res), (trx) => listMerges(trx, saved.definition));
    const query = afterMerges(saved.definition, merges);
    await renderForm(res, saved.id, { ...query, name: saved.name, version: saved.version });
  });

  router.post('/studies/:study/queries/:query', guard.team, async (req, res) => {
    const id = idParam(req, 'query');
    const form = readForm(savedQueryForm, req.body);
    const saved = await stored(res, id);
    if (!form.ok) return renderForm(res, id, form.typed, { errors: form.errors });
    const { name, version, ...query } = form.values;
    try {
      await changeQuery(db, actorOf(res), { id, name, version, query });
    } catch (error) {
      if (error instanceof FieldError)
        return renderForm(res, id, form.values, { errors: { [error.field]: error.message } });
      if (!(error instanceof ConflictError)) throw error;
      if (saved.removed)
        throw new ConflictError(
          'This query was removed meanwhile. Bring it back from the list of queries, then change it.',
        );
      const theirs = await stored(res, id);
      return renderForm(res, id, { ...form.values, version: theirs.version }, { theirs });
    }
    flash(req, `The query “${name}” is changed.`);
    res.redirect(303, `${pathOf(res)}/queries/${id}`);
  });

  router.post('/studies/:study/queries/:query/removal', guard.team, async (req, res) => {
    const { id, name } = await removeQuery(db, actorOf(res), idParam(req, 'query'));
    flash(req, `The query “${name}” is removed.`, {
      action: `${pathOf(res)}/queries/${id}/restoration`,
      label: 'Undo',
    });
    res.redirect(303, `${pathOf(res)}/queries`);
  });

  router.post('/studies/:study/queries/:query/restoration', guard.team, async (req, res) => {
    const { id, name } = await restoreQuery(db, actorOf(res), idParam(req, 'query'));
    flash(req, `The query “${name}” is back.`);
    res.redirect(303, `${pathOf(res)}/queries/${id}`);
  });

  async function stored(res: Response, id: string) {
    const saved = await inStudy(db, actorOf(res), (trx) => findSavedQuery(trx, id));
    if (!saved) throw new NotFoundError();
    return saved;
  }

  // The page of results again, with the name as it was typed; a question that cannot be read goes to its form.
  async function refuseNew(req: Request, res: Response, errors: FieldErrors): Promise<void> {
    const typed = { ...(req.body as Record<string, unknown>) };
    const form = readForm(themeQueryForm, typed);
    const page = form.ok
      ? await askQuery({ db }, req, res, form.values, queryHref(`${pathOf(res)}/queries/results`, form.values))
      : { errors };
    if ('errors' in page) {
      const choices = await inStudy(db, actorOf(res), listChoices);
      res.status(422).render('query/query-form', {
        pageTitle: 'Ask about themes',
        nav: 'analysis',
        query: queryFormView(typed, choices),
        errors: page.errors,
        errorSummary: errorSummary(page.errors ?? {}),
      });
      return;
    }
    res.status(422).render('query/results', {
      ...page,
      pageTitle: 'Passages found',
      newId: newId(),
      typedName: typed.name,
      errors,
      errorSummary: errorSummary(errors),
    });
  }

  async function renderForm(
    res: Response,
    id: string,
    typed: Record<string, unknown>,
    { errors, theirs }: { errors?: FieldErrors; theirs?: { name: string; definition: object; savedBy: string } } = {},
  ): Promise<void> {
    const choices = await inStudy(db, actorOf(res), listChoices);
    const address = `${pathOf(res)}/queries/${id}`;
    res.status(errors ? 422 : theirs ? 409 : 200).render('query/query-form', {
      pageTitle: 'Change the query',
      nav: 'analysis',
      back: { href: address, text: 'Back' },
      saved: { address, name: typed.name, version: typed.version },
      theirs: theirs && { name: theirs.name, savedBy: theirs.savedBy, address },
      query: queryFormView(typed, choices),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}
