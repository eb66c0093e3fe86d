import { type Request, type Response, Router } from 'express';
import { ConflictError } from '../shared/errors.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused } from '../web/forms.ts';
import { actorOf, idParam } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { identityForm, lookForm } from './identity-form.ts';
import {
  type AfterIdentity,
  findIdentityFile,
  type IdentityFile,
  lookAtIdentity,
  saveIdentity,
} from './identity-service.ts';
import { identityFacts, identityFields, reasonChoices } from './identity-view.ts';
import { type Identity, NO_IDENTITY } from './identity.ts';

type Shown = {
  status?: number;
  identity?: Identity;
  values?: Record<string, unknown>;
  refused?: Refused;
  conflict?: string;
  reason?: unknown;
};

/** Who a participant really is, one at a time: said only in answer to a POST with a reason, which is on record. */
export function identityRoutes({ db, guard }: RouteDependencies, afterIdentity: AfterIdentity): Router {
  const router = Router();

  router.get('/studies/:study/participants/:participant/identity', guard.team, async (req, res) => {
    const file = await findIdentityFile(db, actorOf(res), idParam(req, 'participant'));
    render(req, res, file, {});
  });

  router.post('/studies/:study/participants/:participant/identity/look', guard.team, async (req, res) => {
    const [actor, id] = [actorOf(res), idParam(req, 'participant')];
    const form = readForm(lookForm, req.body);
    if (!form.ok) {
      render(req, res, await findIdentityFile(db, actor, id), { refused: form, status: 422 });
      return;
    }
    const file = await lookAtIdentity(db, actor, id, form.values.reason);
    render(req, res, file, { identity: file.identity, reason: form.values.reason });
  });

  router.post('/studies/:study/participants/:participant/identity', guard.team, async (req, res) => {
    const [actor, id] = [actorOf(res), idParam(req, 'participant')];
    const form = readForm(identityForm, req.body);
    if (!form.ok) {
      render(req, res, await findIdentityFile(db, actor, id), { refused: form, values: form.typed, status: 422 });
      return;
    }
    try {
      await saveIdentity({ db, afterIdentity }, actor, id, form.values);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const file = await findIdentityFile(db, actor, id);
      const values = { ...(req.body as Record<string, unknown>), version: file.version };
      render(req, res, file, { values, conflict: error.message, status: 409 });
      return;
    }
    flash(req, 'Who this is is kept, encrypted.');
    res.redirect(303, pathOf(req, res));
  });

  return router;
}

function pathOf(req: Request, res: Response): string {
  return `/studies/${actorOf(res).studyId}/participants/${idParam(req, 'participant')}/identity`;
}

function render(req: Request, res: Response, { participant, version }: IdentityFile, shown: Shown): void {
  const path = pathOf(req, res);
  const { identity, values, refused } = shown;
  // Nothing is shown of what is kept until it has been looked at.
  const fields = values ?? ((identity ?? version === 0) ? identityFields(identity ?? NO_IDENTITY, version) : undefined);
  res.status(shown.status ?? 200).render('identities/identity', {
    pageTitle: `Identity of ${participant.pseudonym}`,
    nav: 'agencies',
    back: { href: `/studies/${actorOf(res).studyId}/agencies/${participant.agencyId}`, text: 'Back to the agency' },
    pseudonym: participant.pseudonym,
    action: path,
    look: { action: `${path}/look`, reasons: reasonChoices(refused?.typed.reason ?? shown.reason) },
    isKept: version > 0,
    facts: identity && identityFacts(identity),
    values: fields,
    isNew: version === 0,
    isRefused: values !== undefined,
    conflict: shown.conflict,
    errors: refused?.errors,
    errorSummary: refused?.errorSummary,
  });
}
