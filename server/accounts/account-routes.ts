import { type Request, Router } from 'express';
import type { Authenticator } from 'passport';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function accountRoutes({ guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/sign-in', (req, res) => {
    if (req.user) return res.redirect(303, '/');
    res.render('accounts/sign-in', { pageTitle: 'Sign in' });
  });

  router.post('/sign-in', async (req, res, next) => {
    const person = await authenticate(req);
    if (!person) {
      const message = 'The e-mail address or the password is not right.';
      res.status(422).render('accounts/sign-in', {
        pageTitle: 'Sign in',
        email: req.body?.email,
        errors: { email: message },
        errorSummary: [{ href: '#email', text: message }],
      });
      return;
    }
    const returnTo = req.session.returnTo;
    // passport gives the session a new id here.
    req.logIn(person, (error: unknown) => (error ? next(error) : res.redirect(303, returnTo ?? '/')));
  });

  router.get('/account', guard.signedIn, (_req, res) => {
    res.render('accounts/account', { pageTitle: 'Your account' });
  });

  router.post('/sign-out', (req, res, next) => {
    req.session.destroy((error: unknown) => (error ? next(error) : res.redirect(303, '/sign-in')));
  });

  return router;
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
