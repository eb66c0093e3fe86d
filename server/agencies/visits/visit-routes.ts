import { type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { flash } from '../../web/flash.ts';
import { type Refused, refusedBy } from '../../web/forms.ts';
import { actorOf, idParam, placeOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { readNewVisit, readVisit, visitListForm } from './visit-form.ts';
import { listVisitChoices, listVisits } from './visit-list-queries.ts';
import {
  findVisit,
  listObservers,
  listPossibleObservers,
  listPossibleParticipants,
  listPresent,
  listVisitNotes,
} from './visit-queries.ts';
import { changeVisit, recordVisit, removeVisit, restoreVisit } from './visit-service.ts';
import { isAhead, theirVisit, visitChoices, visitFields, visitListView, visitView } from './visit-view.ts';

const PAGE = 50;

export function visitRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/visits', guard.team, async (req, res) => {
    const filter = visitListForm.parse(req.query);
    const { page, choices } = await inStudy(db, actorOf(res), async (trx) => ({
      page: await listVisits(trx, filter, PAGE),
      choices: await listVisitChoices(trx),
    }));
    res.render('agencies/visits/index', {
      pageTitle: 'Visits',
      nav: 'visits',
      list: visitListView(page, filter, choices, placeOf(res)),
    });
  });

  router.get('/studies/:study/visits/new', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const choices = await inStudy(db, actor, listVisitChoices);
    const agency = choices.agencies.find(({ id }) => id === req.query.agency);
    if (!agency || choices.phases.length === 0) return renderAgencies(res, choices);
    const mine = { [`observer-${actor.membershipId}`]: 'observer-as-participant' };
    await renderForm(res, { values: { id: newId(), agency: agency.id, unnamed: 0, ...mine } });
  });

  router.post('/studies/:study/visits', guard.team, async (req, res) => {
    const form = readNewVisit(req.body);
    if (!form.ok) return renderForm(res, { refused: form });
    try {
      await recordVisit(db, actorOf(res), form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderForm(res, { refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, form.values.id, req.body);
    }
    flash(req, 'The visit is recorded. Write the note while you remember it.');
    res.redirect(303, `${placeOf(res).path}/visits/${form.values.id}`);
  });

  router.get('/studies/:study/visits/:visit', guard.team, async (req, res) => {
    const { visit, notes, ...attended } = await visitWithAll(res, idParam(req, 'visit'));
    const place = placeOf(res);
    const view = visitView(visit, { ...attended, notes }, place, newId());
    res.render('agencies/visits/visit', {
      pageTitle: view.title,
      nav: 'visits',
      back: { href: `${place.path}/visits`, text: 'Visits' },
      visit: view,
    });
  });

  router.get('/studies/:study/visits/:visit/edit', guard.team, async (req, res) => {
    const { visit, ...attended } = await presentVisit(res, idParam(req, 'visit'));
    const values = visitFields(visit, attended, actorOf(res).timeZone);
    // A visit recorded for the wrong agency: the form again, with that agency's participants.
    const agency = typeof req.query.agency === 'string' ? req.query.agency : values.agency;
    await renderForm(res, { visitId: visit.id, values: { ...values, agency } });
  });

  router.post('/studies/:study/visits/:visit', guard.team, async (req, res) => {
    const { visit } = await presentVisit(res, idParam(req, 'visit'));
    const form = readVisit(req.body);
    if (!form.ok) return renderForm(res, { visitId: visit.id, refused: form });
    try {
      await changeVisit(db, actorOf(res), visit.id, form.values);
    } catch (error) {
      if (error instanceof FieldError)
        return renderForm(res, { visitId: visit.id, refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, visit.id, req.body);
    }
    flash(req, 'The visit is changed.');
    res.redirect(303, `${placeOf(res).path}/visits/${visit.id}`);
  });

  router.post('/studies/:study/visits/:visit/removal', guard.team, async (req, res) => {
    const id = idParam(req, 'visit');
    await removeVisit(db, actorOf(res), id);
    const list = `${placeOf(res).path}/visits`;
    flash(req, 'The visit is removed.', { action: `${list}/${id}/restoration`, label: 'Bring it back' });
    res.redirect(303, list);
  });

  router.post('/studies/:study/visits/:visit/restoration', guard.team, async (req, res) => {
    const id = idParam(req, 'visit');
    await restoreVisit(db, actorOf(res), id);
    flash(req, 'The visit is back.');
    res.redirect(303, `${placeOf(res).path}/visits/${id}`);
  });

  async function visitWithAll(res: Response, id: string) {
    return inStudy(db, actorOf(res), async (trx) => {
      const visit = await findVisit(trx, id);
      if (!visit) throw new NotFoundError();
      return {
        visit,
        observers: await listObservers(trx, id),
        present: await listPresent(trx, id),
        notes: await listVisitNotes(trx, id),
      };
    });
  }

  async function presentVisit(res: Response, id: string) {
    const found = await visitWithAll(res, id);
    if (found.visit.removedAt !== null) throw new NotFoundError();
    return found;
  }

  // What is recorded beside what was typed, to save over it knowingly; or, once that is removed, as a visit of its own.
  async function renderTheirs(res: Response, visitId: string, typed: Record<string, unknown>): Promise<void> {
    const now = await visitWithAll(res, visitId);
    const theirs = theirVisit(now.visit, now, placeOf(res));
    if (now.visit.removedAt !== null) return renderForm(res, { values: { ...typed, id: newId() }, theirs });
    await renderForm(res, { visitId, values: { ...typed, version: now.visit.version }, theirs });
  }

  async function renderForm(
    res: Response,
    page: {
      visitId?: string;
      values?: Record<string, unknown>;
      refused?: Refused;
      theirs?: { label: string; value: string }[];
    },
  ): Promise<void> {
    const { path } = placeOf(res);
    const values = page.refused?.typed ?? page.values ?? {};
    const visitId = page.visitId ?? null;
    const found = await inStudy(db, actorOf(res), async (trx) => {
      const choices = await listVisitChoices(trx);
      const recorded = visitId === null ? undefined : await findVisit(trx, visitId);
      const agency =
        choices.agencies.find(({ id }) => id === values.agency) ??
        choices.agencies.find(({ id }) => id === recorded?.agencyId);
      return {
        ...choices,
        agency,
        observers: await listPossibleObservers(trx, visitId),
        participants: agency ? await listPossibleParticipants(trx, agency.id, visitId) : [],
      };
    });
    if (!found.agency) return renderAgencies(res.status(422), { ...found, errorSummary: page.refused?.errorSummary });
    const action = visitId === null ? `${path}/visits` : `${path}/visits/${visitId}`;
    res.status(page.refused ? 422 : page.theirs ? 409 : 200).render('agencies/visits/visit-form', {
      pageTitle: visitId === null ? 'Record a visit' : 'Change the visit',
      nav: 'visits',
      back: { href: action, text: 'Back' },
      action,
      change: visitId === null ? `${path}/visits/new` : `${action}/edit`,
      isNew: visitId === null,
      agency: found.agency,
      others: found.agencies.filter(({ id }) => id !== found.agency?.id),
      values,
      choices: visitChoices(values, found),
      // Asked only of a date still to come.
      aheadOptions: isAhead(values.date, actorOf(res).timeZone) && [
        { value: 'yes', text: 'The visit is still to come; I record it ahead', checked: values.ahead === 'yes' },
      ],
      errors: page.refused?.errors,
      errorSummary: page.refused?.errorSummary,
      theirs: page.theirs,
    });
  }

  return router;
}

// The first step, and the one to go back to: without an agency of this study there is nobody to choose from.
function renderAgencies(
  res: Response,
  given: {
    agencies: { id: string; name: string }[];
    phases: unknown[];
    errorSummary?: { href: string; text: string }[];
  },
): void {
  res.render('agencies/visits/choose-agency', {
    pageTitle: 'Record a visit',
    nav: 'visits',
    back: { href: `${placeOf(res).path}/visits`, text: 'Visits' },
    agencies: given.agencies,
    hasPhases: given.phases.length > 0,
    errorSummary: given.errorSummary,
  });
}
