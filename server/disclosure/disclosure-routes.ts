import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import type { Jobs } from '../exchange/jobs.ts';
import { EXPORT_FORMATS } from '../extracts/export-formats.ts';
import { chosenValues, type ExtractFilter, FIELD_NAMES } from '../extracts/extract-filter.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { formatCalendarDate } from '../shared/dates.ts';
import { AppError, ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { receiverOf } from '../web/downloads.ts';
import { type FormResult, readForm, refusedBy } from '../web/forms.ts';
import { actorOf, idParam, personOf, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { beginningForm, confirmationForm, newDisclosureForm } from './disclosure-form.ts';
import { listOpenDisclosures } from './disclosure-queries.ts';
import {
  confirmDisclosure,
  currentDisclosure,
  type Disclosing,
  previewAgain,
  requestDisclosure,
  sendDisclosure,
} from './disclosure-service.ts';
import { disclosureFormView, disclosureView, openDisclosuresView } from './disclosure-view.ts';
import { readSamples } from './sample-service.ts';

type Refused = Extract<FormResult<unknown>, { ok: false }>;

const SHOWN = 50;

/** What leaves the team: prepared, looked through, confirmed, and on record. By the lead, as whoever sees it learns names. */
export function disclosureRoutes({ db, config, log, guard, downloads }: RouteDependencies, jobs: Jobs): Router {
  const router = Router();
  const disclosing: Disclosing = {
    db,
    jobs,
    uploadsFolder: config.uploadsFolder,
    fault: (error) => log.error({ err: error }, 'the preview of an export failed'),
  };

  router.get('/studies/:study/disclosures', guard.lead, async (_req, res) => {
    const open = await inStudy(db, actorOf(res), (trx) => listOpenDisclosures(trx, SHOWN));
    const { path } = placeOf(res);
    res.render('disclosure/disclosures', {
      pageTitle: 'For people outside the team',
      nav: 'exports',
      back: { href: `${path}/exports`, text: 'Exports' },
      open: openDisclosuresView(open, placeOf(res)),
    });
  });

  router.get('/studies/:study/disclosures/new', guard.lead, async (req, res) => {
    const form = readForm(beginningForm, req.query);
    if (!form.ok) throw new NotFoundError();
    await renderNew(res, form.values, {});
  });

  router.post('/studies/:study/disclosures', guard.lead, async (req, res) => {
    const form = readForm(newDisclosureForm, req.body);
    if (!form.ok) {
      const filter = readForm(beginningForm, req.body);
      if (!filter.ok)
        throw new AppError(422, `${filter.errorSummary[0]?.text}. Go back to the extracts and filter again.`);
      return renderNew(res.status(422), filter.values, form.typed, form);
    }
    const {
      id,
      format,
      recipient,
      purpose,
      agencies,
      coders,
      member_names: memberNames,
      dates,
      notes,
      unreleased_reason: unreleasedReason,
      byte_order_mark: byteOrderMark,
      ...filter
    } = form.values;
    await requestDisclosure(disclosing, actorOf(res), {
      id,
      format,
      recipient,
      purpose,
      unreleasedReason,
      byteOrderMark,
      filter,
      choices: { agencies, coders, memberNames, dates, notes },
    });
    res.redirect(303, `${placeOf(res).path}/disclosures/${id}`);
  });

  router.get('/studies/:study/disclosures/:disclosure', guard.lead, (req, res) => renderOne(req, res));

  router.post('/studies/:study/disclosures/:disclosure/preview', guard.lead, async (req, res) => {
    const id = idParam(req, 'disclosure');
    await previewAgain(disclosing, actorOf(res), id);
    res.redirect(303, `${placeOf(res).path}/disclosures/${id}`);
  });

  router.post('/studies/:study/disclosures/:disclosure/confirmation', guard.lead, async (req, res) => {
    const id = idParam(req, 'disclosure');
    const form = readForm(confirmationForm, req.body);
    if (!form.ok) return renderOne(req, res.status(422), form);
    try {
      await confirmDisclosure(disclosing, actorOf(res), id, form.values);
    } catch (error) {
      if (error instanceof FieldError) return renderOne(req, res.status(422), refusedBy(error, req.body));
      if (error instanceof ConflictError) return renderOne(req, res.status(409), undefined, error.message);
      throw error;
    }
    res.redirect(303, `${placeOf(res).path}/disclosures/${id}`);
  });

  router.get('/studies/:study/disclosures/:disclosure/file', guard.lead, async (req, res) => {
    const found = await currentDisclosure(disclosing, actorOf(res), idParam(req, 'disclosure'));
    if (found.state !== 'confirmed') throw new NotFoundError();
    if (req.method === 'HEAD') {
      res.type(EXPORT_FORMATS[found.format].mediaType).end();
      return;
    }
    const finish = downloads.take(personOf(req).id);
    try {
      const sent = await sendDisclosure(disclosing, actorOf(res), found, {
        out: res,
        signal: receiverOf(res),
        begin({ fileName, length }) {
          res.attachment(fileName).type(EXPORT_FORMATS[found.format].mediaType);
          if (length !== null) res.set('Content-Length', String(length));
        },
      });
      if (!sent) req.log.info('the receiver of an export went away');
    } catch (error) {
      if (!(error instanceof ConflictError) || res.headersSent) throw error;
      await renderOne(req, res.status(409), undefined, error.message);
    } finally {
      finish();
    }
  });

  async function renderNew(
    res: Response,
    filter: ExtractFilter,
    typed: Record<string, unknown>,
    refused?: Refused,
  ): Promise<void> {
    const choices = await inStudy(db, actorOf(res), (trx) => listChoices(trx, filter));
    const { path } = placeOf(res);
    res.render('disclosure/disclosure-new', {
      pageTitle: 'Prepare an export for people outside the team',
      nav: 'exports',
      back: { href: `${path}/disclosures`, text: 'For people outside the team' },
      id: typed.id ?? newId(),
      chosen: chosenValues(filter, choices, formatCalendarDate).map(({ field, text }) => ({
        field: FIELD_NAMES[field],
        text,
      })),
      form: disclosureFormView(typed, filter),
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }

  async function renderOne(req: Request, res: Response, refused?: Refused, changed?: string): Promise<void> {
    const actor = actorOf(res);
    const found = await currentDisclosure(disclosing, actor, idParam(req, 'disclosure'));
    const shown = await readSamples(db, actor, found);
    if (found.state === 'previewing' && refused === undefined) res.set('Refresh', '3');
    const view = disclosureView(found, shown, placeOf(res), [refused?.typed.accepted ?? []].flat() as string[]);
    res.render('disclosure/disclosure', {
      pageTitle: view.title,
      nav: 'exports',
      back: { href: `${placeOf(res).path}/exports`, text: 'Exports' },
      disclosure: view,
      changed,
      typed: refused?.typed,
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }

  return router;
}
