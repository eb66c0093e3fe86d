import { type Request, type Response, Router } from 'express';
import { inStudy, type Transaction } from '../database/connection.ts';
import { type Choices, unknownChoices, EVERYTHING } from '../extracts/extract-filter.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, pathOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { wordsOf } from './found-words.ts';
import { type SearchRequest, searchQuery } from './search-filter.ts';
import { foundPassageForm, searchForm, searchPageForm } from './search-form.ts';
import {
  type Edge,
  findLikeness,
  findNotes,
  listAlikeNames,
  listFoundParagraphs,
  listThemesOfParagraphs,
} from './search-queries.ts';
import { codeFoundPassage } from './search-service.ts';
import { alikeView, type Refused, resultView, searchFormView } from './search-view.ts';
import { parseSearch, plainWords } from './search-words.ts';

const PAGE = 10;
const PASSAGES = 3;
const NAMES = 5;

export function searchRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/search', guard.team, (req, res) => renderSearch(res, { ...req.query }));

  // A theme on the spot: back to the same search, at the same passage.
  router.post('/studies/:study/search/codings', guard.team, async (req, res) => {
    const form = readForm(foundPassageForm, req.body);
    const asked = Object.fromEntries(new URLSearchParams(textOf(req, 'query')));
    const refuse = (message: string) =>
      renderSearch(res, asked, {
        note: textOf(req, 'note'),
        passage: textOf(req, 'passage'),
        theme: textOf(req, 'theme'),
        message,
      });
    if (!form.ok) return refuse(Object.values(form.errors)[0] ?? 'Reload the page and try again');
    try {
      const coded = await codeFoundPassage(db, actorOf(res), form.values);
      flash(req, `The passage is coded with “${coded.theme}”.`, {
        action: `${pathOf(res)}/codings/${coded.ids[0]}/removal`,
        label: 'Undo',
      });
    } catch (error) {
      if (error instanceof FieldError) return refuse(error.message);
      if (!(error instanceof ConflictError)) throw error;
      return refuse('The note was changed after this page was made. This is its text now: choose again');
    }
    const anchor = /^hit-[0-9a-f-]{36}-\d{1,9}$/.exec(textOf(req, 'anchor'))?.[0];
    res.redirect(303, `${pathOf(res)}/search?${new URLSearchParams(asked)}${anchor ? `#${anchor}` : ''}`);
  });

  async function renderSearch(res: Response, asked: Record<string, unknown>, refused?: Refused): Promise<void> {
    const actor = actorOf(res);
    const place = { path: pathOf(res), timeZone: actor.timeZone };
    const form = readForm(searchForm, asked);
    const edge = readEdge(asked);
    const page = await inStudy(
      db,
      actor,
      async (trx) => {
        const choices = await listChoices(trx);
        const errors = form.ok ? unknown(form.values, choices) : form.errors;
        if (!form.ok || Object.keys(errors).length > 0) return { choices, errors };
        return { choices, errors: {}, ...(await look(trx, form.values, { edge, refused })) };
      },
      { snapshot: true },
    );
    const errors: FieldErrors = { ...page.errors, ...(refused && { [`theme-${refused.note}`]: refused.message }) };
    const isRefused = Object.keys(errors).length > 0;
    const values = form.ok ? form.values : asked;
    res.status(isRefused ? 422 : 200).render('search/search', {
      pageTitle: 'Search',
      nav: 'search',
      search: searchFormView(values, page.choices),
      errors,
      errorSummary: isRefused ? errorSummary(errors) : undefined,
      query: form.ok ? searchQuery(form.values, edge ? { [edge.side]: edge.id } : {}) : '',
      ...('result' in page && page.result && form.ok
        ? { result: resultView(form.values, page.result, place), alike: alikeView(page.names, place) }
        : { isBlank: form.ok && !isRefused && form.values.q === '', isNothing: 'nothing' in page }),
    });

    async function look(
      trx: Transaction,
      request: SearchRequest,
      at: { edge?: Edge | undefined; refused?: Refused | undefined },
    ) {
      const search = parseSearch(request.q);
      const terms = search.must.flat();
      if (terms.length === 0) return request.q === '' ? {} : { nothing: true as const };
      const names = await listAlikeNames(trx, plainWords(search), NAMES);
      const all = await findNotes(
        trx,
        { search, request, timeZone: actor.timeZone },
        { edge: at.edge, limit: PAGE + 1 },
      );
      const more = all.notes.length > PAGE;
      const ordered = at.edge?.side === 'before' ? all.notes.slice(-PAGE) : all.notes.slice(0, PAGE);
      const noteIds = ordered.map(({ id }) => id);
      const paragraphs = await listFoundParagraphs(trx, { noteIds, terms, label: request.label, limit: PASSAGES });
      const texts = [...paragraphs.map(({ text }) => text), ...ordered.map(({ title }) => title)];
      const words = texts.flatMap((text) => wordsOf(text).map(({ word }) => word));
      const likeness = await findLikeness(trx, terms, words);
      const coded = await listThemesOfParagraphs(trx, noteIds);
      return { names, result: { found: { ...all, notes: ordered }, paragraphs, coded, search, likeness, more, ...at } };
    }
  }

  return router;
}

function textOf(req: Request, field: string): string {
  const value: unknown = (req.body as Record<string, unknown> | undefined)?.[field];
  return typeof value === 'string' ? value : '';
}

function readEdge(asked: Record<string, unknown>): Edge | undefined {
  const form = readForm(searchPageForm, asked);
  if (!form.ok) throw new NotFoundError();
  const { after, before } = form.values;
  if (after !== undefined) return { id: after, side: 'after' };
  return before === undefined ? undefined : { id: before, side: 'before' };
}

// A choice that this study does not have: said about the field, as on the page of extracts.
function unknown({ agency, phase, author }: SearchRequest, choices: Choices): FieldErrors {
  const one = (id: string | null) => (id === null ? [] : [id]);
  const { coder, ...others } = unknownChoices(
    { ...EVERYTHING, agency: one(agency), phase: one(phase), coder: one(author) },
    choices,
  );
  return coder === undefined
    ? others
    : { ...others, author: 'The author who was asked for is not in this study. Choose again' };
}
