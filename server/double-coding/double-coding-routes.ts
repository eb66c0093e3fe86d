import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { FieldError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../web/forms.ts';
import { actorOf, idParam } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { assignNote } from './assignment-service.ts';
import { listCandidateNotes, listPlaces } from './candidate-queries.ts';
import { assignmentForm, candidateFilter, pageForm } from './double-coding-form.ts';
import { listOpenDoubleCodings, listOpenedDoubleCodings, listTeam } from './double-coding-queries.ts';
import { finishCoding, openDoubleCoding, takeBackFinish } from './double-coding-service.ts';
import { candidateView, coderChoices, doubleCodingsView, type Place } from './double-coding-view.ts';

const OPEN_SHOWN = 200;
const PAGE = 30;
const CHOICES = 100;

/** Giving notes to several people to code unseen by each other, and what they say of their work. */
export function doubleCodingRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/double-codings', guard.team, async (req, res) => {
    const form = readForm(pageForm, req.query);
    const after = form.ok ? form.values.after : undefined;
    const { open, opened } = await inStudy(db, actorOf(res), async (trx) => ({
      open: await listOpenDoubleCodings(trx, OPEN_SHOWN),
      opened: await listOpenedDoubleCodings(trx, { after, limit: PAGE + 1 }),
    }));
    const place = placeOf(res);
    res.render('double-coding/index', {
      pageTitle: 'Blind double coding',
      nav: 'analysis',
      page: doubleCodingsView({ open, opened: opened.slice(0, PAGE), more: opened.length > PAGE }, place),
      newer: after === undefined ? undefined : `${place.path}/double-codings`,
    });
  });

  router.get('/studies/:study/double-codings/new', guard.lead, async (req, res) => {
    await renderAssignment(req, res);
  });

  router.post('/studies/:study/double-codings', guard.lead, async (req, res) => {
    const form = readForm(assignmentForm, req.body);
    if (!form.ok) return renderAssignment(req, res, form);
    const { id, note, coders } = form.values;
    try {
      await assignNote(db, actorOf(res), { id, noteId: note, coders });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderAssignment(req, res, refusedBy(error, req.body));
    }
    flash(req, 'The note is given to its coders. Until all have finished, each sees only their own codings of it.');
    res.redirect(303, `${placeOf(res).path}/double-codings`);
  });

  router.post('/studies/:study/double-codings/:doubleCoding/completion', guard.team, async (req, res) => {
    const id = idParam(req, 'doubleCoding');
    const { path } = placeOf(res);
    const { noteId, opened } = await finishCoding(db, actorOf(res), id);
    if (opened) {
      flash(req, 'All have finished, so the codings are open: this is where they differ.');
      return res.redirect(303, `${path}/agreement/notes/${noteId}`);
    }
    const undo = { action: `${path}/double-codings/${id}/completion/removal`, label: 'Undo: I am not finished yet' };
    flash(req, 'Thank you: your coding of the note is finished. It opens when everybody has finished.', undo);
    res.redirect(303, `${path}/double-codings`);
  });

  router.post('/studies/:study/double-codings/:doubleCoding/completion/removal', guard.team, async (req, res) => {
    await takeBackFinish(db, actorOf(res), idParam(req, 'doubleCoding'));
    flash(req, 'You are coding the note again. Say so when you have finished.');
    res.redirect(303, `${placeOf(res).path}/double-codings`);
  });

  router.post('/studies/:study/double-codings/:doubleCoding/opening', guard.lead, async (req, res) => {
    const { noteId } = await openDoubleCoding(db, actorOf(res), idParam(req, 'doubleCoding'));
    flash(req, 'The codings of the note are open to the team.');
    res.redirect(303, `${placeOf(res).path}/agreement/notes/${noteId}`);
  });

  async function renderAssignment(req: Request, res: Response, refused?: Refused): Promise<void> {
    const fields = refused ? refused.typed : (req.query as Record<string, unknown>);
    const filter = readForm(candidateFilter, fields);
    const { agency, phase } = filter.ok ? filter.values : {};
    const { places, notes, team } = await inStudy(db, actorOf(res), async (trx) => ({
      places: await listPlaces(trx),
      notes: await listCandidateNotes(trx, { agencyId: agency, phaseId: phase }, CHOICES + 1),
      team: await listTeam(trx),
    }));
    const { path, timeZone } = placeOf(res);
    const options = (all: string, among: { id: string; name: string }[], chosen: string | undefined) => [
      { value: '', text: all },
      ...among.map(({ id, name }) => ({ value: id, text: name, selected: id === chosen })),
    ];
    res.status(refused ? 422 : 200).render('double-coding/new', {
      pageTitle: 'Give a note to several coders',
      nav: 'analysis',
      back: { href: `${path}/double-codings`, text: 'Blind double coding' },
      action: `${path}/double-codings`,
      draws: `${path}/double-codings/draws/new`,
      id: refused?.typed.id ?? newId(),
      agency,
      phase,
      agencies: options('All agencies', places.agencies, agency),
      phases: options('All phases', places.phases, phase),
      notes: candidateView(notes.slice(0, CHOICES), fields.note, timeZone),
      isCut: notes.length > CHOICES,
      coders: coderChoices(team, fields.coders),
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }

  return router;
}

function placeOf(res: Response): Place {
  const { studyId, timeZone, membershipId, role } = actorOf(res);
  return { path: `/studies/${studyId}`, timeZone, membershipId, isLead: role === 'lead' };
}
