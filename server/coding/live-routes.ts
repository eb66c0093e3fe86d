import { type Request, type Response, Router } from 'express';
import { findPerson } from '../accounts/person-queries.ts';
import type { Announcements } from '../database/announcements.ts';
import { type Actor, inStudy } from '../database/connection.ts';
import { AppError, NotFoundError } from '../shared/errors.ts';
import { findActor } from '../studies/membership-queries.ts';
import { type EventStream, openEventStream } from '../web/event-stream.ts';
import { actorOf, idParam } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { findWhetherNoteIsThere } from './live-queries.ts';
import { hintFor, mayEnd } from './live-hints.ts';

// A page keeps one while it is in sight. More than this is a fault or somebody's script; such a page reads by the clock.
const MOST_STREAMS = 12;

/** The stream that tells an open coding page that something changed: docs/decisions/0009-live.md. */
export function liveRoutes({ db, guard }: RouteDependencies, announcements: Announcements): Router {
  const router = Router();
  const open = new Map<string, Set<EventStream>>();

  router.get('/studies/:study/notes/:note/live', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const note = idParam(req, 'note');
    if (!(await inStudy(db, actor, (trx) => findWhetherNoteIsThere(trx, note)))) throw new NotFoundError();
    const mine = open.get(actor.personId) ?? new Set();
    if (mine.size >= MOST_STREAMS)
      throw new AppError(429, 'You have too many pages open at once. Close some of them, then reload this one.');
    let ended = false;
    let stop = (): void => undefined;
    const stream = openEventStream(res, {
      mayGoOn: () => mayGoOn(req, actor),
      onEnd: () => {
        ended = true;
        stop();
        mine.delete(stream);
        if (mine.size === 0) open.delete(actor.personId);
      },
    });
    mine.add(stream);
    open.set(actor.personId, mine);
    const page = { study: actor.studyId, note, member: actor.membershipId, person: actor.personId };
    stop = await announcements.listen((said) => {
      if (mayEnd(said, page)) void endUnlessAllowed(req, res, actor);
      const hint = hintFor(said, page);
      if (hint === 'reread') stream.send('reread', {});
      else if (hint) stream.send('changed', hint);
    });
    if (ended) return stop();
    // What happened before this was not heard here: the page reads once, now that nothing more can be missed.
    stream.send('reread', {});
  });

  async function endUnlessAllowed(req: Request, res: Response, actor: Actor): Promise<void> {
    if (!(await mayGoOn(req, actor).catch(() => false))) res.end();
  }

  /** Whether the session lasts, the person is not disabled, and they are still on the study's team. */
  async function mayGoOn(req: Request, actor: Actor): Promise<boolean> {
    if (!(await isSignedIn(req))) return false;
    if (!(await findPerson(db, actor.personId))) return false;
    const now = await findActor(db, actor.personId, actor.studyId);
    return now !== undefined && now.role !== 'agency' && now.membershipId === actor.membershipId;
  }

  return router;
}

function isSignedIn(req: Request): Promise<boolean> {
  return new Promise((resolve, reject) => {
    req.sessionStore.get(req.sessionID, (error: unknown, session) => {
      if (error) reject(error instanceof Error ? error : new Error('the session could not be read'));
      else resolve((session as { passport?: { user?: string } } | null | undefined)?.passport?.user === req.user?.id);
    });
  });
}
