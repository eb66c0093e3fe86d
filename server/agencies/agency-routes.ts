import { type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { agencyForm, newAgencyForm } from './agency-form.ts';
import { type Agency, findAgency, listAgencies } from './agency-queries.ts';
import { addAgency, changeAgency } from './agency-service.ts';
import { agencyChoices, agencyListView, agencyView, theirAgency } from './agency-view.ts';
import { listAgenciesKnownTo } from './known-agency-queries.ts';
import { listParticipants } from './participants/participant-queries.ts';
import { listPhases } from './phases/phase-queries.ts';
import { phaseListView } from './phases/phase-view.ts';
import { listVisitsOfAgency } from './visits/visit-list-queries.ts';

export function agencyRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/agencies', guard.team, async (_req, res) => {
    const place = placeOf(res);
    const { agencies, phases } = await inStudy(db, actorOf(res), async (trx) => ({
      agencies: await listAgencies(trx),
      phases: await listPhases(trx),
    }));
    res.render('agencies/index', {
      pageTitle: 'Agencies',
      nav: 'agencies',
      agencies: agencyListView(agencies, place),
      phases: phaseListView(phases, place.path),
    });
  });

  router.get('/studies/:study/agencies/new', guard.lead, (_req, res) => {
    renderForm(res, { values: { id: newId(), sector: 'third sector' } });
  });

  router.post('/studies/:study/agencies', guard.lead, async (req, res) => {
    const form = readForm(newAgencyForm, req.body);
    if (!form.ok) return renderForm(res, { refused: form });
    try {
      await addAgency(db, actorOf(res), form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderForm(res, { refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, form.values.id, form.values);
    }
    flash(req, `${form.values.name} is now an agency of the study.`);
    res.redirect(303, `${placeOf(res).path}/agencies/${form.values.id}`);
  });

  router.get('/studies/:study/agencies/:agency', guard.team, async (req, res) => {
    const id = idParam(req, 'agency');
    const found = await inStudy(db, actorOf(res), async (trx) => ({
      agency: await findAgency(trx, id),
      participants: await listParticipants(trx, id),
      phases: await listPhases(trx),
      visits: await listVisitsOfAgency(trx, id),
      known: await listAgenciesKnownTo(trx, actorOf(res).membershipId),
    }));
    if (!found.agency) throw new NotFoundError();
    const place = placeOf(res);
    res.render('agencies/agency', {
      pageTitle: found.agency.name,
      nav: 'agencies',
      back: { href: `${place.path}/agencies`, text: 'Agencies' },
      agency: agencyView(found.agency, found.participants, found.phases, found.visits, place),
      showsIdentities: actorOf(res).role === 'lead' || found.known.includes(id),
    });
  });

  router.get('/studies/:study/agencies/:agency/edit', guard.lead, async (req, res) => {
    const agency = await presentAgency(res, idParam(req, 'agency'));
    renderForm(res, { agency, values: agency });
  });

  router.post('/studies/:study/agencies/:agency', guard.lead, async (req, res) => {
    const agency = await presentAgency(res, idParam(req, 'agency'));
    const form = readForm(agencyForm, req.body);
    if (!form.ok) return renderForm(res, { agency, refused: form });
    try {
      await changeAgency(db, actorOf(res), agency.id, form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderForm(res, { agency, refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, agency.id, form.values);
    }
    flash(req, 'The agency is changed.');
    res.redirect(303, `${placeOf(res).path}/agencies/${agency.id}`);
  });

  // What is saved beside what was typed, to save over it knowingly.
  async function renderTheirs(res: Response, id: string, typed: object): Promise<void> {
    const theirs = await presentAgency(res, id);
    // A form for a new agency did not ask for the status.
    const values = { status: theirs.status, ...typed, version: theirs.version };
    renderForm(res, { agency: theirs, values, theirs });
  }

  async function presentAgency(res: Response, id: string): Promise<Agency> {
    const agency = await inStudy(db, actorOf(res), (trx) => findAgency(trx, id));
    if (!agency) throw new NotFoundError();
    return agency;
  }

  return router;
}

function renderForm(
  res: Response,
  page: { agency?: Agency; values?: object; refused?: Refused; theirs?: Agency },
): void {
  const list = `${placeOf(res).path}/agencies`;
  const action = page.agency ? `${list}/${page.agency.id}` : list;
  const values: { sector?: unknown; status?: unknown } = page.refused?.typed ?? page.values ?? {};
  res.status(page.refused ? 422 : page.theirs ? 409 : 200).render('agencies/agency-form', {
    pageTitle: page.agency ? `Change ${page.agency.name}` : 'Add an agency',
    nav: 'agencies',
    back: { href: action, text: 'Back' },
    action,
    isNew: page.agency === undefined,
    values,
    ...agencyChoices(values),
    errors: page.refused?.errors,
    errorSummary: page.refused?.errorSummary,
    theirs: page.theirs && theirAgency(page.theirs),
  });
}
