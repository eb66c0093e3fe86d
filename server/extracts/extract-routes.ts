import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { withheldWords } from '../notes/withheld.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { unknownChoices } from './extract-filter.ts';
import { extractFilterForm, pageForm } from './extract-form.ts';
import { countExtracts, type Edge, listChoices, listExtracts } from './extract-queries.ts';
import { extractsView, filterFormView, typedFilter } from './extract-view.ts';

const PAGE = 25;

export function extractRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/extracts', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const form = readForm(extractFilterForm, req.query);
    const edge = readEdge(req);
    // One snapshot: what is counted is what is listed.
    const page = await inStudy(
      db,
      actor,
      async (trx) => {
        const choices = await listChoices(trx, form.ok ? form.values : undefined);
        const errors: FieldErrors = form.ok ? unknownChoices(form.values, choices) : form.errors;
        if (!form.ok || Object.keys(errors).length > 0) return { refused: true as const, choices, errors };
        const wanted = { filter: form.values, choices, timeZone: actor.timeZone };
        const found = await listExtracts(trx, wanted, { edge, limit: PAGE + 1 });
        if (!found) throw new NotFoundError();
        return {
          refused: false as const,
          choices,
          filter: form.values,
          found,
          counts: await countExtracts(trx, wanted),
          withheld: await countWithheld(trx),
        };
      },
      { snapshot: true },
    );
    if (page.refused) return refuse(req, res, page);
    const { choices, filter, counts, found } = page;
    const more = found.length > PAGE;
    const extracts = edge?.side === 'before' ? found.slice(-PAGE) : found.slice(0, PAGE);
    res.render('extracts/extracts', {
      pageTitle: 'Extracts',
      nav: 'extracts',
      exportId: newId(),
      withheld: withheldWords(page.withheld),
      ...extractsView(
        { filter, choices, counts, extracts, more, at: edge?.side ?? 'start' },
        { path: `/studies/${actor.studyId}`, timeZone: actor.timeZone },
      ),
    });
  });

  return router;
}

function readEdge(req: Request): Edge | undefined {
  const form = readForm(pageForm, req.query);
  if (!form.ok) throw new NotFoundError();
  const { after, before } = form.values;
  if (after !== undefined) return { id: after, side: 'after' };
  return before === undefined ? undefined : { id: before, side: 'before' };
}

// Nothing is listed for a filter that cannot be read: leaving a part of it out would show more than was asked for.
function refuse(
  req: Request,
  res: Response,
  { choices, errors }: { choices: Parameters<typeof filterFormView>[1]; errors: FieldErrors },
): void {
  res.status(422).render('extracts/extracts', {
    pageTitle: 'Extracts',
    nav: 'extracts',
    isRefused: true,
    everything: `/studies/${actorOf(res).studyId}/extracts`,
    filter: filterFormView(typedFilter(req.query), choices),
    errors,
    errorSummary: errorSummary(errors),
  });
}
