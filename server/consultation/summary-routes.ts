import { type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm, type Refused } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import type { PublicationAnswer } from './publication.ts';
import { foundView } from './found-view.ts';
import { newSummaryForm, publicationForm, summaryForm } from './summary-form.ts';
import {
  findPublication,
  findSummary,
  findSummaryAgency,
  listSummaries,
  listSummaryAgencies,
} from './summary-queries.ts';
import {
  changeSummary,
  publishSummary,
  readSummary,
  removeSummary,
  restoreSummary,
  withdrawSummary,
  writeSummary,
} from './summary-service.ts';
import { publicationView, summaryListView, summaryView } from './summary-view.ts';

export function summaryRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/summaries', guard.lead, async (_req, res) => {
    const [summaries, agencies] = await inStudy(db, actorOf(res), async (trx) => [
      await listSummaries(trx),
      await listSummaryAgencies(trx),
    ]);
    res.render('consultation/summaries', {
      pageTitle: 'Summaries',
      nav: 'summaries',
      summaries: summaryListView(summaries, placeOf(res)),
      agencies,
    });
  });

  router.get('/studies/:study/agencies/:agency/summaries', guard.lead, async (req, res) => {
    const agencyId = idParam(req, 'agency');
    const [agency, summaries] = await inStudy(db, actorOf(res), async (trx) => [
      await findSummaryAgency(trx, agencyId),
      await listSummaries(trx, agencyId),
    ]);
    if (!agency) throw new NotFoundError();
    res.render('consultation/summaries', {
      pageTitle: `Summaries for ${agency.name}`,
      nav: 'summaries',
      agency,
      summaries: summaryListView(summaries, placeOf(res)),
      agencies: [agency],
    });
  });

  router.get('/studies/:study/agencies/:agency/summaries/new', guard.lead, async (req, res) => {
    const agency = await inStudy(db, actorOf(res), (trx) => findSummaryAgency(trx, idParam(req, 'agency')));
    if (!agency) throw new NotFoundError();
    renderForm(res, { agency, values: { id: newId() } });
  });

  router.post('/studies/:study/agencies/:agency/summaries', guard.lead, async (req, res) => {
    const agency = await inStudy(db, actorOf(res), (trx) => findSummaryAgency(trx, idParam(req, 'agency')));
    if (!agency) throw new NotFoundError();
    const form = readForm(newSummaryForm, req.body);
    if (!form.ok) return renderForm(res, { agency, refused: form });
    try {
      await writeSummary(db, actorOf(res), agency.id, form.values);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, form.values.id, form.values);
    }
    flash(req, 'The summary is saved as a draft. Nobody at the agency can read it yet.');
    res.redirect(303, `${placeOf(res).path}/summaries/${form.values.id}`);
  });

  router.get('/studies/:study/summaries/:summary', guard.lead, async (req, res) => {
    await renderSummary(res, idParam(req, 'summary'));
  });

  router.get('/studies/:study/summaries/:summary/edit', guard.lead, async (req, res) => {
    const summary = await presentSummary(res, idParam(req, 'summary'));
    renderForm(res, {
      agency: { id: summary.agencyId, name: summary.agencyName },
      summaryId: summary.id,
      values: summary,
    });
  });

  router.post('/studies/:study/summaries/:summary', guard.lead, async (req, res) => {
    const summary = await presentSummary(res, idParam(req, 'summary'));
    const agency = { id: summary.agencyId, name: summary.agencyName };
    const form = readForm(summaryForm, req.body);
    if (!form.ok) return renderForm(res, { agency, summaryId: summary.id, refused: form });
    try {
      await changeSummary(db, actorOf(res), summary.id, form.values);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, summary.id, form.values);
    }
    flash(req, 'The summary is saved.');
    res.redirect(303, `${placeOf(res).path}/summaries/${summary.id}`);
  });

  router.post('/studies/:study/summaries/:summary/publication', guard.lead, async (req, res) => {
    const id = idParam(req, 'summary');
    const form = readForm(publicationForm, req.body);
    if (!form.ok) throw new ConflictError('Open the summary again before you publish it.');
    const obstacles = await publishSummary(db, actorOf(res), id, form.values);
    if (Object.keys(obstacles).length > 0) return renderSummary(res, id, { answer: form.values, errors: obstacles });
    const href = `${placeOf(res).path}/summaries/${id}`;
    flash(req, 'The agency can read the summary now.', { action: `${href}/withdrawal`, label: 'Undo: withdraw it' });
    res.redirect(303, href);
  });

  router.post('/studies/:study/summaries/:summary/withdrawal', guard.lead, async (req, res) => {
    const id = idParam(req, 'summary');
    await withdrawSummary(db, actorOf(res), id);
    flash(req, 'The summary is withdrawn. The agency cannot read it any more.');
    res.redirect(303, `${placeOf(res).path}/summaries/${id}`);
  });

  router.post('/studies/:study/summaries/:summary/removal', guard.lead, async (req, res) => {
    const id = idParam(req, 'summary');
    await removeSummary(db, actorOf(res), id);
    const list = `${placeOf(res).path}/summaries`;
    flash(req, 'The summary is removed.', { action: `${list}/${id}/restoration`, label: 'Undo' });
    res.redirect(303, list);
  });

  router.post('/studies/:study/summaries/:summary/restoration', guard.lead, async (req, res) => {
    const id = idParam(req, 'summary');
    await restoreSummary(db, actorOf(res), id);
    flash(req, 'The summary is back.');
    res.redirect(303, `${placeOf(res).path}/summaries/${id}`);
  });

  router.get('/studies/:study/publications/:publication', guard.agencyStaff, async (req, res) => {
    const publication = await inStudy(db, actorOf(res), (trx) => findPublication(trx, idParam(req, 'publication')));
    if (!publication) throw new NotFoundError();
    res.render('consultation/publication', {
      pageTitle: publication.title,
      nav: 'home',
      back: { href: placeOf(res).path, text: 'All summaries' },
      publication: publicationView(publication, placeOf(res)),
    });
  });

  // What was typed stays in the form, which now stands on the newer version: saving again is a decision.
  async function renderTheirs(res: Response, id: string, typed: { title: string; body: string }): Promise<void> {
    const theirs = await presentSummary(res, id);
    const agency = { id: theirs.agencyId, name: theirs.agencyName };
    renderForm(res, { agency, summaryId: id, values: { ...typed, version: theirs.version }, theirs });
  }

  async function renderSummary(
    res: Response,
    id: string,
    refused?: { answer: PublicationAnswer; errors: FieldErrors },
  ): Promise<void> {
    const read = await readSummary(db, actorOf(res), id);
    res.status(refused ? 422 : 200).render('consultation/summary', {
      pageTitle: read.summary.title,
      nav: 'summaries',
      back: { href: `${placeOf(res).path}/summaries`, text: 'Summaries' },
      summary: summaryView(read.summary, placeOf(res), read.check.marks),
      found: foundView(read, refused?.answer, refused?.errors),
      errors: refused?.errors,
      errorSummary: refused && errorSummary(refused.errors),
    });
  }

  async function presentSummary(res: Response, id: string) {
    const summary = await inStudy(db, actorOf(res), (trx) => findSummary(trx, id));
    if (!summary || summary.removedAt !== null) throw new NotFoundError();
    return summary;
  }

  return router;
}

function renderForm(
  res: Response,
  page: {
    agency: { id: string; name: string };
    summaryId?: string;
    values?: object;
    refused?: Refused;
    theirs?: { title: string; body: string; updatedBy: string };
  },
): void {
  const { path } = placeOf(res);
  const action = page.summaryId
    ? `${path}/summaries/${page.summaryId}`
    : `${path}/agencies/${page.agency.id}/summaries`;
  res.status(page.refused ? 422 : page.theirs ? 409 : 200).render('consultation/summary-form', {
    pageTitle: page.summaryId ? 'Edit the summary' : 'Write a summary',
    nav: 'summaries',
    back: { href: page.summaryId ? action : `${path}/summaries`, text: 'Back' },
    action,
    agency: page.agency,
    isNew: page.summaryId === undefined,
    values: page.refused?.typed ?? page.values,
    errors: page.refused?.errors,
    errorSummary: page.refused?.errorSummary,
    theirs: page.theirs,
  });
}
