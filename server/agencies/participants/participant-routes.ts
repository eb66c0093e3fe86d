import { type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { flash } from '../../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../../web/forms.ts';
import { actorOf, idParam, pathOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { type Agency, findAgency } from '../agency-queries.ts';
import { newParticipantForm, participantForm } from './participant-form.ts';
import { findParticipant, type Participant } from './participant-queries.ts';
import { addParticipant, changeParticipant, removeParticipant, restoreParticipant } from './participant-service.ts';
import { participantChoices, theirParticipant } from './participant-view.ts';

/** Who is observed at an agency; they are listed on the agency's page. */
export function participantRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/agencies/:agency/participants/new', guard.team, async (req, res) => {
    const agency = await presentAgency(res, idParam(req, 'agency'));
    renderForm(res, { agency, values: { id: newId() } });
  });

  router.post('/studies/:study/agencies/:agency/participants', guard.team, async (req, res) => {
    const agency = await presentAgency(res, idParam(req, 'agency'));
    const form = readForm(newParticipantForm, req.body);
    if (!form.ok) return renderForm(res, { agency, refused: form });
    try {
      await addParticipant(db, actorOf(res), agency.id, form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderForm(res, { agency, refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, agency, form.values.id, form.values);
    }
    flash(req, `${form.values.pseudonym} is added.`);
    res.redirect(303, `${pathOf(res)}/agencies/${agency.id}`);
  });

  router.get('/studies/:study/participants/:participant/edit', guard.team, async (req, res) => {
    const { participant, agency } = await presentParticipant(res, idParam(req, 'participant'));
    renderForm(res, { agency, participant, values: participant });
  });

  router.post('/studies/:study/participants/:participant', guard.team, async (req, res) => {
    const { participant, agency } = await presentParticipant(res, idParam(req, 'participant'));
    const form = readForm(participantForm, req.body);
    if (!form.ok) return renderForm(res, { agency, participant, refused: form });
    try {
      await changeParticipant(db, actorOf(res), participant.id, form.values);
    } catch (error) {
      if (error instanceof FieldError)
        return renderForm(res, { agency, participant, refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, agency, participant.id, form.values);
    }
    flash(req, `${form.values.pseudonym} is changed. What was recorded at past visits stays as it was.`);
    res.redirect(303, `${pathOf(res)}/agencies/${agency.id}`);
  });

  router.post('/studies/:study/participants/:participant/removal', guard.team, async (req, res) => {
    const id = idParam(req, 'participant');
    const agencyId = await removeParticipant(db, actorOf(res), id);
    const undo = { action: `${pathOf(res)}/participants/${id}/restoration`, label: 'Put back' };
    flash(req, 'Taken off the list. Visits at which they were present keep them.', undo);
    res.redirect(303, `${pathOf(res)}/agencies/${agencyId}`);
  });

  router.post('/studies/:study/participants/:participant/restoration', guard.team, async (req, res) => {
    const agencyId = await restoreParticipant(db, actorOf(res), idParam(req, 'participant'));
    flash(req, 'Back on the list.');
    res.redirect(303, `${pathOf(res)}/agencies/${agencyId}`);
  });

  // What is saved beside what was typed, to save over it knowingly; or, once it is off this agency's list, beside it.
  async function renderTheirs(res: Response, agency: Agency, id: string, typed: object): Promise<void> {
    const theirs = await inStudy(db, actorOf(res), (trx) => findParticipant(trx, id));
    if (!theirs) throw new NotFoundError();
    if (theirs.removedAt !== null || theirs.agencyId !== agency.id)
      return renderForm(res, { agency, values: { ...typed, id: newId() }, theirs });
    renderForm(res, { agency, participant: theirs, values: { ...typed, version: theirs.version }, theirs });
  }

  async function presentAgency(res: Response, id: string): Promise<Agency> {
    const agency = await inStudy(db, actorOf(res), (trx) => findAgency(trx, id));
    if (!agency) throw new NotFoundError();
    return agency;
  }

  async function presentParticipant(res: Response, id: string): Promise<{ participant: Participant; agency: Agency }> {
    return inStudy(db, actorOf(res), async (trx) => {
      const participant = await findParticipant(trx, id);
      const agency = participant && (await findAgency(trx, participant.agencyId));
      if (!agency || participant.removedAt !== null) throw new NotFoundError();
      return { participant, agency };
    });
  }

  return router;
}

function renderForm(
  res: Response,
  page: {
    agency: Agency;
    participant?: Participant;
    values?: object;
    refused?: Refused;
    theirs?: Participant;
  },
): void {
  const path = pathOf(res);
  const values: { role?: unknown; consent?: unknown } = page.refused?.typed ?? page.values ?? {};
  res.status(page.refused ? 422 : page.theirs ? 409 : 200).render('agencies/participant-form', {
    pageTitle: page.participant ? `Change ${page.participant.pseudonym}` : 'Add a participant',
    nav: 'agencies',
    back: { href: `${path}/agencies/${page.agency.id}`, text: page.agency.name },
    action: page.participant
      ? `${path}/participants/${page.participant.id}`
      : `${path}/agencies/${page.agency.id}/participants`,
    isNew: page.participant === undefined,
    agency: page.agency.name,
    values,
    ...participantChoices(values),
    errors: page.refused?.errors,
    errorSummary: page.refused?.errorSummary,
    theirs: page.theirs && theirParticipant(page.theirs),
  });
}
