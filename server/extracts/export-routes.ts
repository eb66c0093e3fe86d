import { type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { withheldWords } from '../notes/withheld.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { AppError, ConflictError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { readForm } from '../web/forms.ts';
import { actorOf, idParam, personOf, placeOf } from '../web/guards.ts';
import { receiverOf } from '../web/downloads.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { EXPORT_FORMATS } from './export-formats.ts';
import { exportPageForm, newExportForm } from './export-form.ts';
import { type Export, findExport, listExports } from './export-queries.ts';
import { checkExport, type Making, requestExport, sendExport } from './export-service.ts';
import { countRawNotes } from './extract-source-queries.ts';
import { rawTextsWarning } from './raw-words.ts';
import { exportListView, exportView, progressInWords } from './export-view.ts';

const PAGE = 25;

export function exportRoutes({ db, guard, downloads }: RouteDependencies): Router {
  const router = Router();
  // Of the downloads that this process is sending: how far each has come.
  const makings = new Map<string, Making>();

  router.post('/studies/:study/exports', guard.team, async (req, res) => {
    const form = readForm(newExportForm, req.body);
    // Its fields are hidden and come from a page that listed them: there is nothing to correct but that page.
    if (!form.ok) throw new AppError(422, `${form.errorSummary[0]?.text}. Go back to the extracts and filter again.`);
    const { id, format, byte_order_mark: byteOrderMark, ...filter } = form.values;
    await requestExport(db, actorOf(res), { id, filter, format, byteOrderMark });
    res.redirect(303, `${placeOf(res).path}/exports/${id}`);
  });

  router.get('/studies/:study/exports', guard.team, async (req, res) => {
    const form = readForm(exportPageForm, req.query);
    if (!form.ok) throw new NotFoundError();
    const { before } = form.values;
    const { found, withheld, raw } = await inStudy(db, actorOf(res), async (trx) => ({
      found: await listExports(trx, { before, limit: PAGE + 1 }),
      withheld: await countWithheld(trx),
      raw: await countRawNotes(trx),
    }));
    const exports = found.slice(0, PAGE);
    const { path } = placeOf(res);
    res.render('extracts/exports', {
      pageTitle: 'Exports',
      nav: 'exports',
      exportId: newId(),
      withheld: withheldWords(withheld),
      raw: rawTextsWarning({ notes: raw }),
      exports: exportListView(exports, placeOf(res)),
      toExtracts: { href: `${path}/extracts`, text: 'Choose extracts to export' },
      newest: before === undefined ? undefined : `${path}/exports`,
      older: found.length > PAGE ? `${path}/exports?before=${exports.at(-1)?.number}` : undefined,
    });
  });

  router.get('/studies/:study/exports/:export', guard.team, async (req, res) => {
    const found = await existing(res, idParam(req, 'export'));
    const making = makings.get(found.id);
    // Without a script the page renews itself meanwhile; what would be compared is being compared.
    if (making) res.set('Refresh', '3');
    renderExport(res, found, making ? undefined : await checkExport(db, actorOf(res), found), making);
  });

  // Asked by the page's clock while a file is on its way: nothing when none is.
  router.get('/studies/:study/exports/:export/progress', guard.team, async (req, res) => {
    const { id } = await existing(res, idParam(req, 'export'));
    const making = makings.get(id);
    res.json({ progress: making ? progressInWords(making) : null });
  });

  router.get('/studies/:study/exports/:export/file', guard.team, async (req, res) => {
    const id = idParam(req, 'export');
    const { disclosureId, format } = await existing(res, id);
    if (disclosureId !== null) return res.redirect(303, `${placeOf(res).path}/disclosures/${disclosureId}`);
    // Asks about a file without taking it: nothing is sent, so nothing is recorded.
    if (req.method === 'HEAD') {
      res.type(EXPORT_FORMATS[format].mediaType).end();
      return;
    }
    const finish = downloads.take(personOf(req).id);
    const signal = receiverOf(res);
    try {
      const sent = await sendExport(db, actorOf(res), id, {
        out: res,
        signal,
        watch: (making) => makings.set(id, making),
        begin({ fileName, length }) {
          res.attachment(fileName).type(EXPORT_FORMATS[format].mediaType);
          if (length !== null) res.set('Content-Length', String(length));
        },
      });
      if (!sent) req.log.info('the receiver of an export went away');
    } catch (error) {
      if (!(error instanceof ConflictError) || res.headersSent) throw error;
      renderExport(res.status(409), await existing(res, id), false);
    } finally {
      makings.delete(id);
      finish();
    }
  });

  async function existing(res: Response, id: string): Promise<Export> {
    const found = await inStudy(db, actorOf(res), (trx) => findExport(trx, id));
    if (!found) throw new NotFoundError();
    return found;
  }

  return router;
}

function renderExport(res: Response, found: Export, unchanged: boolean | undefined, making?: Making): void {
  res.render('extracts/export', {
    pageTitle: `Export ${found.number}`,
    nav: 'exports',
    scripts: ['export'],
    progress: making && progressInWords(making),
    back: { href: `${placeOf(res).path}/exports`, text: 'Exports' },
    export: exportView(found, unchanged, { ...placeOf(res), studyName: actorOf(res).studyName }),
  });
}
