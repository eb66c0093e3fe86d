import type { Request, RequestHandler } from 'express';
import { hasCsrfToken } from './csrf.ts';

/** A form that was sent after its session had ended: whose it was, where it was going, on which page it stood. */
export type Unsent = { by: string; path: string; page: string | undefined; fields: [string, string][] };

declare module 'express-session' {
  interface SessionData {
    unsent?: Unsent;
  }
}

// Beginning a session and what is about it: nothing there is worth sending again, and much of it is secret.
const NOT_KEPT = /^\/(sign-in|sign-out|sign-in-links|set-up|invitations|password-resets|account|unsent)\b/;
const SECRET = /^_|password|token/i;

/**
 * What was typed into a form is not lost when its session has ended meanwhile: it is kept in the session that begins,
 * asked for again after sign-in (page /unsent), and shown only to the person on whose page it was typed. A form that
 * comes from another site is never kept: it could put words into somebody's mouth.
 */
export const keepUnsent: RequestHandler = (req, res, next) => {
  if (req.user && hasCsrfToken(req)) {
    if (req.method === 'POST' && req.session.unsent?.path === req.originalUrl) delete req.session.unsent;
    return next();
  }
  const unsent = unsentOf(req);
  // Signed in, and the page is older than the session: its owner has signed in again in another tab.
  if (!unsent || (req.user && (req.user.id !== unsent.by || isLong(unsent)))) return next();
  req.session.unsent = unsent;
  req.session.save((error: unknown) => {
    if (error) return next(error);
    res.redirect(303, req.user ? '/unsent' : '/sign-in');
  });
};

// What is in a session is read with every request. A note as long as this has its draft.
function isLong({ fields }: Unsent): boolean {
  return fields.reduce((sum, [, value]) => sum + value.length, 0) > 256 * 1024;
}

function unsentOf(req: Request): Unsent | undefined {
  if (req.method !== 'POST' || NOT_KEPT.test(req.path) || !req.is('urlencoded') || !comesFromHere(req))
    return undefined;
  const body = (req.body ?? {}) as Record<string, unknown>;
  const { _by: by } = body;
  if (typeof by !== 'string' || !/^[0-9a-f-]{36}$/.test(by)) return undefined;
  const fields = Object.entries(body)
    .filter(([name]) => !SECRET.test(name))
    .flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)]));
  return { by, path: req.originalUrl, page: pageOf(req), fields };
}

function comesFromHere(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  return addressOf(req.get('origin'))?.host === req.get('host');
}

function pageOf(req: Request): string | undefined {
  const page = addressOf(req.get('referer'));
  return page?.host === req.get('host') ? page?.pathname.concat(page.search) : undefined;
}

// URL.parse does the same, and is not in every Node 20.
function addressOf(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
