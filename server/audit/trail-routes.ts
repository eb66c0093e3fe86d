import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { toLocalDate } from '../shared/dates.ts';
import { AppError } from '../shared/errors.ts';
import { sendInPieces } from '../web/downloads.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { isAsRecorded } from './chain.ts';
import { listThings } from './thing-queries.ts';
import { type Narrowed, questionOf, trailHref } from './trail-filter.ts';
import { trailForm, trailPageForm } from './trail-form.ts';
import { findChainEnd, listTrail, listTrailPeople, type TrailEdge } from './trail-queries.ts';
import { checkTrail, sendTrail } from './trail-service.ts';
import { chainView, thingOf, trailControls, trailDays } from './trail-view.ts';

const PAGE = 50;

/** The audit trail, for the lead: who did what, as a page and as a file, and whether anybody has changed it since. */
export function trailRoutes({ db, guard, downloads }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/trail', guard.lead, async (req, res) => {
    const form = readForm(trailForm, req.query);
    if (form.ok) return renderTrail(res, form.values, { edge: readEdge(req) });
    const { from, until } = form.typed;
    const rest = readForm(trailForm, { ...form.typed, from: '', until: '' });
    const typed = { from: textOf(from), until: textOf(until) };
    await renderTrail(res, rest.ok ? rest.values : {}, { errors: form.errors, typed });
  });

  router.get('/studies/:study/trail/file', guard.lead, async (req, res) => {
    const form = readForm(trailForm, req.query);
    if (!form.ok) throw new AppError(422, `${Object.values(form.errors)[0]}. Go back and choose again.`);
    const actor = actorOf(res);
    res.attachment(`trail-${toLocalDate(new Date(), actor.timeZone)}.csv`).type('text/csv; charset=utf-8');
    if (req.method === 'HEAD') return res.end();
    await sendInPieces(req, res, downloads, (out) => sendTrail(db, actor, form.values, out));
  });

  router.post('/studies/:study/trail/checks', guard.lead, async (req, res) => {
    const check = await checkTrail(db, actorOf(res));
    flash(
      req,
      isAsRecorded(check)
        ? 'The trail has been checked: nothing in it has been changed.'
        : 'The trail has been checked: it is not as it was recorded. See below.',
    );
    res.redirect(303, `/studies/${actorOf(res).studyId}/trail`);
  });

  async function renderTrail(
    res: Response,
    filter: Narrowed,
    { edge, errors, typed }: { edge?: TrailEdge | undefined; errors?: FieldErrors; typed?: Narrowed },
  ): Promise<void> {
    const actor = actorOf(res);
    const place = { path: `/studies/${actor.studyId}`, timeZone: actor.timeZone };
    const read = await inStudy(
      db,
      actor,
      async (trx) => {
        const entries = await listTrail(trx, questionOf(filter, actor.timeZone), { edge, limit: PAGE + 1 });
        const things = await listThings(
          trx,
          entries.flatMap((entry) => thingOf(entry) ?? []),
        );
        const [checked] = await listTrail(trx, { kinds: ['trail.checked'] }, { limit: 1 });
        return { entries, things, checked, people: await listTrailPeople(trx), end: await findChainEnd(trx) };
      },
      { snapshot: true },
    );
    const isNewer = edge?.side === 'newer';
    const more = read.entries.length > PAGE;
    const shown = isNewer ? read.entries.slice(-PAGE) : read.entries.slice(0, PAGE);
    const base = `${place.path}/trail`;
    const [first, last] = [shown[0], shown.at(-1)];
    res.status(errors ? 422 : 200).render('audit/trail', {
      pageTitle: 'Trail: who did what',
      nav: 'members',
      back: { href: `${place.path}/members`, text: 'Members' },
      trail: { ...trailControls(filter, read.people, place), ...typed },
      days: trailDays(shown, read.things, place),
      chain: chainView(read.end, read.checked, place),
      newer: edge && (isNewer ? more : true) && first ? trailHref(base, filter, { newer: first.id }) : undefined,
      older: (isNewer || more) && last ? trailHref(base, filter, { older: last.id }) : undefined,
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}

function readEdge(req: Request): TrailEdge | undefined {
  const form = readForm(trailPageForm, req.query);
  if (!form.ok) return undefined;
  const { older, newer } = form.values;
  if (older !== undefined) return { id: older, side: 'older' };
  return newer === undefined ? undefined : { id: newer, side: 'newer' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
