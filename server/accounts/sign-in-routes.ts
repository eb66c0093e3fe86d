import { type Request, type Response, Router } from 'express';
import type { Authenticator } from 'passport';
import { formatTime } from '../shared/dates.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { publicAddress } from '../web/public-address.ts';
import { relyingPartyOf } from './passkeys/relying-party.ts';
import { findPerson, findPersonByEmail } from './person-queries.ts';
import { returnPath } from './return-path.ts';
import { createDoor, endSession } from './session.ts';
import { signInForm } from './sign-in-form.ts';
import { createSignInLimits } from './sign-in-limits.ts';
import { admitSignIn, recordSignIn } from './sign-in-service.ts';
import { signInView } from './sign-in-view.ts';

const ZONE = 'Europe/London';

export function signInRoutes({ db, config, mailer }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);
  const limits = createSignInLimits(db);
  const hasPasskeys = relyingPartyOf(publicAddress(config)) !== undefined;

  router.get('/sign-in', (req, res) => {
    if (req.user) return res.redirect(303, returnPath(req.session.returnTo) ?? '/');
    renderSignIn(res, { wasUnsent: req.session.unsent !== undefined });
  });

  router.post('/sign-in', async (req, res) => {
    // An invitation's page sends its own path along; it is not kept in the session, because it holds a secret.
    const returnTo: unknown = req.body?.returnTo;
    const form = readForm(signInForm, req.body);
    if (!form.ok) return renderRefused(req, res, 422, form.errors, { returnTo });
    const { email } = form.values;
    const attempt = { email, address: req.ip, cookie: door.deviceCookie(req) };
    const admission = await admitSignIn(db, { limits, devices: door.devices }, attempt);
    if (!admission.admitted) {
      const seconds = Math.max(1, Math.ceil((admission.until.getTime() - Date.now()) / 1000));
      res.set('Retry-After', String(seconds));
      // The next whole minute: at the minute that is shown, a try is admitted.
      const time = formatTime(new Date(admission.until.getTime() + 59_999), ZONE);
      const message = `There were too many tries to sign in. Try again at ${time}, or set a new password`;
      return renderRefused(req, res, 429, { email: message }, { returnTo, tooMany: true });
    }
    req.body = form.values;
    const signedIn = await authenticate(req);
    const person = signedIn && (await findPerson(db, signedIn.id));
    if (!person) {
      await recordSignIn(db, 'person.sign-in-failed', (await findPersonByEmail(db, email))?.id);
      const errors = { email: 'The e-mail address or the password is not right' };
      return renderRefused(req, res, 422, errors, { returnTo });
    }
    const wanted = returnPath(returnTo) ?? returnPath(req.session.returnTo) ?? '/';
    await admission.succeeded();
    const next = await door.letIn(req, res, person, { to: wanted });
    if (req.user) await recordSignIn(db, 'person.signed-in', person.id);
    res.redirect(303, next);
  });

  router.post('/sign-out', async (req, res) => {
    const personId = req.user?.id;
    const goesOn = config.singleSignOn !== undefined && req.session.by === 'single-sign-on';
    await endSession(req);
    // Afterwards: whoever is told of it may look whether the session is still there.
    if (personId !== undefined) await recordSignIn(db, 'person.signed-out', personId);
    res.redirect(303, goesOn ? '/sign-in/single-sign-on/left' : '/sign-in');
  });

  return router;

  function renderSignIn(res: Response, page: object = {}): void {
    const ways = signInView({ singleSignOn: config.singleSignOn, canMail: mailer.configured, hasPasskeys });
    res.render('accounts/sign-in', { ...ways, ...page });
  }

  function renderRefused(req: Request, res: Response, status: number, errors: FieldErrors, page: object = {}): void {
    res.status(status);
    renderSignIn(res, { email: req.body?.email, errors, errorSummary: errorSummary(errors), ...page });
  }
}

function authenticate(req: Request): Promise<Express.User | undefined> {
  return new Promise((resolve, reject) => {
    const passport = req.app.locals.passport as Authenticator;
    passport.authenticate('local', (error: unknown, person: Express.User | false | undefined) => {
      if (error) reject(error instanceof Error ? error : new Error('passport failed', { cause: error }));
      else resolve(person || undefined);
    })(req, req.res, reject);
  });
}
