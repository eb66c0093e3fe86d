import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import type { Jobs } from '../exchange/jobs.ts';
import type { AfterRevision } from '../notes/after-revision.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { csrf } from '../web/csrf.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, readForm } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { isTooLarge, isTooMany, receivedFiles, receiveFiles, receiveOrRefuse, throwRefusal } from '../web/uploads.ts';
import { confirmImport, setImportedRemoved } from './confirmation-service.ts';
import { decideDocument, giveVisit } from './document-service.ts';
import { matchByPattern } from './matching-service.ts';
import { documentForm, newNoteImportForm, patternForm, visitsForm } from './note-import-form.ts';
import { findDocument, listDocuments, listVisitsToChoose } from './document-queries.ts';
import { listNoteImports } from './note-import-queries.ts';
import { documentView, noteImportListView, noteImportView } from './note-import-view.ts';
import {
  currentNoteImport,
  dropNoteImport,
  MOST_DOCUMENTS,
  type NoteImporting,
  receiveDocuments,
} from './receiving-service.ts';

const SHOWN = 50;
const ACCEPT = '.txt,.md,.docx,.odt,.rtf,.html,.htm,.pdf,.zip,.csv';

function importingOf({ db, config, log }: RouteDependencies, jobs: Jobs): NoteImporting {
  return {
    db,
    jobs,
    uploadsFolder: config.uploadsFolder,
    limit: config.uploadLimit,
    total: config.importLimit,
    fault: (error) => log.error({ err: error }, 'documents could not be imported'),
  };
}

/** Notes made of documents: what was sent, what each becomes, and confirming or undoing it. */
export function noteImportRoutes(dependencies: RouteDependencies, jobs: Jobs, afterRevision: AfterRevision): Router {
  const { db, guard } = dependencies;
  const router = Router();
  const importing = importingOf(dependencies, jobs);

  router.get('/studies/:study/imports', guard.team, async (_req, res) => {
    const imports = await inStudy(db, actorOf(res), (trx) => listNoteImports(trx, SHOWN));
    res.render('imports/index', {
      pageTitle: 'Notes from documents',
      nav: 'notes',
      back: { href: `${placeOf(res).path}/notes`, text: 'Notes' },
      imports: noteImportListView(imports, placeOf(res)),
    });
  });

  router.get('/studies/:study/imports/new', guard.team, (_req, res) => renderNew(dependencies, res));

  router.get('/studies/:study/imports/:noteImport', guard.team, async (req, res) => {
    await renderImport(req, res);
  });

  router.post('/studies/:study/imports/:noteImport/visits', guard.team, async (req, res) => {
    const id = idParam(req, 'noteImport');
    const form = readForm(visitsForm, req.body);
    await currentNoteImport(importing, actorOf(res), id);
    if (!form.ok) return renderImport(req, res, form.errors, form.typed);
    await giveVisit(db, actorOf(res), id, form.values);
    res.redirect(303, pathOf(req, res));
  });

  router.post('/studies/:study/imports/:noteImport/matching', guard.team, async (req, res) => {
    const id = idParam(req, 'noteImport');
    const form = readForm(patternForm, req.body);
    await currentNoteImport(importing, actorOf(res), id);
    try {
      if (!form.ok) return await renderImport(req, res, form.errors, form.typed);
      const matched = await matchByPattern(db, actorOf(res), id, form.values.pattern);
      flash(req, `${matched === 1 ? 'One document has' : `${matched} documents have`} found a visit by the pattern.`);
      res.redirect(303, pathOf(req, res));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      await renderImport(req, res, { [error.field]: error.message }, req.body as Record<string, unknown>);
    }
  });

  router.get('/studies/:study/imports/:noteImport/documents/:document', guard.team, async (req, res) => {
    await renderDocument(req, res);
  });

  router.post('/studies/:study/imports/:noteImport/documents/:document', guard.team, async (req, res) => {
    const form = readForm(documentForm, req.body);
    if (!form.ok) return renderDocument(req, res, form.errors, form.typed);
    await decideDocument(db, actorOf(res), idParam(req, 'noteImport'), idParam(req, 'document'), form.values);
    res.redirect(303, pathOf(req, res));
  });

  router.post('/studies/:study/imports/:noteImport/confirmation', guard.team, async (req, res) => {
    const id = idParam(req, 'noteImport');
    try {
      await currentNoteImport(importing, actorOf(res), id);
      await confirmImport(importing, afterRevision, actorOf(res), id);
      res.redirect(303, pathOf(req, res));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      await renderImport(req, res, { visit: error.message });
    }
  });

  router.post('/studies/:study/imports/:noteImport/removal', guard.team, async (req, res) => {
    await dropNoteImport(importing, actorOf(res), idParam(req, 'noteImport'));
    flash(req, 'The documents were thrown away. No note was made of them.');
    res.redirect(303, `${placeOf(res).path}/imports`);
  });

  for (const [noun, removed] of [
    ['removal', true],
    ['restoration', false],
  ] as const)
    router.post(`/studies/:study/imports/:noteImport/notes/${noun}`, guard.team, async (req, res) => {
      const changed = await setImportedRemoved({ db }, actorOf(res), idParam(req, 'noteImport'), removed);
      flash(req, `${changed === 1 ? 'One note is' : `${changed} notes are`} ${removed ? 'removed' : 'back'}.`);
      res.redirect(303, pathOf(req, res));
    });

  async function renderImport(
    req: Request,
    res: Response,
    errors?: Record<string, string>,
    shown?: Record<string, unknown>,
  ): Promise<void> {
    const actor = actorOf(res);
    const found = await currentNoteImport(importing, actor, idParam(req, 'noteImport'));
    const [documents, visits] = await inStudy(db, actor, async (trx) => [
      await listDocuments(trx, found.id),
      await listVisitsToChoose(trx),
    ]);
    const view = noteImportView(found, documents, visits, { ...placeOf(res), shown });
    if (view.isWaiting) res.set('Refresh', '2');
    res.status(errors ? 422 : 200).render('imports/import', {
      pageTitle: 'Notes from documents',
      nav: 'notes',
      back: { href: `${placeOf(res).path}/imports`, text: 'Notes from documents' },
      import: view,
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  async function renderDocument(
    req: Request,
    res: Response,
    errors?: Record<string, string>,
    typed?: Record<string, unknown>,
  ): Promise<void> {
    const importId = idParam(req, 'noteImport');
    const documentId = idParam(req, 'document');
    const [found, visits] = await inStudy(db, actorOf(res), async (trx) => [
      await findDocument(trx, importId, documentId),
      await listVisitsToChoose(trx),
    ]);
    if (!found || found.refusal !== null) throw new NotFoundError();
    if (found.noteId !== null) return res.redirect(303, `${placeOf(res).path}/notes/${found.noteId}`);
    const view = documentView(found, visits, { ...placeOf(res), importId, typed });
    res.status(errors ? 422 : 200).render('imports/document', {
      pageTitle: found.fileName,
      nav: 'notes',
      back: { href: view.cancel, text: 'All documents' },
      document: view,
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}

function pathOf(req: Request, res: Response): string {
  return `${placeOf(res).path}/imports/${idParam(req, 'noteImport')}`;
}

function renderNew({ config }: RouteDependencies, res: Response, refused?: FieldError): void {
  const errors = refused && { files: refused.message };
  res.status(refused ? 422 : 200).render('imports/new', {
    pageTitle: 'Make notes from documents',
    nav: 'notes',
    back: { href: `${placeOf(res).path}/imports`, text: 'Notes from documents' },
    id: newId(),
    accept: ACCEPT,
    most: MOST_DOCUMENTS,
    limit: Math.round(config.uploadLimit / 1024 / 1024).toLocaleString('en-GB'),
    errors,
    errorSummary: errors && errorSummary(errors),
  });
}

/** Receiving documents, before the readers of other bodies: guard, then multer, then CSRF, whose token is a field. */
export function noteImportUploadRoutes(dependencies: RouteDependencies, jobs: Jobs): Router {
  const { guard, config } = dependencies;
  const router = Router();
  const importing = importingOf(dependencies, jobs);
  const receive = receiveOrRefuse(
    receiveFiles({
      folder: config.uploadsFolder,
      limit: config.importLimit,
      total: config.importLimit,
      most: MOST_DOCUMENTS,
      field: 'files',
    }),
    (error) => {
      if (isTooLarge(error))
        return `Together the files are larger than ${Math.round(config.importLimit / 1024 / 1024)} MB. Send them in several parts.`;
      return isTooMany(error)
        ? `More than ${MOST_DOCUMENTS} files were chosen. Send them in several parts, or as a ZIP.`
        : undefined;
    },
  );

  router.post('/studies/:study/imports', guard.team, receive, csrf, async (req, res) => {
    try {
      throwRefusal(res, 'files');
      const form = readForm(newNoteImportForm, req.body);
      if (!form.ok) throw new FieldError('files', 'The page was out of date. Choose the files again.');
      const files = receivedFiles(req).filter(({ name, byteLength }) => name !== '' || byteLength > 0);
      if (files.length === 0) throw new FieldError('files', 'Choose one file or more.');
      await receiveDocuments(importing, actorOf(res), form.values.id, files);
      res.redirect(303, `${placeOf(res).path}/imports/${form.values.id}`);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      renderNew(dependencies, res, error);
    }
  });

  return router;
}
