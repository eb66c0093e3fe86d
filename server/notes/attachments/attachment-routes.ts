import path from 'node:path';
import { type Request, type Response, Router } from 'express';
import { type Actor, inStudy } from '../../database/connection.ts';
import { AppError, ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { csrf } from '../../web/csrf.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, readForm } from '../../web/forms.ts';
import { actorOf, idParam, wantsJson } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { kindOfFile } from '../../web/upload-type.ts';
import { isTooLarge, keepFile, receivedFile, receiveFile, receiveOrRefuse, throwRefusal } from '../../web/uploads.ts';
import { attachmentForm, fileNameForm } from './attachment-form.ts';
import { findAttachment, findNoteForAttachments, listAttachments } from './attachment-queries.ts';
import { addAttachment, removeAttachment, renameAttachment, restoreAttachment } from './attachment-service.ts';
import { attachmentsView, formatBytes } from './attachment-view.ts';
import { listedName } from './file-name.ts';

const KEPT = 'Images (JPEG, PNG, GIF, WebP, HEIC), PDF, Word, plain text and audio recordings can be kept.';

function notePathOf(actor: Actor, req: Request): string {
  return `/studies/${actor.studyId}/notes/${idParam(req, 'note')}`;
}

/** The files of a note: listed, shown, taken off and put back. */
export function attachmentRoutes(dependencies: RouteDependencies): Router {
  const { db, guard, config } = dependencies;
  const router = Router();

  router.get('/studies/:study/notes/:note/attachments', guard.team, async (req, res) => {
    await renderAttachments(dependencies, req, res);
  });

  router.get('/studies/:study/notes/:note/attachments/:attachment', guard.team, async (req, res) => {
    const [noteId, id] = [idParam(req, 'note'), idParam(req, 'attachment')];
    const found = await inStudy(db, actorOf(res), (trx) => findAttachment(trx, noteId, id));
    if (!found || found.removedAt !== null) throw new NotFoundError();
    res.type(found.mediaType);
    res.attachment(found.fileName);
    // attachment() sets the type by the name; what counts is what the content was found to be.
    res.type(found.mediaType);
    res.set('Content-Security-Policy', "default-src 'none'; sandbox");
    const root = path.resolve(config.uploadsFolder);
    await new Promise<void>((resolve, reject) => {
      res.sendFile(found.storedName, { root, cacheControl: false, lastModified: false, dotfiles: 'deny' }, (error) => {
        // A reader who has gone away is no fault.
        if (!error || res.headersSent) return resolve();
        reject(new Error(`the file of attachment ${id} cannot be read`, { cause: error }));
      });
    });
  });

  router.post('/studies/:study/notes/:note/attachments/:attachment/removal', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const [noteId, id] = [idParam(req, 'note'), idParam(req, 'attachment')];
    await removeAttachment(db, actor, noteId, id);
    const base = `${notePathOf(actor, req)}/attachments`;
    flash(req, 'The file was taken off the note.', { action: `${base}/${id}/restoration`, label: 'Put it back' });
    res.redirect(303, base);
  });

  router.post('/studies/:study/notes/:note/attachments/:attachment/name', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const [noteId, id] = [idParam(req, 'note'), idParam(req, 'attachment')];
    const form = readForm(fileNameForm, req.body);
    const found = await inStudy(db, actor, (trx) => findAttachment(trx, noteId, id));
    if (!found) throw new NotFoundError();
    if (!form.ok) throw new AppError(422, `${form.errorSummary[0]?.text}. Go back and try again.`);
    const name = await renameAttachment(db, actor, noteId, id, form.values.name);
    flash(req, `The file is called “${name}” now.`);
    res.redirect(303, `${notePathOf(actor, req)}/deidentification`);
  });

  router.post('/studies/:study/notes/:note/attachments/:attachment/restoration', guard.team, async (req, res) => {
    const actor = actorOf(res);
    await restoreAttachment(db, actor, idParam(req, 'note'), idParam(req, 'attachment'));
    flash(req, 'The file is back.');
    res.redirect(303, `${notePathOf(actor, req)}/attachments`);
  });

  return router;
}

/** Receiving a file: mounted before the readers of other bodies. Guard, then multer, then CSRF, whose token is a field. */
export function attachmentUploadRoutes(dependencies: RouteDependencies): Router {
  const { db, guard, config } = dependencies;
  const router = Router();
  const receive = receiveOrRefuse(
    receiveFile({ folder: config.uploadsFolder, limit: config.uploadLimit, field: 'file' }),
    (error) =>
      isTooLarge(error)
        ? `The file is larger than ${formatBytes(config.uploadLimit)}. Choose a smaller one.`
        : undefined,
  );

  router.post('/studies/:study/notes/:note/attachments', guard.team, receive, csrf, async (req, res) => {
    try {
      await receiveAttachment(req, res);
    } catch (error) {
      if (!(error instanceof FieldError || error instanceof ConflictError)) throw error;
      if (wantsJson(req)) return void res.status(error.status).json({ error: error.message });
      await renderAttachments(dependencies, req, res, error);
    }
  });

  async function receiveAttachment(req: Request, res: Response): Promise<void> {
    const actor = actorOf(res);
    throwRefusal(res, 'file');
    const form = readForm(attachmentForm, req.body);
    if (!form.ok) throw new FieldError('file', 'The page was out of date. Choose the file again.');
    const file = receivedFile(req);
    if (!file) throw new FieldError('file', 'Choose a file.');
    if (file.byteLength === 0)
      throw new FieldError('file', 'The file is empty: it holds no bytes. Choose another, or make it anew.');
    const kind = await kindOfFile(file.part);
    if (!kind) throw new FieldError('file', `The content of this file is of no kind that is kept here. ${KEPT}`);

    const fileName = listedName(file.name, kind.extension);
    const storedName = `${newId()}.${kind.extension}`;
    const { byteLength, sha256 } = file;
    const noteId = idParam(req, 'note');
    await addAttachment(
      db,
      actor,
      { id: form.values.id, noteId, fileName, mediaType: kind.mediaType, byteLength, sha256, storedName },
      () => keepFile(config.uploadsFolder, file, storedName),
    );
    const base = `${notePathOf(actor, req)}/attachments`;
    if (wantsJson(req)) return void res.status(201).json({ id: form.values.id, href: `${base}/${form.values.id}` });
    flash(req, `“${fileName}” is kept with the note.`);
    res.redirect(303, base);
  }

  return router;
}

async function renderAttachments(
  { db, config }: RouteDependencies,
  req: Request,
  res: Response,
  refused?: AppError,
): Promise<void> {
  const actor = actorOf(res);
  const noteId = idParam(req, 'note');
  const { note, attachments } = await inStudy(db, actor, async (trx) => ({
    note: await findNoteForAttachments(trx, noteId),
    attachments: await listAttachments(trx, noteId),
  }));
  if (!note) throw new NotFoundError();
  const errors = refused && { file: refused.message };
  const notePath = notePathOf(actor, req);
  res.status(refused ? refused.status : 200).render('notes/attachments/index', {
    pageTitle: 'Files',
    nav: 'notes',
    back: { href: notePath, text: 'Back to the note' },
    scripts: ['attachments'],
    note: { path: notePath, title: note.title || 'Untitled note' },
    attachments: attachmentsView(attachments, {
      notePath,
      timeZone: actor.timeZone,
      newId: newId(),
      limit: config.uploadLimit,
    }),
    kept: KEPT,
    errors,
    errorSummary: errors && errorSummary(errors),
  });
}
