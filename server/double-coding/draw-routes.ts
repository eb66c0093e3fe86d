import { type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../web/forms.ts';
import { actorOf, idParam, pathOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { drawSample } from './assignment-service.ts';
import { countCandidates, listPlaces } from './candidate-queries.ts';
import { drawForm } from './double-coding-form.ts';
import { listDoubleCodingsOfDraw, listTeam } from './double-coding-queries.ts';
import { cellName, coderChoices, drawTableView, drawView } from './double-coding-view.ts';
import { findDraw } from './draw-queries.ts';

/** Drawing notes at random by agency and phase, and what was drawn. */
export function drawRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/double-codings/draws/new', guard.lead, async (_req, res) => {
    renderDraw(res, await readCounts(res));
  });

  router.post('/studies/:study/double-codings/draws', guard.lead, async (req, res) => {
    const read = await readCounts(res);
    // Any agency and phase: what can no longer be drawn there is refused beside its field.
    const cells = read.places.agencies.flatMap((agency) =>
      read.places.phases.map((phase) => ({
        field: cellName(agency.id, phase.id),
        agencyId: agency.id,
        phaseId: phase.id,
      })),
    );
    const form = readForm(drawForm(cells.map(({ field }) => field)), req.body);
    if (!form.ok) return renderDraw(res, read, form);
    const { id, coders, counts } = form.values;
    const asked = cells.flatMap((cell) => {
      const count = counts.get(cell.field) ?? 0;
      return count > 0 ? [{ ...cell, count }] : [];
    });
    try {
      await drawSample(db, actorOf(res), { id, asked, coders });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderDraw(res, await readCounts(res), refusedBy(error, req.body));
    }
    flash(req, 'The notes are drawn and given to their coders.');
    res.redirect(303, `${pathOf(res)}/double-codings/draws/${id}`);
  });

  router.get('/studies/:study/double-codings/draws/:draw', guard.team, async (req, res) => {
    const id = idParam(req, 'draw');
    const { draw, places, drawn } = await inStudy(db, actorOf(res), async (trx) => ({
      draw: await findDraw(trx, id),
      places: await listPlaces(trx),
      drawn: await listDoubleCodingsOfDraw(trx, id),
    }));
    if (!draw) throw new NotFoundError();
    const { timeZone, membershipId, role } = actorOf(res);
    const place = { path: pathOf(res), timeZone, membershipId, isLead: role === 'lead' };
    res.render('double-coding/draw', {
      pageTitle: 'A sample drawn at random',
      nav: 'analysis',
      back: { href: `${place.path}/double-codings`, text: 'Blind double coding' },
      draw: drawView(draw, places, drawn, place),
    });
  });

  function readCounts(res: Response) {
    return inStudy(db, actorOf(res), async (trx) => ({
      places: await listPlaces(trx),
      counts: await countCandidates(trx),
      team: await listTeam(trx),
    }));
  }

  function renderDraw(
    res: Response,
    { places, counts, team }: Awaited<ReturnType<typeof readCounts>>,
    refused?: Refused,
  ): void {
    res.status(refused ? 422 : 200).render('double-coding/draw-new', {
      pageTitle: 'Draw a sample for blind double coding',
      nav: 'analysis',
      back: { href: `${pathOf(res)}/double-codings`, text: 'Blind double coding' },
      action: `${pathOf(res)}/double-codings/draws`,
      id: refused?.typed.id ?? newId(),
      table: drawTableView(places, counts, { typed: refused?.typed, errors: refused?.errors }),
      isEmpty: counts.length === 0,
      coders: coderChoices(team, refused?.typed.coders),
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }

  return router;
}
