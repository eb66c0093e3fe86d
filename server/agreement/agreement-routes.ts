import { type Request, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { withheldWords } from '../notes/withheld.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { AppError } from '../shared/errors.ts';
import { readForm } from '../web/forms.ts';
import { actorOf, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { comparisonForm } from './agreement-form.ts';
import { figuresIntro, filterView, isIndependent, noteRows, queryOf } from './agreement-view.ts';
import { compareThemes } from './comparison.ts';
import { type ComparisonFilter, countBlindNotes, findExcerpt, listPlaces } from './comparison-queries.ts';
import { type Agreement, readAgreement } from './comparison-service.ts';
import { disagreementView, excerptOf } from './disagreement-view.ts';
import { figuresFile } from './figures-file.ts';
import { figuresView } from './figures-view.ts';

const NOTES = 100;
const SHOWN = 20;
const EVERYTHING: ComparisonFilter = { coders: [], text: 'whole' };

/** Where coders differ over several notes, and after that how far they agree in figures. */
export function agreementRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/agreement', guard.team, async (req, res) => {
    const form = readForm(comparisonForm, req.query);
    const filter = form.ok ? form.values : EVERYTHING;
    const { path, timeZone } = placeOf(res);
    const query = queryOf(filter);
    const { agreement, places, blind, cards, withheld } = await inStudy(db, actorOf(res), async (trx) => {
      // A filter that was refused lists nothing: what it would have meant is not known.
      const read = await readAgreement(trx, filter, { limit: form.ok ? NOTES : 0 });
      const waiting = read.notes.flatMap((note) =>
        read.open.get(note.id)!.map((disagreement) => ({ note, disagreement })),
      );
      const shown = [];
      for (const { note, disagreement } of waiting.slice(0, SHOWN)) {
        const excerpt = await findExcerpt(trx, note.revisionId, excerptOf(disagreement));
        const href = `${path}/agreement/notes/${note.id}${query}`;
        const { id, title, revisionId } = note;
        const words = { path, query, timeZone, names: read.names, paths: read.paths };
        shown.push(disagreementView({ disagreement, note: { id, title, revisionId, href }, excerpt }, words));
      }
      return {
        agreement: read,
        places: await listPlaces(trx),
        blind: await countBlindNotes(trx),
        withheld: await countWithheld(trx),
        cards: { shown, total: waiting.length },
      };
    });
    const { notes } = agreement;
    res.status(form.ok ? 200 : 422).render('agreement/index', {
      pageTitle: 'Agreement between coders',
      nav: 'analysis',
      filter: filterView(filter, agreement.people, places),
      isRefused: !form.ok,
      withheld: withheldWords(withheld),
      errors: form.ok ? undefined : form.errors,
      errorSummary: form.ok ? undefined : form.errorSummary,
      blind: blindWords(blind),
      isCut: agreement.isCut,
      limit: NOTES,
      cards: cards.shown,
      total: cards.total,
      more: cards.total - cards.shown.length,
      notes: noteRows(notes, {
        path,
        query,
        timeZone,
        names: agreement.names,
        open: sizes(agreement.open),
        settled: sizes(agreement.settled),
      }),
      intro: notes.length > 0 ? figuresIntro(notes, filter) : undefined,
      figures: figuresView(compare(agreement), {
        ...agreement,
        notes: new Map(notes.map(({ id, title }) => [id, { title, href: `${path}/agreement/notes/${id}${query}` }])),
      }),
      file: `${path}/agreement/figures${query}`,
    });
  });

  router.get('/studies/:study/agreement/figures', guard.team, async (req, res) => {
    const filter = readFilter(req);
    const agreement = await inStudy(db, actorOf(res), (trx) => readAgreement(trx, filter, { limit: NOTES }));
    const notes = agreement.notes.map((note) => [note.id, { ...note, isIndependent: isIndependent(note) }] as const);
    const coders = codersOf(agreement);
    res.type('text/csv; charset=utf-8').attachment('agreement.csv');
    res.send(figuresFile(compare(agreement), { ...agreement, notes: new Map(notes), coders, text: filter.text }));
  });

  return router;
}

// The coders of any of the notes, in the order of their names.
function codersOf({ people, notes }: Agreement): string[] {
  const present = new Set(notes.flatMap(({ coders }) => coders));
  return people.map(({ id }) => id).filter((id) => present.has(id));
}

function compare(agreement: Agreement) {
  const figures = new Map(compareThemes(codersOf(agreement), agreement.notes).map((each) => [each.themeId, each]));
  return [...agreement.paths.keys()].flatMap((id) => figures.get(id) ?? []);
}

function sizes(lists: ReadonlyMap<string, readonly unknown[]>): Map<string, number> {
  return new Map([...lists].map(([id, { length }]) => [id, length]));
}

function blindWords(count: number): string | undefined {
  if (count === 0) return undefined;
  return `${count === 1 ? 'One note is' : `${count} notes are`} being coded blind now. What is coded there is compared once it is opened.`;
}

function readFilter(req: Request): ComparisonFilter {
  const form = readForm(comparisonForm, req.query);
  if (!form.ok) throw new AppError(422, `${Object.values(form.errors)[0]}.`);
  return form.values;
}
