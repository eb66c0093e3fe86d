import { type Request, type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { AppError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { flash } from '../../web/flash.ts';
import { readForm } from '../../web/forms.ts';
import { actorOf, idParam } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import type { AfterRevision } from '../after-revision.ts';
import { findNote } from '../note-queries.ts';
import { paragraphsView, UNTITLED } from '../note-view.ts';
import { comparisonView } from './comparison-view.ts';
import { comparisonForm, restorationForm } from './revision-form.ts';
import { findRevision, listRevisions } from './revision-queries.ts';
import { restoreRevision } from './revision-service.ts';
import { revisionListView, revisionView } from './revision-view.ts';

const PAGE = 50;

/** The history of a note: its revisions, what changed between two, and bringing one back. */
export function revisionRoutes({ db, guard }: RouteDependencies, afterRevision: AfterRevision): Router {
  const router = Router();

  router.get('/studies/:study/notes/:note/revisions', guard.team, async (req, res) => {
    const below = revisionNumber(req.query.below);
    const noteId = idParam(req, 'note');
    const { note, revisions } = await inStudy(db, actorOf(res), async (trx) => {
      const found = await findNote(trx, noteId);
      if (!found) throw new NotFoundError();
      return { note: found, revisions: await listRevisions(trx, noteId, { below, limit: PAGE + 1 }) };
    });
    const place = placeOf(req, res);
    const shown = revisions.slice(0, PAGE);
    res.render('notes/revisions', {
      pageTitle: `History: ${note.title ?? UNTITLED}`,
      nav: 'notes',
      note: { path: place.notePath, title: note.title ?? UNTITLED },
      revisions: revisionListView(shown, note.latestRevision, place),
      newer: below === undefined ? undefined : `${place.notePath}/revisions`,
      older: revisions.length > PAGE ? `${place.notePath}/revisions?below=${shown.at(-1)?.number}` : undefined,
      several: note.latestRevision > 1 ? { from: note.latestRevision - 1, to: note.latestRevision } : undefined,
    });
  });

  router.get('/studies/:study/notes/:note/revisions/:number', guard.team, async (req, res) => {
    const { note, revision } = await findBoth(req, res, revisionNumber(req.params.number));
    const place = placeOf(req, res);
    res.render('notes/revision', {
      pageTitle: `Revision ${revision.number}: ${revision.title}`,
      nav: 'notes',
      back: { href: `${place.notePath}/revisions`, text: 'History' },
      note: { path: place.notePath, latest: note.latestRevision },
      revision: revisionView(revision, place),
      isLatest: revision.number === note.latestRevision,
      paragraphs: paragraphsView(revision.body),
      newId: newId(),
    });
  });

  router.get('/studies/:study/notes/:note/comparison', guard.team, async (req, res) => {
    const form = readForm(comparisonForm, req.query);
    if (!form.ok)
      throw new NotFoundError('Say which two revisions to compare: choose them in the history of the note.');
    const { from, to } = form.values;
    const { note, revision: before } = await findBoth(req, res, from);
    const { revision: after } = await findBoth(req, res, to);
    const place = placeOf(req, res);
    res.render('notes/comparison', {
      pageTitle: `Revisions ${from} and ${to}: ${after.title}`,
      nav: 'notes',
      back: { href: `${place.notePath}/revisions`, text: 'History' },
      note: { path: place.notePath, latest: note.latestRevision },
      from: revisionView(before, place),
      to: revisionView(after, place),
      comparison: comparisonView(before, after, { removed: 'removed', added: 'added' }),
    });
  });

  router.post('/studies/:study/notes/:note/revisions/:number/restoration', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    const number = revisionNumber(req.params.number);
    const form = readForm(restorationForm, req.body);
    if (number === undefined) throw new NotFoundError();
    if (!form.ok) throw new AppError(422, 'Go back, reload the page and try again.');
    const outcome = await restoreRevision({ db, afterRevision }, actorOf(res), noteId, number, form.values);
    if (outcome.kind === 'saved') flash(req, `Revision ${number} is back, as revision ${outcome.number}.`);
    else flash(req, `The note says what revision ${number} says already.`);
    res.redirect(303, placeOf(req, res).notePath);
  });

  async function findBoth(req: Request, res: Response, number: number | undefined) {
    const noteId = idParam(req, 'note');
    return inStudy(db, actorOf(res), async (trx) => {
      const note = await findNote(trx, noteId);
      const revision = note && number !== undefined ? await findRevision(trx, noteId, number) : undefined;
      if (!note || !revision) throw new NotFoundError();
      return { note, revision };
    });
  }

  return router;
}

function placeOf(req: Request, res: Response) {
  const { studyId, timeZone } = actorOf(res);
  return { notePath: `/studies/${studyId}/notes/${idParam(req, 'note')}`, timeZone };
}

// A number that no revision has is a page that does not exist; more digits than an integer holds would be an error.
function revisionNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
