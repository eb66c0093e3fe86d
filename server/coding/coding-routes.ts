import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import { listThemes } from '../codebook/theme-queries.ts';
import { type Actor, inStudy } from '../database/connection.ts';
import { KEPT } from '../notes/deidentification/state.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam, wantsJson } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { findBlindCoding } from './blind-coding-queries.ts';
import { listReviewedTexts } from './coding-change-queries.ts';
import { type Changed, placeCoding, rethemeCoding, returnToReview } from './coding-change-service.ts';
import {
  pairs,
  passageForm,
  placeForm,
  plainPlaceForm,
  removalForm,
  returnForm,
  sentencesForm,
  themeChangeForm,
} from './coding-form.ts';
import { findCodedNote, findCodingsById, findRevisionText, listCodings } from './coding-queries.ts';
import { codePassage, removeCoding, restoreCoding } from './coding-service.ts';
import { codingPageView, noteView } from './coding-view.ts';
import type { Passage } from './passage.ts';
import { findRepaint } from './repaint-queries.ts';
import { sameSentences, sentencesOf } from './sentences.ts';
import { sentencesView } from './sentences-view.ts';
import { repainted } from './state-routes.ts';
import { countWithheld, listWithheldStarts } from '../notes/withheld-queries.ts';

export function codingRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/notes/:note/coding', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    if (req.query.by === 'sentences') return renderSentences(req, res, noteId);
    const actor = actorOf(res);
    const read = await readNote(actor, noteId);
    const note = noteView(read.note, actor, pathOf(res));
    res.render('coding/coding', {
      pageTitle: `Code: ${note.title}`,
      nav: 'notes',
      scripts: ['coding'],
      pageClass: 'app-wide',
      skipTo: { href: '#reading', text: 'Skip to the text' },
      back: { href: `${pathOf(res)}/notes`, text: 'Notes' },
      note,
      blind: read.blind,
      page: codingPageView(read.note, { ...read, actor, path: pathOf(res), inFull: req.query.list === 'all' }),
    });
  });

  router.post('/studies/:study/notes/:note/codings', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    if (wantsJson(req)) return codeSelection(req, res, noteId);
    const form = readForm(sentencesForm, req.body);
    if (!form.ok) return renderSentences(req, res, noteId, form.errors);
    const { sentences, revision } = form.values;
    try {
      const coded = await codePassage(db, actorOf(res), noteId, {
        revision,
        where: { sentences },
        codings: pairs(form.values),
      });
      const [first, ...others] = coded.ids;
      const fields = [
        { name: 'from', value: String(pageOf(req.body)) },
        ...others.map((id) => ({ name: 'also', value: id })),
      ];
      const undo = { action: `${pathOf(res)}/codings/${first}/removal`, label: 'Undo', fields };
      flash(
        req,
        coded.ids.length === 1 ? 'The passage is coded.' : `The passage is coded with ${coded.ids.length} themes.`,
        undo,
      );
    } catch (error) {
      if (error instanceof FieldError) return renderSentences(req, res, noteId, { [error.field]: error.message });
      if (!(error instanceof ConflictError)) throw error;
      // The same sentences are ticked in the text as it is now, as far as they are still in it.
      const stale =
        'The note was changed after you opened it. This is its text now: check what is ticked, and code it again';
      const ticked = await stillThere(actorOf(res), noteId, revision, sentences);
      return renderSentences(req, res, noteId, { sentences: stale }, ticked);
    }
    res.redirect(303, sentencesPage(res, noteId, pageOf(req.body)));
  });

  router.post('/studies/:study/codings/:coding/removal', guard.team, async (req, res) => {
    const { also, from, seen } = removalOf(req);
    const coding = await removeCoding(db, actorOf(res), idParam(req, 'coding'), seen);
    for (const id of also) await removeCoding(db, actorOf(res), id);
    if (from !== undefined && !wantsJson(req)) {
      flash(req, also.length === 0 ? 'The coding is removed.' : `The ${also.length + 1} codings are removed.`);
      return res.redirect(303, sentencesPage(res, coding.noteId, from));
    }
    const undo = { action: `${pathOf(res)}/codings/${coding.id}/restoration`, label: 'Undo' };
    await answerChange(req, res, coding, [], () => flash(req, 'The coding is removed.', undo));
  });

  router.post('/studies/:study/codings/:coding/restoration', guard.team, async (req, res) => {
    const coding = await restoreCoding(db, actorOf(res), idParam(req, 'coding'), removalOf(req).seen);
    await answerChange(req, res, coding, [coding.id], () => flash(req, 'The coding is back.'));
  });

  router.post('/studies/:study/codings/:coding/theme', guard.team, async (req, res) => {
    const id = idParam(req, 'coding');
    const { theme, expected } = await changeOf(res, id, themeChangeForm, req.body);
    const changed = await rethemeCoding(db, actorOf(res), id, { themeId: theme, expected });
    await answerPlaced(req, res, changed, 'The coding has another theme now.');
  });

  router.post('/studies/:study/codings/:coding/passage', guard.team, async (req, res) => {
    const id = idParam(req, 'coding');
    if (wantsJson(req)) {
      const { revision, start, end, expected } = await changeOf(res, id, placeForm, req.body);
      return answerPlaced(
        req,
        res,
        await placeCoding(db, actorOf(res), id, { revision, where: { start, end }, expected }),
        '',
      );
    }
    const { revision, start, end, sentences } = await changeOf(res, id, plainPlaceForm, req.body);
    const where = sentences.length > 0 ? { sentences } : { start: start ?? 0, end: end ?? 0 };
    const changed = await placeCoding(db, actorOf(res), id, { revision, where });
    await answerPlaced(req, res, changed, 'The coding has its place in the note again.');
  });

  // Asked for by the undo of the page's script alone.
  router.post('/studies/:study/codings/:coding/review', guard.team, async (req, res) => {
    const id = idParam(req, 'coding');
    const { revision, start, end, expected } = await changeOf(res, id, returnForm, req.body);
    const changed = await returnToReview(db, actorOf(res), id, { revision, where: { start, end }, expected });
    await answerPlaced(req, res, changed, 'The coding waits for review again.');
  });

  // What is wrong with a form is told only about a coding that this person may see.
  async function changeOf<S extends z.ZodType>(res: Response, id: string, schema: S, body: unknown) {
    const found = await inStudy(db, actorOf(res), (trx) => findCodingsById(trx, [id]));
    if (found.length === 0) throw new NotFoundError();
    return formOf(schema, body);
  }

  async function answerPlaced(req: Request, res: Response, changed: Changed, said: string): Promise<void> {
    const { before, ...coding } = changed;
    const stretch = { start: Math.min(before.start, coding.start), end: Math.max(before.end, coding.end) };
    await answerChange(req, res, { ...coding, ...stretch }, [coding.id], () => flash(req, said));
  }

  async function codeSelection(req: Request, res: Response, noteId: string): Promise<void> {
    const values = formOf(passageForm, req.body);
    const { start, end, revision } = values;
    const codings = pairs(values);
    const { ids, repaint } = await codePassage(db, actorOf(res), noteId, {
      revision,
      where: { start, end },
      codings,
      painted: true,
    });
    res.json(await repainted(res, repaint, ids));
  }

  async function answerChange(
    req: Request,
    res: Response,
    coding: Passage & { noteId: string; needsReview: boolean },
    ids: string[],
    say: () => void,
  ): Promise<void> {
    if (wantsJson(req)) {
      // One that needs review stands nowhere in the text, so that nothing there is to be painted.
      if (coding.needsReview) return void res.json({ codings: [], paragraphs: [] });
      const repaint = await inStudy(db, actorOf(res), (trx) =>
        findRepaint(trx, coding.noteId, { wanted: coding, ids }),
      );
      return void res.json(await repainted(res, repaint, ids));
    }
    say();
    res.redirect(303, `${pathOf(res)}/notes/${coding.noteId}/coding`);
  }

  async function renderSentences(
    req: Request,
    res: Response,
    noteId: string,
    errors?: FieldErrors,
    ticked?: number[],
  ): Promise<void> {
    const actor = actorOf(res);
    const { note, codings, themes, blind, withheld } = await readNote(actor, noteId);
    const view = noteView(note, actor, pathOf(res));
    const typed = (errors ? req.body : {}) as Record<string, unknown>;
    res.status(ticked ? 409 : errors ? 422 : 200).render('coding/sentences', {
      pageTitle: `Code by sentences: ${view.title}`,
      nav: 'notes',
      back: { href: view.coding, text: 'Code by selecting words' },
      note: view,
      blind,
      errors,
      errorSummary: errors && errorSummary(errors),
      page: sentencesView(note, {
        codings,
        themes,
        withheld,
        from: pageOf(errors ? typed : req.query),
        ids: themes.map(() => newId()),
        sentences: (ticked ?? [typed.sentences ?? []].flat()).map(String),
        chosenThemes: [typed.themes ?? []].flat().map(String),
        base: view.coding,
        place: codings.find(({ id, needsReviewAt }) => id === req.query.place && needsReviewAt !== null),
      }),
    });
  }

  function stillThere(actor: Actor, noteId: string, revision: number, chosen: number[]): Promise<number[]> {
    return inStudy(db, actor, async (trx) => {
      const [old, fresh] = [await findRevisionText(trx, noteId, revision), await findCodedNote(trx, noteId)];
      const sentences = (body: string | null | undefined) => sentencesOf(paragraphsOf(body ?? ''));
      return sameSentences(sentences(old?.body), sentences(fresh?.body), chosen);
    });
  }

  function readNote(actor: Actor, noteId: string) {
    return inStudy(db, actor, async (trx) => {
      const note = await findCodedNote(trx, noteId);
      if (!note) throw new NotFoundError();
      if (note.revision > 0 && note.body === null) throw new NotFoundError(KEPT);
      const [codings, themes] = [await listCodings(trx, noteId), await listThemes(trx)];
      const needsReview = codings.some(({ needsReviewAt }) => needsReviewAt !== null);
      const blind = await findBlindCoding(trx, noteId, actor.membershipId);
      const withheld = await listWithheldStarts(trx, noteId);
      const withheldCount = withheld.size > 0 ? await countWithheld(trx, noteId) : 0;
      const oldTexts = needsReview ? await listReviewedTexts(trx, noteId) : [];
      return { note, codings, themes, blind, withheld, withheldCount, oldTexts };
    });
  }

  return router;
}

// For what has no page to show a refusal beside its field: the first one is the answer.
function formOf<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const form = readForm(schema, body);
  if (form.ok) return form.values;
  const [field, message] = Object.entries(form.errors)[0] ?? ['form', 'Reload the page and try again'];
  throw new FieldError(field, message);
}

function removalOf(req: Request): { also: string[]; from?: number | undefined; seen?: number | undefined } {
  const form = readForm(removalForm, req.body);
  return form.ok ? form.values : { also: [] };
}

function sentencesPage(res: Response, noteId: string, from: number): string {
  return `${pathOf(res)}/notes/${noteId}/coding?by=sentences&from=${from}`;
}

function pathOf(res: Response): string {
  return (res.locals.study as { path: string }).path;
}

// The number of the first paragraph to show; anything that is none is the first.
function pageOf(fields: unknown): number {
  const from = Number((fields as Record<string, unknown> | undefined)?.from);
  return Number.isSafeInteger(from) && from > 0 ? from : 1;
}
