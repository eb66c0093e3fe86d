import path from 'node:path';
import { type Request, type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { readForm } from '../../web/forms.ts';
import { actorOf, idParam, placeOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { countRawNotes } from '../../extracts/extract-source-queries.ts';
import { rawTextsWarning } from '../../extracts/raw-words.ts';
import { findRestored } from '../archive/archive-queries.ts';
import { findReport } from '../import/report-queries.ts';
import type { Jobs } from '../jobs.ts';
import { formatsFor } from './formats.ts';
import { newProjectExportForm } from './project-export-form.ts';
import {
  cancelProjectExport,
  currentProjectExport,
  exportedFile,
  exportedName,
  type Exporting,
  recordDownload,
  remakeProjectExport,
  requestProjectExport,
} from './project-export-jobs-service.ts';
import { listProjectExports } from './project-export-queries.ts';
import { formatOptions, projectExportListView, projectExportView, restoredView } from './project-export-view.ts';

const SHOWN = 50;

export function projectExportRoutes({ db, config, log, guard }: RouteDependencies, jobs: Jobs): Router {
  const router = Router();
  const exporting: Exporting = {
    db,
    jobs,
    uploadsFolder: config.uploadsFolder,
    installation: config.publicUrl ?? `http://${config.host}:${config.port}`,
    fault: (error) => log.error({ err: error }, 'a project could not be exported'),
  };

  router.get('/studies/:study/project-exports', guard.team, (req, res) => renderList(req, res));

  router.post('/studies/:study/project-exports', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const form = readForm(newProjectExportForm(actor.role), req.body);
    if (!form.ok) return renderList(req, res, form);
    await requestProjectExport(exporting, actor, form.values);
    res.redirect(303, `/studies/${actor.studyId}/project-exports/${form.values.id}`);
  });

  router.get('/studies/:study/project-exports/:projectExport', guard.team, async (req, res) => {
    const found = await mine(req, res);
    if (found.state === 'making') res.set('Refresh', '3');
    res.render('exchange/project-export', {
      pageTitle: `File ${found.number} of the whole study`,
      nav: 'exports',
      back: { href: `${placeOf(res).path}/project-exports`, text: 'The whole study' },
      export: projectExportView(found, { ...placeOf(res), studyName: actorOf(res).studyName }),
    });
  });

  router.post('/studies/:study/project-exports/:projectExport/making', guard.team, async (req, res) => {
    const found = await mine(req, res);
    await remakeProjectExport(exporting, actorOf(res), found.id);
    res.redirect(303, `${placeOf(res).path}/project-exports/${found.id}`);
  });

  router.post('/studies/:study/project-exports/:projectExport/cancellation', guard.team, async (req, res) => {
    const found = await mine(req, res);
    await cancelProjectExport(exporting, found.id);
    res.redirect(303, `${placeOf(res).path}/project-exports/${found.id}`);
  });

  router.get('/studies/:study/project-exports/:projectExport/file', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const found = await mine(req, res);
    if (!found.hasFile) {
      res.redirect(303, `${placeOf(res).path}/project-exports/${found.id}`);
      return;
    }
    if (req.method !== 'HEAD') await recordDownload(exporting, actor, found);
    res.attachment(exportedName(actor.studyName, found)).type('application/octet-stream');
    const file = path.resolve(exportedFile(config.uploadsFolder, found));
    await new Promise<void>((resolve, reject) => {
      res.sendFile(
        path.basename(file),
        { root: path.dirname(file), cacheControl: false, lastModified: false },
        (error) => {
          if (!error || res.headersSent) return resolve();
          reject(new Error(`the file of project export ${found.id} cannot be read`, { cause: error }));
        },
      );
    });
  });

  async function mine(req: Request, res: Response) {
    const actor = actorOf(res);
    const found = await currentProjectExport(exporting, actor, idParam(req, 'projectExport'));
    if (!formatsFor(actor.role).includes(found.format)) throw new NotFoundError();
    return found;
  }

  async function renderList(
    req: Request,
    res: Response,
    refused?: { errors: Record<string, string>; errorSummary: unknown },
  ): Promise<void> {
    const actor = actorOf(res);
    const { exports, report, restored, raw } = await inStudy(db, actor, async (trx) => ({
      exports: await listProjectExports(trx, formatsFor(actor.role), SHOWN),
      report: await findReport(trx),
      restored: await findRestored(trx),
      raw: await countRawNotes(trx),
    }));
    res.status(refused ? 422 : 200).render('exchange/project-exports', {
      pageTitle: 'The whole study as a file',
      nav: 'exports',
      back: { href: `${placeOf(res).path}/exports`, text: 'Exports' },
      id: newId(),
      options: formatOptions(actor.role, (req.body as { format?: unknown } | undefined)?.format),
      exports: projectExportListView(exports, placeOf(res)),
      raw: rawTextsWarning({ notes: raw }),
      restored: restoredView(restored, placeOf(res)),
      report: report && `${placeOf(res).path}/imports/report`,
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }

  return router;
}
