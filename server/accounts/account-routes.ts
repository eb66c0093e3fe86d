import { type Request, type Response, Router } from 'express';
import { FieldError } from '../shared/errors.ts';
import { listStudiesOf } from '../studies/membership-queries.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { personOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { emailChangedMail, passwordChangedMail } from './account-mail.ts';
import { ownStudiesView } from './account-view.ts';
import { notify } from './notify.ts';
import { emailForm, nameForm, passwordForm } from './own-account-form.ts';
import {
  CONFIRMATION_TRIES,
  changeEmail,
  changePassword,
  confirmPassword,
  renamePerson,
  signOutEverywhere,
} from './own-account-service.ts';
import { findPerson } from './person-queries.ts';
import { createDoor } from './session.ts';
import { findJoinedAt } from './single-sign-on/single-sign-on-queries.ts';
import { singleSignOnView } from './single-sign-on/single-sign-on-view.ts';
import { createThrottle } from './throttle.ts';

export function accountRoutes({ db, config, guard, mailer, log }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);
  const confirmations = createThrottle(db, CONFIRMATION_TRIES);

  router.get('/account', guard.signedIn, async (req, res) => {
    await renderAccount(req, res);
  });

  router.post('/account/name', guard.signedIn, async (req, res) => {
    const form = readForm(nameForm, req.body);
    if (!form.ok) return renderAccount(req, res, form);
    await renamePerson(db, personOf(req).id, form.values.name);
    finish(req, res, 'Your name is changed, in all your studies.');
  });

  router.post('/account/email', guard.signedIn, async (req, res) => {
    const form = readForm(emailForm, req.body);
    if (!form.ok) return renderAccount(req, res, form);
    await orShowAgain(req, res, async () => {
      const confirmation = { field: 'email-password', password: form.values['email-password'] };
      const person = await confirmPassword(db, confirmations, personOf(req).id, confirmation);
      const before = await changeEmail(db, person, form.values.email);
      notify({ mailer, log }, before, emailChangedMail(person));
      finish(req, res, 'Your e-mail address is changed. Sign in with it from now on.');
    });
  });

  router.post('/account/password', guard.signedIn, async (req, res) => {
    const studies = await listStudiesOf(db, personOf(req).id);
    const form = readForm(
      passwordForm(
        personOf(req),
        studies.map(({ name }) => name),
      ),
      req.body,
    );
    if (!form.ok) return renderAccount(req, res, form);
    await orShowAgain(req, res, async () => {
      const confirmation = { field: 'current', password: form.values.current };
      const person = await confirmPassword(db, confirmations, personOf(req).id, confirmation);
      await changePassword(db, person, form.values.password);
      notify({ mailer, log }, person.email, passwordChangedMail(person));
      const proof = req.session.secondStep?.how;
      await door.letIn(req, res, person, { proof, by: req.session.by ?? 'here' });
      finish(req, res, 'Your password is changed. You are signed out everywhere else.');
    });
  });

  router.post('/account/sessions/removal', guard.signedIn, async (req, res) => {
    await signOutEverywhere(db, personOf(req).id);
    res.redirect(303, '/sign-in');
  });

  return router;

  function finish(req: Request, res: Response, message: string): void {
    flash(req, message);
    res.redirect(303, '/account');
  }

  async function orShowAgain(req: Request, res: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      await renderAccount(req, res, { typed: req.body, errors: { [error.field]: error.message } });
    }
  }

  async function renderAccount(
    req: Request,
    res: Response,
    refused?: { typed: { name?: unknown; email?: unknown }; errors: FieldErrors },
  ): Promise<void> {
    const { id, name, email, isAdministrator } = personOf(req);
    const { singleSignOn } = config;
    const [person, studies, joinedAt] = await Promise.all([
      findPerson(db, id),
      listStudiesOf(db, id),
      singleSignOn && findJoinedAt(db, id, singleSignOn.issuer),
    ]);
    res.status(refused ? 422 : 200).render('accounts/account', {
      pageTitle: 'Your account',
      studies: ownStudiesView(studies),
      isAdministrator,
      singleSignOn: singleSignOn && singleSignOnView(singleSignOn.name, joinedAt),
      hasPassword: person?.passwordHash !== null,
      values: { name, email, ...refused?.typed },
      errors: refused?.errors,
      errorSummary: refused && errorSummary(refused.errors),
    });
  }
}
