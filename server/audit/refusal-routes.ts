import type { ErrorRequestHandler } from 'express';
import type { Actor, Db } from '../database/connection.ts';
import { isId } from '../shared/ids.ts';
import { recordRefusal } from './refusal-service.ts';

// A page that asks again and again fills no trail: beyond this, the log has the rest.
const MOST_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/**
 * Puts on record that a person who is signed in was refused a page: which address in general, and the thing's id, never what
 * was typed. Passes the error on. An address that no route has is nobody's page and no refusal.
 */
export function refusalRecorder(db: Db): ErrorRequestHandler {
  const counts = new Map<string, { since: number; refused: number }>();

  function count(personId: string): number {
    const now = Date.now();
    for (const [id, { since }] of counts) if (now - since > MINUTE_MS) counts.delete(id);
    const counted = counts.get(personId) ?? { since: now, refused: 0 };
    counted.refused += 1;
    counts.set(personId, counted);
    return counted.refused;
  }

  return (error, req, res, next) => {
    const status = (error as { status?: unknown } | null)?.status;
    const route = req.route as { path?: string } | undefined;
    if (!req.user || !(status === 403 || (status === 404 && route))) return next(error);
    const refused = count(req.user.id);
    if (refused > MOST_A_MINUTE + 1) return next(error);
    // The route's parameters are forgotten by now.
    const parts = req.path.split('/');
    const study = parts[1] === 'studies' ? parts[2] : undefined;
    const thing = parts.findLast((part) => isId(part));
    recordRefusal(db, {
      personId: req.user.id,
      actor: res.locals.actor as Actor | undefined,
      studyId: isId(study) ? study : undefined,
      thing,
      often: refused > MOST_A_MINUTE,
      method: req.method,
      route: route?.path ?? null,
      status,
      requestId: typeof req.id === 'string' ? req.id : null,
    }).then(
      () => next(error),
      (fault: unknown) => {
        req.log.error({ err: fault }, 'a refusal could not be recorded');
        next(error);
      },
    );
  };
}
