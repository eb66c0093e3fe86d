import { type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { flash } from '../../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../../web/forms.ts';
import { actorOf, idParam, pathOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { newPhaseForm, phaseForm } from './phase-form.ts';
import { findPhase, listPhases, type Phase } from './phase-queries.ts';
import { addPhase, changePhase } from './phase-service.ts';
import { theirPhase } from './phase-view.ts';

/** The phases of the fieldwork; they are listed on the page of agencies. */
export function phaseRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/phases/new', guard.lead, async (_req, res) => {
    const phases = await inStudy(db, actorOf(res), listPhases);
    renderForm(res, { values: { id: newId(), position: (phases.at(-1)?.position ?? 0) + 1 } });
  });

  router.post('/studies/:study/phases', guard.lead, async (req, res) => {
    const form = readForm(newPhaseForm, req.body);
    if (!form.ok) return renderForm(res, { refused: form });
    try {
      await addPhase(db, actorOf(res), form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderForm(res, { refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, form.values.id, form.values);
    }
    flash(req, `“${form.values.name}” is now a phase of the study.`);
    res.redirect(303, `${pathOf(res)}/agencies`);
  });

  router.get('/studies/:study/phases/:phase/edit', guard.lead, async (req, res) => {
    const phase = await presentPhase(res, idParam(req, 'phase'));
    renderForm(res, { phase, values: phase });
  });

  router.post('/studies/:study/phases/:phase', guard.lead, async (req, res) => {
    const phase = await presentPhase(res, idParam(req, 'phase'));
    const form = readForm(phaseForm, req.body);
    if (!form.ok) return renderForm(res, { phase, refused: form });
    try {
      await changePhase(db, actorOf(res), phase.id, form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderForm(res, { phase, refused: refusedBy(error, req.body) });
      if (!(error instanceof ConflictError)) throw error;
      return renderTheirs(res, phase.id, form.values);
    }
    flash(req, 'The phase is changed.');
    res.redirect(303, `${pathOf(res)}/agencies`);
  });

  // What is saved beside what was typed, to save over it knowingly.
  async function renderTheirs(res: Response, id: string, typed: object): Promise<void> {
    const theirs = await presentPhase(res, id);
    renderForm(res, { phase: theirs, values: { ...typed, version: theirs.version }, theirs });
  }

  async function presentPhase(res: Response, id: string): Promise<Phase> {
    const phase = await inStudy(db, actorOf(res), (trx) => findPhase(trx, id));
    if (!phase) throw new NotFoundError();
    return phase;
  }

  return router;
}

function renderForm(res: Response, page: { phase?: Phase; values?: object; refused?: Refused; theirs?: Phase }): void {
  const path = pathOf(res);
  res.status(page.refused ? 422 : page.theirs ? 409 : 200).render('agencies/phase-form', {
    pageTitle: page.phase ? `Change ${page.phase.name}` : 'Add a phase',
    nav: 'agencies',
    back: { href: `${path}/agencies`, text: 'Agencies and phases' },
    action: page.phase ? `${path}/phases/${page.phase.id}` : `${path}/phases`,
    isNew: page.phase === undefined,
    values: page.refused?.typed ?? page.values,
    errors: page.refused?.errors,
    errorSummary: page.refused?.errorSummary,
    theirs: page.theirs && theirPhase(page.theirs),
  });
}
