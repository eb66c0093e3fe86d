import { type Response, Router } from 'express';
import { findLastGood } from '../backup/backup-queries.ts';
import { isOverdue } from '../backup/schedule.ts';
import { asAccount, inStudy } from '../database/connection.ts';
import { newId } from '../shared/ids.ts';
import { actorOf, personOf, placeOf, type SignedInPerson } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import {
  findBeginnings,
  findProgress,
  listNotesInHand,
  listNotesToCode,
  listNotesToCodeBlind,
  listNotesToReview,
  listPublishedSummaries,
  listVisitsWithoutNote,
} from './home-queries.ts';
import { beginningsView, progressView, publishedView, studyListView, workView } from './home-view.ts';
import { findActor, listStudiesOf, type OwnStudy } from './membership-queries.ts';
import { findWaiting } from './waiting-queries.ts';
import { stepsView, waitingView } from './waiting-view.ts';

/** How many of each kind the home page lists; the rest is on the pages that it links to. */
const LISTED = 10;
/** In how many studies the page of all counts what waits. */
const COUNTED_STUDIES = 10;

export function homeRoutes({ db, guard, config }: RouteDependencies): Router {
  const router = Router();

  router.get('/', guard.signedIn, async (req, res) => {
    const person = personOf(req);
    const own = await listStudiesOf(db, person.id);
    const [only, ...more] = studyListView(own);
    if (only && more.length === 0 && !person.isAdministrator) return res.redirect(303, only.href);
    const waiting = await countWaiting(person, own);
    res.render('studies/index', {
      pageTitle: 'Your studies',
      studies: studyListView(own, waiting),
      isAdministrator: person.isAdministrator,
    });
  });

  /** How much waits for the person in each of their studies: not where they have to set up a second step first. */
  async function countWaiting(person: SignedInPerson, own: OwnStudy[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    const mine = own.filter(({ role, endedAt }) => role !== 'agency' && endedAt === null);
    for (const { id } of mine.slice(0, COUNTED_STUDIES)) {
      const actor = await findActor(db, person.id, id);
      if (!actor || (actor.requiresSecondStep && !person.hasSecondStep)) continue;
      const found = await inStudy(db, actor, (trx) => findWaiting(trx, actor));
      counts.set(id, waitingView(found, { path: '', timeZone: actor.timeZone }).length);
    }
    return counts;
  }

  router.get('/studies/:study', guard.member, async (_req, res) => {
    await (actorOf(res).role === 'agency' ? renderForAgency(res) : renderForTeam(res));
  });

  async function renderForAgency(res: Response): Promise<void> {
    const actor = actorOf(res);
    const { agency, summaries } = await inStudy(db, actor, listPublishedSummaries);
    res.render('studies/home-agency', {
      pageTitle: `What we have written for ${agency}`,
      nav: 'home',
      summaries: publishedView(summaries, placeOf(res)),
    });
  }

  async function renderForTeam(res: Response): Promise<void> {
    const actor = actorOf(res);
    const isLead = actor.role === 'lead';
    const found = await inStudy(
      db,
      actor,
      async (trx) => ({
        toWriteUp: await listVisitsWithoutNote(trx, actor.membershipId, LISTED),
        inHand: await listNotesInHand(trx, actor.membershipId, LISTED),
        toCode: await listNotesToCode(trx, LISTED),
        toReview: await listNotesToReview(trx, isLead ? undefined : actor.membershipId, LISTED),
        toCodeBlind: await listNotesToCodeBlind(trx, actor.membershipId, LISTED),
        waiting: await findWaiting(trx, actor),
        beginnings: await findBeginnings(trx),
        progress: isLead ? await findProgress(trx) : undefined,
      }),
      { snapshot: true },
    );
    // Where the program is set to make backups; the page of backups also speaks of those made by hand.
    const at = isLead ? config.backupAt : undefined;
    const lastGood = at === undefined ? undefined : await asAccount(db, {}, findLastGood);
    const place = placeOf(res);
    res.render('studies/home-team', {
      pageTitle: 'Home',
      nav: 'home',
      work: workView(found, place, newId),
      waiting: waitingView(found.waiting, place),
      steps: stepsView(found.waiting, place.path),
      beginnings: beginningsView(found.beginnings, { path: place.path, isLead }),
      progress: found.progress && progressView(found.progress, place.path),
      backupOverdue: at !== undefined && isOverdue(new Date(), at, lastGood),
    });
  }

  return router;
}
