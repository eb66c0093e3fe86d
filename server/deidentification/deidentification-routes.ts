import { type Request, type Response, Router } from 'express';
import type { Actor } from '../database/connection.ts';
import { formatDateTime } from '../shared/dates.ts';
import { ConflictError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { applyReplacements } from '../identifiers/replacements.ts';
import type { AfterRevision } from '../notes/after-revision.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused } from '../web/forms.ts';
import { actorOf, idParam } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { type Decision, decisionsOf } from './decisions.ts';
import { checkForm, choicesOf, type Decided, decisionsForm, returnForm } from './deidentification-form.ts';
import {
  checkDeidentification,
  deidentifyNote,
  lookAtReplacements,
  releaseDeidentified,
  takeBackDeidentification,
} from './deidentification-service.ts';
import { findingsView, leftView, markedText, reasonChoices, stateView } from './deidentification-view.ts';
import { type ReadNote, readForDeidentification } from './note-reading-service.ts';
import { hiddenFields, newPlaces, typedOf } from './sent-decisions-view.ts';

const STALE =
  'The note was saved by somebody after you opened this page, so what you decided is about an older text. This is the text now: go through it once more.';

/** Going through a note for whatever tells who people are; then checking and releasing it. */
export function deidentificationRoutes({ db, guard }: RouteDependencies, lookForNames: AfterRevision): Router {
  const router = Router();

  router.get('/studies/:study/notes/:note/deidentification', guard.team, async (req, res) => {
    await renderPage(req, res, {});
  });

  // The same page with what was decided: on the way back from the preview.
  router.post('/studies/:study/notes/:note/deidentification/decisions', guard.team, async (req, res) => {
    const form = readForm(decisionsForm, req.body);
    await renderPage(req, res, form.ok ? { decided: form.values } : { refused: form });
  });

  router.post('/studies/:study/notes/:note/deidentification/preview', guard.team, async (req, res) => {
    const read = await readForDeidentification(db, actorOf(res), idParam(req, 'note'));
    const form = readForm(decisionsForm, req.body);
    if (!form.ok) return renderPage(req, res, { read, refused: form });
    const decisions = freshDecisions(read, form.values);
    if (!decisions) return renderPage(req, res, { read, problem: STALE });
    const of = (field: Decision['field']) => decisions.filter((decision) => decision.field === field);
    const path = pathOf(req, res);
    res.render('deidentification/preview', {
      pageTitle: 'How the note will read',
      nav: 'notes',
      back: { href: path, text: 'Start again' },
      path,
      title: markedText(applyReplacements(read.title, of('title')), newPlaces(of('title'))),
      paragraphs: markedText(applyReplacements(read.body, of('body')), newPlaces(of('body'))),
      count: decisions.length === 1 ? '1 place' : `${decisions.length.toLocaleString('en-GB')} places`,
      isNone: decisions.length === 0,
      left: leftView(read.findings, decisions),
      next: read.revision + 1,
      fields: hiddenFields(form.values),
    });
  });

  router.post('/studies/:study/notes/:note/deidentification', guard.team, async (req, res) => {
    const [actor, noteId] = [actorOf(res), idParam(req, 'note')];
    const read = await readForDeidentification(db, actor, noteId);
    const form = readForm(decisionsForm, req.body);
    if (!form.ok) return renderPage(req, res, { read, refused: form });
    // Decided about an older text: the service tells this form sent twice from somebody else's saving.
    const decisions = read.revision === form.values.base ? freshDecisions(read, form.values) : [];
    if (!decisions) return renderPage(req, res, { read, problem: STALE });
    try {
      await deidentifyNote({ db, lookForNames }, actor, noteId, {
        id: form.values.id,
        base: form.values.base,
        decisions,
      });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return renderPage(req, res, { problem: error.message });
    }
    flash(req, 'The de-identified text is the note’s newest revision. A second person checks it next.');
    res.redirect(303, pathOf(req, res));
  });

  router.post('/studies/:study/notes/:note/deidentification/check', guard.team, async (req, res) => {
    const form = readForm(checkForm, req.body);
    if (!form.ok) return renderPage(req, res, { refused: form });
    await checkDeidentification(db, actorOf(res), idParam(req, 'note'), form.values.revision);
    flash(req, 'The text is checked. You or the lead can release it.');
    res.redirect(303, pathOf(req, res));
  });

  router.post('/studies/:study/notes/:note/deidentification/release', guard.team, async (req, res) => {
    await releaseDeidentified(db, actorOf(res), idParam(req, 'note'));
    flash(req, 'The note is released.');
    res.redirect(303, pathOf(req, res));
  });

  router.post('/studies/:study/notes/:note/deidentification/return', guard.team, async (req, res) => {
    const form = readForm(returnForm, req.body);
    if (!form.ok) return renderPage(req, res, { refused: form });
    await takeBackDeidentification(db, actorOf(res), idParam(req, 'note'), form.values);
    flash(req, 'The last step is taken back, with your reason on record.');
    res.redirect(303, pathOf(req, res));
  });

  router.post('/studies/:study/notes/:note/deidentification/replacements/look', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const replacements = await lookAtReplacements(db, actor, idParam(req, 'note'));
    res.render('deidentification/replacements', {
      pageTitle: 'What was replaced',
      nav: 'notes',
      back: { href: pathOf(req, res), text: 'De-identification' },
      replacements: replacements.map(({ at, ...row }) => ({ ...row, at: formatDateTime(at, actor.timeZone) })),
    });
  });

  function freshDecisions(read: ReadNote, decided: Decided): Decision[] | undefined {
    return read.revision === decided.base ? decisionsOf(read, choicesOf(decided)) : undefined;
  }

  type Shown = { read?: ReadNote; decided?: Decided; refused?: Refused; problem?: string };
  async function renderPage(req: Request, res: Response, shown: Shown): Promise<void> {
    const actor = actorOf(res);
    const read = shown.read ?? (await readForDeidentification(db, actor, idParam(req, 'note')));
    const decided = shown.decided?.base === read.revision ? shown.decided : undefined;
    const { refused } = shown;
    const problem = shown.problem ?? (shown.decided && !decided ? STALE : undefined);
    res.status(refused ? 422 : problem ? 409 : 200).render('deidentification/deidentification', {
      pageTitle: `De-identify: ${read.title}`,
      nav: 'notes',
      scripts: ['deidentification'],
      pageClass: 'app-wide',
      back: { href: pathOf(req, res).replace(/\/deidentification$/, ''), text: 'The note' },
      ...pageView(read, actor, pathOf(req, res)),
      found: findingsView(read.findings, decided && typedOf(decided)),
      reasons: reasonChoices(refused?.typed.reason),
      newId: newId(),
      errors: refused?.errors,
      errorSummary: refused?.errorSummary ?? (problem ? [{ href: '#findings', text: problem }] : undefined),
    });
  }

  return router;
}

function pathOf(req: Request, res: Response): string {
  return `/studies/${actorOf(res).studyId}/notes/${idParam(req, 'note')}/deidentification`;
}

function pageView(read: ReadNote, actor: Actor, path: string) {
  const marks = (field: 'title' | 'body') =>
    read.findings.flatMap(({ places, isKnown }) =>
      places.filter((place) => place.field === field).map(({ start, end }) => ({ start, end, isKnown })),
    );
  const notePath = path.replace(/\/deidentification$/, '');
  const { membershipId, timeZone } = actor;
  return {
    path,
    note: { path: notePath, revision: read.revision, agency: read.agency },
    title: markedText(read.title, marks('title')),
    paragraphs: markedText(read.body, marks('body')),
    state: stateView(read.state, { membershipId, timeZone, isLead: actor.role === 'lead' }),
    knowsNames: read.knowsNames,
    hasDraft: read.hasDraft,
    files: read.files.map(({ id, fileName, isTelling }) => ({
      id,
      fileName,
      isTelling,
      href: `${notePath}/attachments/${id}`,
    })),
  };
}
