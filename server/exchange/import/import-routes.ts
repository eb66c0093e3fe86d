import { type Request, type Response, Router } from 'express';
import { asAccount, inStudy } from '../../database/connection.ts';
import { FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { csrf } from '../../web/csrf.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, readForm } from '../../web/forms.ts';
import { actorOf, idParam, personOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { isTooLarge, receivedFile, receiveFile, receiveOrRefuse, throwRefusal } from '../../web/uploads.ts';
import type { Jobs } from '../jobs.ts';
import { importStudyForm, newImportForm } from './import-form.ts';
import { importListView, importView, reportText, reportView } from './import-view.ts';
import { listProjectImports, listSameFiles, type ProjectImport } from './project-import-queries.ts';
import {
  beginImport,
  beginRestoring,
  currentImport,
  dropImport,
  type Importing,
  receiveImport,
} from './project-import-service.ts';
import { findReport } from './report-queries.ts';

const SHOWN = 50;
const UNPACKED = 4;
const BACK = { href: '/imports', text: 'Imports' };

function importingOf({ db, config, log }: RouteDependencies, jobs: Jobs): Importing {
  return {
    db,
    jobs,
    uploadsFolder: config.uploadsFolder,
    limit: config.importLimit * UNPACKED,
    fault: (error) => log.error({ err: error }, 'a project could not be imported'),
  };
}

export function importRoutes(dependencies: RouteDependencies, jobs: Jobs): Router {
  const { db, guard } = dependencies;
  const router = Router();
  const importing = importingOf(dependencies, jobs);

  router.get('/imports', guard.administrator, async (req, res) => {
    const person = personOf(req);
    const imports = await asAccount(db, { personId: person.id }, (trx) => listProjectImports(trx, SHOWN));
    res.render('exchange/imports', {
      pageTitle: 'Imports',
      back: { href: '/account', text: 'Your account' },
      imports: importListView(imports),
    });
  });

  router.get('/imports/new', guard.administrator, (_req, res) => renderNew(dependencies, res));

  router.get('/imports/:import', guard.administrator, async (req, res) => {
    const found = await currentImport(importing, personOf(req), idParam(req, 'import'));
    await renderImport(req, res, found);
  });

  router.post('/imports/:import/study', guard.administrator, async (req, res) => {
    const person = personOf(req);
    const found = await currentImport(importing, person, idParam(req, 'import'));
    if (found.state !== 'ready') return res.redirect(303, `/imports/${found.id}`);
    if (found.archive) {
      await beginRestoring(importing, person, found);
      return res.redirect(303, `/imports/${found.id}`);
    }
    const form = readForm(importStudyForm, req.body);
    const open = found.preview!.profile.open.map(({ key }) => key);
    const profile = form.ok ? form.values.profile : undefined;
    const errors = {
      ...(!form.ok && form.errors),
      ...(open.length > 0 &&
        !open.includes(profile ?? '') && { profile: 'Choose how positions are counted in the file' }),
    };
    if (!form.ok || Object.keys(errors).length > 0) return renderImport(req, res, found, errors);
    await beginImport(importing, person, found, {
      name: form.values.name,
      profileKey: open.length > 0 ? profile! : found.preview!.profile.key,
    });
    res.redirect(303, `/imports/${found.id}`);
  });

  router.post('/imports/:import/removal', guard.administrator, async (req, res) => {
    await dropImport(importing, personOf(req), idParam(req, 'import'));
    flash(req, 'The file was thrown away.');
    res.redirect(303, '/imports');
  });

  router.get('/studies/:study/imports/report', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const found = await inStudy(db, actor, (trx) => findReport(trx));
    if (!found) throw new NotFoundError();
    if (req.query.format === 'text') {
      res.attachment('import-report.txt').type('text/plain; charset=utf-8').send(reportText(found));
      return;
    }
    res.render('exchange/import-report', {
      pageTitle: 'Where this study came from',
      nav: 'exports',
      back: { href: `/studies/${actor.studyId}/project-exports`, text: 'The whole study' },
      report: reportView(found, { path: `/studies/${actor.studyId}`, timeZone: actor.timeZone }),
    });
  });

  async function renderImport(
    req: Request,
    res: Response,
    found: ProjectImport,
    errors?: Record<string, string>,
  ): Promise<void> {
    const same = await asAccount(db, { personId: personOf(req).id }, (trx) =>
      listSameFiles(trx, found.sha256, found.id),
    );
    const view = importView(found, same);
    if (view.isWaiting) res.set('Refresh', '3');
    const typed = (req.body as { name?: unknown } | undefined)?.name;
    res.status(errors ? 422 : 200).render('exchange/import', {
      pageTitle: found.fileName,
      back: BACK,
      import: view,
      values: { name: typed ?? view.suggestedName ?? '' },
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}

function renderNew({ config }: RouteDependencies, res: Response, refused?: FieldError): void {
  const errors = refused && { file: refused.message };
  res.status(refused ? 422 : 200).render('exchange/import-new', {
    pageTitle: 'Import a project or an archive',
    back: BACK,
    id: newId(),
    limit: Math.round(config.importLimit / 1024 / 1024).toLocaleString('en-GB'),
    errors,
    errorSummary: errors && errorSummary(errors),
  });
}

/** Receiving a file, before the readers of other bodies: guard, then multer, then CSRF, whose token is a field. */
export function importUploadRoutes(dependencies: RouteDependencies, jobs: Jobs): Router {
  const { guard, config } = dependencies;
  const router = Router();
  const importing = importingOf(dependencies, jobs);
  const receive = receiveOrRefuse(
    receiveFile({ folder: config.uploadsFolder, limit: config.importLimit, field: 'file' }),
    (error) =>
      isTooLarge(error)
        ? `The file is larger than ${Math.round(config.importLimit / 1024 / 1024)} MB, the most that is taken here.`
        : undefined,
  );

  router.post('/imports', guard.administrator, receive, csrf, async (req, res) => {
    try {
      const form = readForm(newImportForm, req.body);
      if (!form.ok) throw new FieldError('file', 'The page was out of date. Choose the file again.');
      throwRefusal(res, 'file');
      const file = receivedFile(req);
      if (!file) throw new FieldError('file', 'Choose a file.');
      if (file.byteLength === 0) throw new FieldError('file', 'The file is empty. Export it again.');
      await receiveImport(importing, personOf(req), form.values.id, file);
      res.redirect(303, `/imports/${form.values.id}`);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      renderNew(dependencies, res, error);
    }
  });

  return router;
}
