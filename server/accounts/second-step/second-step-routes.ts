import { type Request, type Response, Router } from 'express';
import { encode } from 'uqr';
import { FieldError, NotFoundError } from '../../shared/errors.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../../web/forms.ts';
import { actorOf, idParam, personOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { secondStepChangedMail } from '../account-mail.ts';
import { notify } from '../notify.ts';
import { CONFIRMATION_TRIES, confirmPassword } from '../own-account-service.ts';
import { findPerson, type Person } from '../person-queries.ts';
import { returnPath } from '../return-path.ts';
import { createThrottle } from '../throttle.ts';
import { needsCode } from './needs-code.ts';
import { secondStepKey } from './sealed-secret.ts';
import { confirmForm, setUpStepForm } from './second-step-form.ts';
import { findSecondStepState } from './second-step-queries.ts';
import {
  CODE_TRIES,
  confirmPerson,
  memberWithSecondStep,
  renewRecoveryCodes,
  resetSecondStep,
  sealForSettingUp,
  setUpApp,
  turnOffApp,
  unsealForSettingUp,
} from './second-step-service.ts';
import { qrView, secondStepView } from './second-step-view.ts';
import { enrolment, newTotpSecret } from './totp.ts';

const BACK = { href: '/account/second-step', text: 'Second step at sign-in' };
const PEOPLE = { href: '/people', text: 'People' };
const AGAIN = 'This page is too old. Scan the new code below, and enter what the app shows then';

/** Setting up, renewing and turning off one's own second step; and a lead's taking a member's away. */
export function secondStepRoutes({ db, config, guard, mailer, log }: RouteDependencies): Router {
  const router = Router();
  const check = {
    key: secondStepKey(config),
    tries: createThrottle(db, CODE_TRIES),
    confirmations: createThrottle(db, CONFIRMATION_TRIES),
  };

  router.get('/account/second-step', guard.signedIn, async (req, res) => {
    await renderState(req, res);
  });

  router.get('/account/second-step/app', guard.signedIn, async (req, res) => {
    await renderSetUp(req, res, newTotpSecret());
  });

  router.post('/account/second-step/app', guard.signedIn, async (req, res) => {
    const { id } = personOf(req);
    const form = readForm(setUpStepForm, req.body);
    const sealed: unknown = req.body?.sealed;
    const secret = typeof sealed === 'string' ? unsealForSettingUp(check.key, id, sealed) : undefined;
    if (!secret) return renderSetUp(req, res, newTotpSecret(), { code: AGAIN });
    if (!form.ok) return renderSetUp(req, res, secret, form.errors);
    try {
      const person = await confirmPassword(db, check.confirmations, id, {
        field: 'password',
        password: form.values.password,
      });
      const codes = await setUpApp(db, check, { id, sessionId: req.sessionID }, { secret, code: form.values.code });
      req.session.secondStep = { how: 'app', at: Date.now() };
      notify({ mailer, log }, person.email, secondStepChangedMail(person, 'set up'));
      if (codes) return renderCodes(req, res, codes, 'Your second step is set up');
      flash(req, 'The app is set up.');
      res.redirect(303, BACK.href);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      await renderSetUp(req, res, secret, { [error.field]: error.message });
    }
  });

  router.post('/account/second-step/app/removal', guard.signedIn, async (req, res) => {
    await confirmed(req, res, async (person) => {
      const isStillOn = await turnOffApp(db, person.id);
      notify({ mailer, log }, person.email, secondStepChangedMail(person, isStillOn ? 'changed' : 'turned off'));
      flash(
        req,
        isStillOn ? 'The app is removed. A passkey is your second step now.' : 'Your second step is turned off.',
      );
      res.redirect(303, BACK.href);
    });
  });

  router.post('/account/second-step/recovery-codes', guard.signedIn, async (req, res) => {
    await confirmed(req, res, async ({ id }) => {
      renderCodes(req, res, await renewRecoveryCodes(db, id), 'Your new recovery codes');
    });
  });

  router.get('/studies/:study/members/:member/second-step', guard.lead, async (req, res) => {
    const member = await memberWithSecondStep(db, actorOf(res), idParam(req, 'member'));
    renderReset(req, res, member, { href: `/studies/${actorOf(res).studyId}/members`, text: 'Members' });
  });

  router.post('/studies/:study/members/:member/second-step/removal', guard.lead, async (req, res) => {
    const actor = actorOf(res);
    const member = await memberWithSecondStep(db, actor, idParam(req, 'member'));
    const by = { personId: actor.personId, studyId: actor.studyId };
    if (await resetSecondStep(db, by, member.personId))
      notify({ mailer, log }, member.email, secondStepChangedMail(member, 'taken away by the lead of your study'));
    flash(req, `${member.name} signs in with the password alone now, and is signed out everywhere.`);
    res.redirect(303, `/studies/${actor.studyId}/members`);
  });

  router.get('/people/:person/second-step', guard.administrator, async (req, res) => {
    const person = await findPerson(db, idParam(req, 'person'));
    if (!person) throw new NotFoundError();
    renderReset(req, res, { name: person.name, hasSecondStep: person.secondStepAt !== null }, PEOPLE);
  });

  router.post('/people/:person/second-step/removal', guard.administrator, async (req, res) => {
    const person = await findPerson(db, idParam(req, 'person'));
    if (!person) throw new NotFoundError();
    if (await resetSecondStep(db, { personId: personOf(req).id }, person.id))
      notify({ mailer, log }, person.email, secondStepChangedMail(person, 'taken away by an administrator'));
    flash(req, `${person.name} signs in with the password alone now, and is signed out everywhere.`);
    res.redirect(303, PEOPLE.href);
  });

  return router;

  function renderReset(
    req: Request,
    res: Response,
    { name, hasSecondStep }: { name: string; hasSecondStep: boolean },
    back: { href: string; text: string },
  ): void {
    const page = { pageTitle: `Second step of ${name}`, nav: 'members', back, name, hasSecondStep };
    res.render('accounts/second-step/reset', { ...page, action: `${req.path}/removal` });
  }

  async function confirmed(req: Request, res: Response, work: (person: Person) => Promise<void>): Promise<void> {
    const form = readForm(confirmForm, req.body);
    const given = form.ok ? form.values : { password: '', code: '' };
    try {
      const asking = { id: personOf(req).id, session: req.session };
      await work(await confirmPerson(db, check, asking, given));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      await renderState(req, res, { [error.field]: error.message });
    }
  }

  async function renderState(req: Request, res: Response, errors?: FieldErrors): Promise<void> {
    const { id } = personOf(req);
    const [state, person] = await Promise.all([findSecondStepState(db, id), findPerson(db, id)]);
    res.status(errors ? 422 : 200).render('accounts/second-step/state', {
      pageTitle: 'Second step at sign-in',
      back: { href: '/account', text: 'Your account' },
      ...secondStepView(state),
      isRequired: req.query.required !== undefined,
      hasPassword: person?.passwordHash !== null,
      needsCode: person && needsCode(person, req.session),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  async function renderSetUp(req: Request, res: Response, secret: Buffer, errors?: FieldErrors): Promise<void> {
    const { id, email } = personOf(req);
    const person = await findPerson(db, id);
    const { address, letters } = enrolment(secret, email);
    res.status(errors ? 422 : 200).render('accounts/second-step/app', {
      pageTitle: 'Set up an authenticator app',
      back: BACK,
      qr: qrView(encode(address, { border: 4 })),
      letters,
      sealed: sealForSettingUp(check.key, id, secret),
      hasPassword: person?.passwordHash !== null,
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  // Rendered, not redirected to: the codes exist in this answer and nowhere else.
  function renderCodes(req: Request, res: Response, codes: string[], pageTitle: string): void {
    const next = returnPath(req.session.returnTo) ?? '/';
    res.status(201).render('accounts/second-step/codes', { pageTitle, codes, next });
  }
}
