import { type Request, type Response, Router } from 'express';
import { type Actor, inStudy } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam, wantsJson } from '../web/guards.ts';
import { renderParts } from '../web/handlebars.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { memoForm, memoListForm, newMemoForm } from './memo-form.ts';
import { findMemo, findSubject, listAllMemos, listMemos, type ShownMemo } from './memo-queries.ts';
import { addMemo, changeMemo, removeMemo } from './memo-service.ts';
import { memoListView, memoPlace, type MemoReader, memosView, memoView } from './memo-view.ts';

const PAGE = 30;

/** Memos: all of the study, those on a coding, and adding, changing, removing and restoring one. */
export function memoRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/memos', guard.team, async (req, res) => {
    const form = readForm(memoListForm, req.query);
    const { kind, below } = form.ok ? form.values : {};
    const memos = await inStudy(db, actorOf(res), (trx) => listAllMemos(trx, { kind, below, limit: PAGE + 1 }));
    const shown = memos.slice(0, PAGE);
    const reader = readerOf(res);
    const address = (key?: string) => {
      const query = new URLSearchParams({ ...(kind && { kind }), ...(key && { below: key }) }).toString();
      return `${reader.path}/memos${query && `?${query}`}`;
    };
    res.render('memos/index', {
      pageTitle: 'Memos',
      nav: 'analysis',
      back: { href: `${reader.path}/analysis`, text: 'Analysis' },
      page: memoListView(
        shown,
        {
          kind,
          newId: newId(),
          ...(below !== undefined && { newer: address() }),
          ...(memos.length > PAGE && { older: address(shown.at(-1)?.id) }),
        },
        reader,
      ),
    });
  });

  router.get('/studies/:study/codings/:coding/memos', guard.team, async (req, res) => {
    const subject = { kind: 'coding', id: idParam(req, 'coding') } as const;
    const memos = await inStudy(db, actorOf(res), async (trx) => {
      if (!(await findSubject(trx, subject))) throw new NotFoundError();
      return listMemos(trx, subject);
    });
    const view = memosView(memos, { subject, newId: newId() }, readerOf(res));
    const [html] = await renderParts(res, 'memos/_memos', [{ memos: view }]);
    res.json({ memos: view.items.map(({ id, version, body }) => ({ id, version, body })), html });
  });

  router.post('/studies/:study/memos', guard.team, async (req, res) => {
    const form = readForm(newMemoForm, req.body);
    if (!form.ok) return refuse(req, res, form.errors, { values: form.typed, isNew: true });
    const memo = await addMemo(db, actorOf(res), form.values);
    await answer(req, res, memo, () => flash(req, 'The memo is kept.'));
  });

  router.get('/studies/:study/memos/:memo/edit', guard.team, async (req, res) => {
    const memo = await storedMemo(actorOf(res), idParam(req, 'memo'));
    if (memo.removed) return res.redirect(303, memoPlace(memo, readerOf(res).path));
    renderForm(res, { memo, values: { body: memo.body, version: memo.version } });
  });

  router.post('/studies/:study/memos/:memo', guard.team, async (req, res) => {
    const id = idParam(req, 'memo');
    const stored = await storedMemo(actorOf(res), id);
    const form = readForm(memoForm, req.body);
    if (!form.ok) return refuse(req, res, form.errors, { memo: stored, values: form.typed });
    try {
      const memo = await changeMemo(db, actorOf(res), id, form.values);
      await answer(req, res, memo, () => flash(req, 'The memo is saved.'));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const theirs = await storedMemo(actorOf(res), id);
      const { body, version, removed } = theirs;
      if (wantsJson(req)) res.status(409).json({ error: error.message, theirs: { body, version, removed } });
      // What was typed stands in the form, now on the newer version: saving again is a decision.
      else renderForm(res, { memo: theirs, values: { body: form.values.body, version }, theirs });
    }
  });

  router.post('/studies/:study/memos/:memo/removal', guard.team, async (req, res) => {
    const memo = await removeMemo(db, actorOf(res), idParam(req, 'memo'), true);
    const undo = { action: `${readerOf(res).path}/memos/${memo.id}/restoration`, label: 'Undo' };
    await answer(req, res, memo, () => flash(req, 'The memo is removed.', undo));
  });

  router.post('/studies/:study/memos/:memo/restoration', guard.team, async (req, res) => {
    const memo = await removeMemo(db, actorOf(res), idParam(req, 'memo'), false);
    await answer(req, res, memo, () => flash(req, 'The memo is back.'));
  });

  async function answer(req: Request, res: Response, memo: ShownMemo, say: () => void): Promise<void> {
    const reader = readerOf(res);
    if (!wantsJson(req)) {
      say();
      return res.redirect(303, memoPlace(memo, reader.path));
    }
    const view = memoView(memo, reader);
    const [html = ''] = memo.removed ? [] : await renderParts(res, 'memos/_memo', [view]);
    res.json({ memo: { id: memo.id, version: memo.version, removed: memo.removed, html } });
  }

  function refuse(
    req: Request,
    res: Response,
    errors: FieldErrors,
    page: { memo?: ShownMemo; values: Record<string, unknown>; isNew?: boolean },
  ): void {
    const [field = 'form', message = 'Reload the page and try again'] = Object.entries(errors)[0] ?? [];
    if (wantsJson(req)) throw new FieldError(field, message);
    renderForm(res, { ...page, errors });
  }

  function renderForm(
    res: Response,
    page: {
      memo?: ShownMemo;
      values: Record<string, unknown>;
      errors?: FieldErrors;
      theirs?: ShownMemo;
      isNew?: boolean;
    },
  ): void {
    const { path } = readerOf(res);
    const base = `${path}/memos`;
    res.status(page.errors ? 422 : page.theirs ? 409 : 200).render('memos/memo-form', {
      pageTitle: page.isNew ? 'Write a memo' : 'Edit the memo',
      nav: 'analysis',
      back: { href: page.memo ? memoPlace(page.memo, path) : base, text: 'Back' },
      action: page.memo ? `${base}/${page.memo.id}` : base,
      restore: page.theirs?.removed ? `${base}/${page.theirs.id}/restoration` : undefined,
      ...page,
      errorSummary: page.errors && errorSummary(page.errors),
    });
  }

  async function storedMemo(actor: Actor, id: string): Promise<ShownMemo> {
    const memo = await inStudy(db, actor, (trx) => findMemo(trx, id));
    if (!memo) throw new NotFoundError();
    return memo;
  }

  return router;
}

function readerOf(res: Response): MemoReader {
  const { studyId, timeZone, membershipId, role } = actorOf(res);
  return { path: `/studies/${studyId}`, timeZone, membershipId, role };
}
