import { Router } from 'express';
import { flash } from '../web/flash.ts';
import { personOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';

const UUID_OR_NUMBER = /^([0-9a-f-]{36}|\d*)$/i;

/** What somebody sent after their session had ended: shown again after sign-in, to be sent now or thrown away. */
export function unsentRoutes({ guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/unsent', guard.signedIn, (req, res) => {
    const { unsent } = req.session;
    if (unsent === undefined || unsent.by !== personOf(req).id) return res.redirect(303, '/');
    res.render('accounts/unsent', {
      pageTitle: 'This has not been saved yet',
      ...unsent,
      fields: unsent.fields.map(([name, value]) => ({ name, value })),
      words: unsent.fields.map(([, value]) => value).filter((value) => !UUID_OR_NUMBER.test(value)),
    });
  });

  router.post('/unsent/removal', guard.signedIn, (req, res) => {
    delete req.session.unsent;
    flash(req, 'It is thrown away.');
    res.redirect(303, '/');
  });

  return router;
}
