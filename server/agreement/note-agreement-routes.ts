import { type Request, type Response, Router } from 'express';
import { findBlindCoding } from '../coding/blind-coding-queries.ts';
import { inStudy } from '../database/connection.ts';
import { AppError, FieldError, NotFoundError } from '../shared/errors.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, readForm } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { comparisonForm, pageForm, settlementForm } from './agreement-form.ts';
import { basisView, figuresIntro, filterView, queryOf } from './agreement-view.ts';
import { compareThemes } from './comparison.ts';
import { type ComparisonFilter, findExcerpt, findNoteTitle, listPlaces } from './comparison-queries.ts';
import { readAgreement } from './comparison-service.ts';
import { disagreementView, excerptOf, keyOf, type Refused, settlementView } from './disagreement-view.ts';
import { figuresView } from './figures-view.ts';
import { settle, takeBackSettlement } from './settlement-service.ts';

const SHOWN = 30;

/** Where the coders of one note differ, and settling it. */
export function noteAgreementRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/agreement/notes/:note', guard.team, async (req, res) => {
    await renderNote(req, res, idParam(req, 'note'));
  });

  router.post('/studies/:study/agreement/notes/:note/settlements', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    const form = readForm(settlementForm, req.body);
    const filter = readFilter(req);
    if (!form.ok) {
      // Without its place nothing is known of the disagreement that it was about.
      if (form.errors.theme ?? form.errors.start ?? form.errors.end ?? form.errors.id ?? form.errors.revision) {
        await checkNote(res, noteId);
        throw new AppError(422, 'Open the comparison again and settle it there.');
      }
      return renderNote(req, res, noteId, refusedFor(req, form.errors));
    }
    try {
      await settle(db, actorOf(res), noteId, { filter, form: form.values });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderNote(req, res, noteId, refusedFor(req, { [error.field]: error.message }));
    }
    const { path } = placeOf(res);
    const undo = { action: `${path}/agreement/settlements/${form.values.id}/removal`, label: 'Undo' };
    flash(req, 'It is settled. The codings themselves stay as they were given.', undo);
    res.redirect(303, `${path}/agreement/notes/${noteId}${queryOf(filter)}`);
  });

  router.post('/studies/:study/agreement/settlements/:settlement/removal', guard.team, async (req, res) => {
    const { noteId } = await takeBackSettlement(db, actorOf(res), idParam(req, 'settlement'));
    flash(req, 'The settlement is taken back: the disagreement is open again.');
    res.redirect(303, `${placeOf(res).path}/agreement/notes/${noteId}`);
  });

  async function renderNote(req: Request, res: Response, noteId: string, refused?: Refused): Promise<void> {
    const filter = { ...readFilter(req), agency: undefined, phase: undefined, only: undefined };
    const actor = actorOf(res);
    const { path, timeZone } = placeOf(res);
    const query = queryOf(filter);
    const href = `${path}/agreement/notes/${noteId}`;
    const page = await inStudy(db, actor, async (trx) => {
      const found = await findNoteTitle(trx, noteId);
      if (!found) throw new NotFoundError();
      const agreement = await readAgreement(trx, filter, { limit: 1, noteId });
      const words = { path, query, timeZone, names: agreement.names, paths: agreement.paths };
      const note = agreement.notes[0];
      const open = agreement.open.get(noteId) ?? [];
      const from = refused ? keyPlace(open.map(keyOf), refused.key, 0) : afterPlace(req, open.map(keyOf));
      const cards = [];
      for (const disagreement of note ? open.slice(from, from + SHOWN) : []) {
        const excerpt = await findExcerpt(trx, note!.revisionId, excerptOf(disagreement));
        const of = { id: noteId, title: note!.title, revisionId: note!.revisionId, href };
        cards.push(disagreementView({ disagreement, note: of, excerpt }, words, refused));
      }
      const settled = [];
      for (const each of agreement.settled.get(noteId) ?? [])
        settled.push(settlementView(each, await findExcerpt(trx, each.revisionId, each), words));
      const last = open[from + SHOWN - 1];
      return {
        title: found.title,
        agreement,
        note,
        cards,
        settled,
        total: open.length,
        more: last && from + SHOWN < open.length ? `${href}${joined(query, `after=${keyOf(last)}`)}` : undefined,
        isLater: from > 0,
        blind: await findBlindCoding(trx, noteId, actor.membershipId),
        places: await listPlaces(trx),
      };
    });
    const { note, agreement } = page;
    const coders = agreement.people.map(({ id }) => id).filter((id) => note?.coders.includes(id));
    const figures = note ? compareThemes(coders, [note]) : [];
    const byTheme = new Map(figures.map((each) => [each.themeId, each]));
    res.status(refused ? 422 : 200).render('agreement/note', {
      pageTitle: `Agreement: ${page.title ?? 'Note without a title'}`,
      nav: 'analysis',
      back: { href: `${path}/agreement${query}`, text: 'Agreement between coders' },
      title: page.title ?? 'Note without a title',
      href,
      coding: `${path}/notes/${noteId}/coding`,
      filter: filterView(filter, agreement.people, page.places),
      note: note && {
        basis: basisView(note, timeZone),
        coders: note.coders.map((id) => agreement.names.get(id)).join(', '),
      },
      blind: page.blind,
      cards: page.cards,
      total: page.total,
      older: page.more,
      newer: page.isLater ? `${href}${query}` : undefined,
      settled: page.settled,
      intro: note && figuresIntro([note], filter),
      figures: figuresView(
        [...agreement.paths.keys()].flatMap((id) => byTheme.get(id) ?? []),
        { ...agreement, notes: new Map() },
      ),
      errorSummary: refused && errorSummary(anchored(refused)),
    });
  }

  async function checkNote(res: Response, noteId: string): Promise<void> {
    const found = await inStudy(db, actorOf(res), (trx) => findNoteTitle(trx, noteId));
    if (!found) throw new NotFoundError();
  }

  return router;
}

function readFilter(req: Request): ComparisonFilter {
  const form = readForm(comparisonForm, req.query);
  if (!form.ok) throw new AppError(422, `${Object.values(form.errors)[0]}.`);
  return form.values;
}

function refusedFor(req: Request, errors: Record<string, string>): Refused {
  const typed = (req.body ?? {}) as Record<string, unknown>;
  return { key: keyOf({ start: Number(typed.start), themeId: String(typed.theme) }), typed, errors };
}

// Fields have their card's key behind their names, so that each is found on a page of many cards.
function anchored({ key, errors }: Refused): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).map(([field, text]) => [`${field}-${key}`, text]));
}

function keyPlace(keys: readonly string[], key: string, otherwise: number): number {
  const place = keys.indexOf(key);
  return place === -1 ? otherwise : place;
}

// By place in the text, so that the page is right even when the one it began after has been settled.
function afterPlace(req: Request, keys: readonly string[]): number {
  const form = readForm(pageForm, req.query);
  const after = form.ok ? form.values.after : undefined;
  if (after === undefined) return 0;
  const exact = keys.indexOf(after);
  if (exact !== -1) return exact + 1;
  const start = Number(after.split('-')[0]);
  return keyPlace(keys, keys.find((key) => Number(key.split('-')[0]) > start) ?? '', 0);
}

function joined(query: string, more: string): string {
  return query === '' ? `?${more}` : `${query}&${more}`;
}
