import type { RequestHandler } from 'express';
import type { Assets } from './assets.ts';
import { csrfToken } from './csrf.ts';
import type { SessionTimes } from './session-store.ts';
import { sessionEnds } from './session.ts';

/**
 * What the layout needs on every page: the person, the assets' address and, as a function so that a session is begun
 * only by a page with a form, the CSRF token.
 */
export function pageLocals(assets: Assets, times: SessionTimes): RequestHandler {
  return (req, res, next) => {
    res.locals.assetPath = `/assets/${assets.version}`;
    res.locals.person = req.user;
    // Seconds, for the page's own clock.
    if (req.user) res.locals.sessionEnds = sessionEnds(req.session.began, times);
    res.locals.csrfToken = () => csrfToken(req);
    next();
  };
}
