import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { listMemos } from '../memos/memo-queries.ts';
import { AppError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { listAttachments } from './attachments/attachment-queries.ts';
import { attachmentsView } from './attachments/attachment-view.ts';
import { findDraft } from './drafts/draft-queries.ts';
import { draftView } from './drafts/draft-view.ts';
import { countIdentifiers } from './identifiers/identifier-service.ts';
import { identifierCountView } from './identifiers/identifier-view.ts';
import { newNoteForm, noteListForm } from './note-form.ts';
import { listNoteChoices, listNotes } from './note-list-queries.ts';
import { noteListView } from './note-list-view.ts';
import { countNeedReview, findNote, findNoteVisit } from './note-queries.ts';
import { beginNote, removeNote, restoreNote } from './note-service.ts';
import { needReviewWords, noteMemosView, noteView, visitView } from './note-view.ts';
import { listWithheldStarts } from './withheld-queries.ts';

const PAGE = 30;

/** Notes: their list, one to read, beginning, removing and restoring one. */
export function noteRoutes({ db, guard, config }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/notes', guard.team, async (req, res) => {
    const form = readForm(noteListForm, req.query);
    const filter = form.ok ? form.values : {};
    const actor = actorOf(res);
    const [page, choices] = await inStudy(db, actor, async (trx) => [
      await listNotes(trx, filter, { reader: actor.membershipId, size: PAGE }),
      await listNoteChoices(trx),
    ]);
    res.render('notes/index', {
      pageTitle: 'Notes',
      nav: 'notes',
      list: noteListView(page, filter, choices, placeOf(res)),
    });
  });

  router.post('/studies/:study/visits/:visit/notes', guard.team, async (req, res) => {
    const visitId = idParam(req, 'visit');
    const form = readForm(newNoteForm, req.body);
    if (!form.ok) throw new AppError(422, `${form.errorSummary[0]?.text}.`);
    await beginNote(db, actorOf(res), visitId, form.values.id);
    res.redirect(303, `${placeOf(res).path}/notes/${form.values.id}/edit`);
  });

  router.get('/studies/:study/notes/:note', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const place = placeOf(res);
    const noteId = idParam(req, 'note');
    const found = await inStudy(db, actor, async (trx) => {
      const note = await findNote(trx, noteId);
      const visit = note && (await findNoteVisit(trx, note.visitId));
      if (!note || !visit) throw new NotFoundError();
      const draft = await findDraft(trx, { noteId, membershipId: actor.membershipId });
      const memos = await listMemos(trx, { kind: 'note', id: noteId });
      const withheld = await listWithheldStarts(trx, noteId);
      const identifiers = await countIdentifiers(trx, actor, note.body ?? '');
      const needReview = await countNeedReview(trx, noteId);
      const attachments = await listAttachments(trx, noteId);
      return { note, visit, draft, memos, withheld, identifiers, needReview, attachments };
    });
    const note = noteView(found.note, place, found.withheld);
    res.render('notes/note', {
      pageTitle: note.title,
      nav: 'notes',
      scripts: ['attachments'],
      back: { href: `${place.path}/notes`, text: 'Notes' },
      note,
      exportId: newId(),
      visit: visitView(found.visit, place),
      memos: noteMemosView(found.memos, { noteId, newId: newId() }, { ...actor, ...place }),
      identifiers: identifierCountView(found.identifiers, note.path),
      draft: draftView(found.draft, place.timeZone),
      needReview: needReviewWords(found.needReview),
      attachments: attachmentsView(found.attachments, {
        notePath: note.path,
        timeZone: place.timeZone,
        newId: newId(),
        limit: config.uploadLimit,
      }),
    });
  });

  router.post('/studies/:study/notes/:note/removal', guard.team, async (req, res) => {
    const { notes, note } = pathsOf(req, res);
    await removeNote(db, actorOf(res), idParam(req, 'note'));
    flash(req, 'The note is removed.', { action: `${note}/restoration`, label: 'Undo: bring it back' });
    res.redirect(303, notes);
  });

  router.post('/studies/:study/notes/:note/restoration', guard.team, async (req, res) => {
    await restoreNote(db, actorOf(res), idParam(req, 'note'));
    flash(req, 'The note is back.');
    res.redirect(303, pathsOf(req, res).note);
  });

  return router;
}

function pathsOf(req: Request, res: Response) {
  const notes = `${placeOf(res).path}/notes`;
  return { notes, note: `${notes}/${idParam(req, 'note')}` };
}
