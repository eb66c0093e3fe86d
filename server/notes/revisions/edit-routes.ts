import { type Request, type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { csrfToken } from '../../web/csrf.ts';
import { flash } from '../../web/flash.ts';
import { type FormResult, readForm } from '../../web/forms.ts';
import { actorOf, idParam, wantsJson } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import type { AfterRevision } from '../after-revision.ts';
import { listAttachments } from '../attachments/attachment-queries.ts';
import { attachmentsView } from '../attachments/attachment-view.ts';
import { completeNote } from '../completion-service.ts';
import { type Draft, findDraft } from '../drafts/draft-queries.ts';
import { draftView, latestView } from '../drafts/draft-view.ts';
import { type EditedText, editedText, noteEditView, staleView } from '../note-edit-view.ts';
import { findNote, findNoteVisit } from '../note-queries.ts';
import { finishForm, revisionForm } from './revision-form.ts';
import type { Revision } from './revision-queries.ts';
import { isKept as isKeptForOthers, KEPT } from '../deidentification/state.ts';
import { type SaveOutcome, saveRevision } from './revision-service.ts';

/** The page on which a note is written, and saving it. */
export function editRoutes({ db, guard, config }: RouteDependencies, afterRevision: AfterRevision): Router {
  const router = Router();

  router.get('/studies/:study/notes/:note/edit', guard.team, async (req, res) => {
    const edited = await findEdited(res, idParam(req, 'note'));
    if (!wantsJson(req)) return renderEdit(res, edited, {});
    // For the editor in the browser after a session has ended: a fresh token, and who is signed in now.
    const { timeZone, membershipId } = actorOf(res);
    res.json({
      csrfToken: csrfToken(req),
      member: membershipId,
      draft: draftView(edited.draft, timeZone),
      latest: latestView(edited.note, timeZone),
    });
  });

  router.post('/studies/:study/notes/:note/revisions', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    const form = readForm(revisionForm, req.body);
    if (!form.ok) return refuse(req, res, noteId, form);
    const outcome = await saveRevision({ db, afterRevision }, actor, noteId, form.values);
    if (outcome.kind === 'stale') return renderStale(req, res, noteId, { ...form.values, ...outcome });
    if (outcome.kind === 'held') return renderHeld(req, res, noteId, { ...form.values, ...outcome });
    const href = `/studies/${actor.studyId}/notes/${noteId}`;
    flash(req, await saidOf(outcome, req, res, noteId));
    if (wantsJson(req)) res.json({ number: outcome.number, href });
    else res.redirect(303, href);
  });

  async function saidOf(
    outcome: Exclude<SaveOutcome, { kind: 'stale' | 'held' }>,
    req: Request,
    res: Response,
    noteId: string,
  ): Promise<string> {
    const saved =
      outcome.kind === 'saved'
        ? `Saved as revision ${outcome.number}.`
        : 'Nothing had changed since it was last saved.';
    const finish = readForm(finishForm, req.body);
    if (!finish.ok || finish.values.finish !== 'yes') return saved;
    const { already, completedBy } = await completeNote(db, actorOf(res), noteId);
    return already ? `${saved} ${completedBy} had already finished the note.` : `${saved} The note is finished.`;
  }

  async function refuse(
    req: Request,
    res: Response,
    noteId: string,
    form: Extract<FormResult<unknown>, { ok: false }>,
  ): Promise<void> {
    if (wantsJson(req)) {
      res.status(422).json({ error: form.errorSummary[0]?.text, errors: form.errors });
      return;
    }
    const edited = await findEdited(res, noteId);
    res.status(422);
    renderEdit(res, edited, {
      typed: { ...editedText(edited.note, edited.draft), ...form.typed },
      errors: { errors: form.errors, errorSummary: form.errorSummary },
    });
  }

  async function renderStale(
    req: Request,
    res: Response,
    noteId: string,
    mine: EditedText & { theirs: Revision },
  ): Promise<void> {
    const { theirs } = mine;
    const error = `${theirs.savedBy} saved this note after you opened it. Neither text is lost.`;
    res.status(409);
    if (wantsJson(req)) {
      res.json({ error, version: mine.version });
      return;
    }
    const edited = await findEdited(res, noteId);
    renderEdit(res, edited, {
      // Having seen their text, the writer saves on top of it.
      typed: { ...mine, base: theirs.number },
      errors: { errorSummary: [{ href: '#theirs', text: error }] },
      stale: staleView(mine, theirs, actorOf(res).timeZone),
    });
  }

  async function renderHeld(
    req: Request,
    res: Response,
    noteId: string,
    mine: EditedText & { why: string },
  ): Promise<void> {
    res.status(409);
    if (wantsJson(req)) {
      res.json({ error: mine.why, version: mine.version });
      return;
    }
    const edited = await findEdited(res, noteId);
    renderEdit(res, edited, { typed: mine, errors: { errorSummary: [{ href: '#body', text: mine.why }] } });
  }

  async function findEdited(res: Response, noteId: string) {
    const actor = actorOf(res);
    return inStudy(db, actor, async (trx) => {
      const note = await findNote(trx, noteId);
      const visit = note && (await findNoteVisit(trx, note.visitId));
      if (!note || !visit) throw new NotFoundError();
      if (isKeptForOthers(note)) throw new NotFoundError(KEPT);
      const draft = await findDraft(trx, { noteId, membershipId: actor.membershipId });
      return { note, visit, draft, attachments: await listAttachments(trx, noteId) };
    });
  }

  function renderEdit(
    res: Response,
    edited: Awaited<ReturnType<typeof findEdited>>,
    page: { typed?: Partial<EditedText>; errors?: object; stale?: ReturnType<typeof staleView> },
  ): void {
    const { studyId, timeZone, membershipId } = actorOf(res);
    const place = { path: `/studies/${studyId}`, timeZone, member: membershipId, newId: newId() };
    const note = noteEditView(edited, place);
    res.render('notes/edit', {
      pageTitle: note.isNew ? 'Write a note' : `Edit: ${note.title}`,
      nav: 'notes',
      scripts: ['note-editor', 'identifiers', 'attachments'],
      back: note.isNew ? { href: note.visit.href, text: 'The visit' } : { href: note.path, text: 'The note' },
      note,
      values: page.typed ?? editedText(edited.note, edited.draft),
      ...page.errors,
      stale: page.stale,
      // Whether the server keeps what the form shows, so that the editor in the browser knows what it has to send.
      acknowledged: page.typed === undefined || isKept(page.typed, edited.draft),
      attachments: attachmentsView(edited.attachments, {
        notePath: note.path,
        timeZone,
        newId: newId(),
        limit: config.uploadLimit,
      }),
    });
  }

  return router;
}

function isKept(typed: Partial<EditedText>, draft: Draft | undefined): boolean {
  return draft !== undefined && !draft.discarded && draft.title === typed.title && draft.body === typed.body;
}
