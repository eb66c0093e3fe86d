import { Router } from 'express';
import { flash } from '../web/flash.ts';
import { idParam, personOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { signOutElsewhere, signOutFrom } from './own-account-service.ts';
import { findSecondsLeft, listSessionsOf } from './session-queries.ts';
import { sessionsView } from './session-view.ts';

declare module 'express-session' {
  interface SessionData {
    usedAt?: number;
  }
}

/** Where somebody is signed in, and ending that from afar. */
export function sessionRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/account/sessions', guard.signedIn, async (req, res) => {
    const sessions = await listSessionsOf(db, personOf(req).id, req.sessionID);
    res.render('accounts/sessions', {
      pageTitle: 'Where you are signed in',
      back: { href: '/account', text: 'Your account' },
      sessions: sessionsView(sessions),
      hasOthers: sessions.length > 1,
    });
  });

  // Asked by a page's clock before it warns: another page may have been used meanwhile.
  router.get('/account/sessions/ends', guard.signedIn, async (req, res) => {
    res.json({ seconds: await findSecondsLeft(db, req.sessionID) });
  });

  // Somebody wants to stay, or is typing. Changed, and so kept at once: what is merely used is marked now and then.
  router.post('/account/sessions/use', guard.signedIn, (req, res) => {
    req.session.usedAt = Date.now();
    res.sendStatus(204);
  });

  router.post('/account/sessions/others/removal', guard.signedIn, async (req, res) => {
    const ended = await signOutElsewhere(db, personOf(req).id, req.sessionID);
    flash(req, ended === 1 ? 'One other session is ended.' : `${ended} other sessions are ended.`);
    res.redirect(303, '/account/sessions');
  });

  router.post('/account/sessions/:session/removal', guard.signedIn, async (req, res) => {
    const wasThis = await signOutFrom(db, personOf(req).id, idParam(req, 'session'), req.sessionID);
    if (wasThis) return res.redirect(303, '/sign-in');
    flash(req, 'That session is ended.');
    res.redirect(303, '/account/sessions');
  });

  return router;
}
