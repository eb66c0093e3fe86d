import { type Request, type Response, Router } from 'express';
import { FieldError } from '../../shared/errors.ts';
import { errorSummary, type FieldErrors, readForm } from '../../web/forms.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { publicAddress } from '../../web/public-address.ts';
import { relyingPartyOf } from '../passkeys/relying-party.ts';
import { findPerson, type Person } from '../person-queries.ts';
import { createDoor, halfwayOf } from '../session.ts';
import { markOf } from '../session-mark.ts';
import { recordSignIn } from '../sign-in-service.ts';
import { createThrottle } from '../throttle.ts';
import { secondStepKey } from './sealed-secret.ts';
import { codeForm } from './second-step-form.ts';
import { findSecondStepState } from './second-step-queries.ts';
import { CODE_TRIES, takeCode } from './second-step-service.ts';
import { signInStepView } from './second-step-view.ts';

declare module 'express-session' {
  interface SessionData {
    /** Why a passkey was not taken, to be said once on the page that asks for the second step. */
    refusal?: string;
  }
}

/** The second step of signing in, for somebody who has taken the first one a moment ago, whatever way they came by. */
export function signInStepRoutes({ db, config }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);
  const isOffered = relyingPartyOf(publicAddress(config)) !== undefined;
  const check = { key: secondStepKey(config), tries: createThrottle(db, CODE_TRIES) };

  router.get('/sign-in/second-step', async (req, res) => {
    const person = await halfwayPerson(req);
    if (!person) return res.redirect(303, '/sign-in');
    const { refusal } = req.session;
    delete req.session.refusal;
    await renderStep(res, person, refusal === undefined ? undefined : { passkey: refusal });
  });

  router.post('/sign-in/second-step', async (req, res) => {
    const person = await halfwayPerson(req);
    if (!person) return res.redirect(303, '/sign-in');
    const form = readForm(codeForm, req.body);
    if (!form.ok) return renderStep(res, person, form.errors);
    let proof;
    try {
      proof = await takeCode(db, check, person.id, form.values.code);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderStep(res, person, { [error.field]: error.message });
    }
    const { to = '/', by = 'here' } = halfwayOf(req) ?? {};
    const next = await door.letIn(req, res, person, { to, by, proof });
    await recordSignIn(db, 'person.signed-in', person.id, by === 'here' ? undefined : by);
    res.redirect(303, next);
  });

  return router;

  // A password that was changed since counts for nothing.
  async function halfwayPerson(req: Request): Promise<Person | undefined> {
    const halfway = halfwayOf(req);
    const person = halfway && (await findPerson(db, halfway.personId));
    return person && markOf(person) === halfway?.passwordMark ? person : undefined;
  }

  async function renderStep(res: Response, person: Person, errors?: FieldErrors): Promise<void> {
    const { appSince, passkeys } = await findSecondStepState(db, person.id);
    res.status(errors ? 422 : 200).render('accounts/second-step/sign-in', {
      pageTitle: 'Second step',
      back: { href: '/sign-in', text: 'Sign in' },
      ...signInStepView({ hasApp: appSince !== null, hasPasskeys: passkeys > 0 && isOffered }),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }
}
