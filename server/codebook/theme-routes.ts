import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { listMemos } from '../memos/memo-queries.ts';
import { type AppError, ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam, placeOf, wantsJson } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { leastUsedColour } from './palette.ts';
import { themeChoices } from './theme-choices.ts';
import { colourStyles } from './theme-colours.ts';
import { newThemeForm, positionForm, themeForm } from './theme-form.ts';
import { newThemeValues, theirChanges, themeFormView, themeValues } from './theme-form-view.ts';
import { themeListView } from './theme-list-view.ts';
import { type Way, WAYS } from './theme-places.ts';
import {
  countCodingsByTheme,
  findTheme,
  listLatestPassages,
  listRemovedThemes,
  listThemeColours,
  listThemes,
} from './theme-queries.ts';
import { removeTheme, restoreTheme } from './theme-removal-service.ts';
import { addTheme, changeTheme, moveTheme } from './theme-service.ts';
import { themeView } from './theme-view.ts';
import { counted } from '../shared/counted.ts';

const LATEST = 5;

export function themeRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/themes', guard.team, async (req, res) => {
    const way = WAYS.find((each) => each === req.query.way);
    const moved = typeof req.query.moved === 'string' ? { id: req.query.moved, way } : undefined;
    await renderList(res, { arranging: req.query.arrange === 'yes', ...(moved && { moved }) });
  });

  router.get('/studies/:study/themes/colours.css', guard.team, async (_req, res) => {
    const themes = await inStudy(db, actorOf(res), listThemeColours);
    const styles = colourStyles(themes);
    // Kept by this browser, and asked for again each time: the answer is mostly 304.
    res.set({
      'Cache-Control': 'private, no-cache',
      ETag: `"${createHash('sha256').update(styles).digest('base64url')}"`,
    });
    res.type('text/css').send(styles);
  });

  router.get('/studies/:study/themes/new', guard.team, async (req, res) => {
    const themes = await inStudy(db, actorOf(res), listThemes);
    const parent = themes.find(({ id }) => id === req.query.parent);
    await renderForm(res, { values: newThemeValues(newId(), themes, parent?.id) });
  });

  router.post('/studies/:study/themes', guard.team, async (req, res) => {
    if (wantsJson(req)) return addFromCoding(req, res);
    const form = readForm(newThemeForm, req.body);
    if (!form.ok) return renderForm(res, { values: form.typed, errors: form.errors });
    try {
      await addTheme(db, actorOf(res), form.values);
    } catch (error) {
      if (error instanceof ConflictError) return renderConflict(req, res, form.values.id, form.values);
      if (!(error instanceof FieldError)) throw error;
      return renderForm(res, { values: typedIn(req), errors: { [error.field]: error.message } });
    }
    flash(req, `“${form.values.name}” is in the codebook.`);
    res.redirect(303, `${placeOf(res).path}/themes/${form.values.id}`);
  });

  router.get('/studies/:study/themes/:theme', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    const page = await inStudy(db, actorOf(res), async (trx) => {
      const theme = await findTheme(trx, id);
      if (!theme) throw new NotFoundError();
      const themes = await listThemes(trx);
      const counts = await countCodingsByTheme(trx);
      const latest = await listLatestPassages(trx, id, LATEST);
      const memos = await listMemos(trx, { kind: 'theme', id });
      const removed = theme.removedAt === null ? [] : await listRemovedThemes(trx);
      return themeView(
        theme,
        { themes, counts, latest, removed, memos, newId: newId() },
        { ...placeOf(res), ...actorOf(res) },
      );
    });
    res.render('codebook/theme', {
      pageTitle: page.name,
      nav: 'themes',
      back: { href: `${placeOf(res).path}/themes`, text: 'Codebook' },
      theme: page,
    });
  });

  router.get('/studies/:study/themes/:theme/edit', guard.team, async (req, res) => {
    const theme = await storedTheme(res, idParam(req, 'theme'));
    if (theme.removedAt !== null) return res.redirect(303, `${placeOf(res).path}/themes/${theme.id}`);
    await renderForm(res, { id: theme.id, values: themeValues(theme) });
  });

  router.post('/studies/:study/themes/:theme', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    const form = readForm(themeForm, req.body);
    if (!form.ok) {
      await storedTheme(res, id);
      return renderForm(res, { id, values: form.typed, errors: form.errors });
    }
    try {
      await changeTheme(db, actorOf(res), id, form.values);
    } catch (error) {
      if (error instanceof FieldError)
        return renderForm(res, { id, values: typedIn(req), errors: { [error.field]: error.message } });
      if (error instanceof ConflictError) return renderConflict(req, res, id, form.values);
      throw error;
    }
    flash(req, 'The theme is saved.');
    res.redirect(303, `${placeOf(res).path}/themes/${id}`);
  });

  router.post('/studies/:study/themes/:theme/position', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    const form = readForm(positionForm, req.body);
    if (!form.ok) {
      await storedTheme(res, id);
      return renderList(res, { arranging: true, refusal: Object.values(form.errors)[0] ?? '', moved: { id } });
    }
    const { parent, place, way } = form.values;
    try {
      await moveTheme(db, actorOf(res), id, { parentId: parent, position: place });
    } catch (error) {
      return refuseOnList(res, error, { arranging: true, moved: { id, way } });
    }
    const query = new URLSearchParams({ arrange: 'yes', moved: id, ...(way && { way }) });
    res.redirect(303, `${placeOf(res).path}/themes?${query.toString()}`);
  });

  router.post('/studies/:study/themes/:theme/removal', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    const { name, subThemes } = await removeTheme(db, actorOf(res), id);
    const list = `${placeOf(res).path}/themes`;
    const what = subThemes > 0 ? `“${name}” and its ${counted(subThemes, 'sub-theme')} are` : `“${name}” is`;
    flash(req, `${what} removed from the codebook.`, { action: `${list}/${id}/restoration`, label: 'Undo' });
    res.redirect(303, list);
  });

  router.post('/studies/:study/themes/:theme/restoration', guard.team, async (req, res) => {
    const id = idParam(req, 'theme');
    try {
      const { name, subThemes } = await restoreTheme(db, actorOf(res), id);
      flash(req, `“${name}” is back${subThemes > 0 ? `, with its ${counted(subThemes, 'sub-theme')}` : ''}.`);
    } catch (error) {
      return refuseOnList(res, error, { arranging: false });
    }
    res.redirect(303, `${placeOf(res).path}/themes/${id}`);
  });

  // Made while coding, by its name alone: answered with the codebook as it is then.
  async function addFromCoding(req: Request, res: Response): Promise<void> {
    const themes = await inStudy(db, actorOf(res), listThemes);
    const colour = leastUsedColour(themes.map((theme) => theme.colour));
    const form = readForm(newThemeForm, { ...typedIn(req), colour });
    if (!form.ok) throw new FieldError('name', Object.values(form.errors)[0] ?? 'Enter a name');
    await addTheme(db, actorOf(res), form.values);
    res.status(201).json({ themes: themeChoices(await inStudy(db, actorOf(res), listThemes)) });
  }

  type ListPage = {
    arranging: boolean;
    refusal?: string;
    status?: number;
    moved?: { id: string; way?: Way | undefined };
  };

  async function renderList(res: Response, page: ListPage): Promise<void> {
    const read = await inStudy(db, actorOf(res), async (trx) => ({
      themes: await listThemes(trx),
      counts: await countCodingsByTheme(trx),
      removed: await listRemovedThemes(trx),
    }));
    const focus = page.moved && { id: page.moved.id, way: page.moved.way };
    const codebook = themeListView(read, placeOf(res), { arranging: page.arranging, ...(focus && { focus }) });
    const anchor = read.themes.some(({ id }) => id === page.moved?.id) ? `#theme-${page.moved?.id}` : '#removed-themes';
    res.status(page.refusal === undefined ? 200 : (page.status ?? 422)).render('codebook/themes', {
      pageTitle: page.arranging ? 'Rearrange the codebook' : 'Codebook',
      nav: 'themes',
      ...(page.arranging && { back: { href: codebook.base, text: 'Codebook' } }),
      errorSummary: page.refusal === undefined ? undefined : [{ href: anchor, text: page.refusal }],
      exportId: newId(),
      codebook,
    });
  }

  // A refusal in words is shown where the person can act on it; anything else is not ours to word.
  async function refuseOnList(
    res: Response,
    error: unknown,
    page: Omit<ListPage, 'refusal' | 'status'>,
  ): Promise<void> {
    if (!(error instanceof FieldError || error instanceof ConflictError)) throw error;
    const { message, status }: AppError = error;
    await renderList(res, { ...page, refusal: message, status });
  }

  async function storedTheme(res: Response, id: string) {
    const theme = await inStudy(db, actorOf(res), (trx) => findTheme(trx, id));
    if (!theme) throw new NotFoundError();
    return theme;
  }

  // What was typed stays in the form, which now stands on the newer version: saving again is a decision.
  async function renderConflict(req: Request, res: Response, id: string, typed: object): Promise<void> {
    const theirs = await storedTheme(res, id);
    const themes = await inStudy(db, actorOf(res), listThemes);
    await renderForm(res, {
      id,
      values: { ...typedIn(req), version: theirs.version },
      status: 409,
      ...(theirs.removedAt === null
        ? { theirs: theirChanges({ ...typed }, theirs, themes) }
        : { removedBy: `${placeOf(res).path}/themes/${id}` }),
    });
  }

  async function renderForm(
    res: Response,
    page: {
      id?: string;
      values: Record<string, unknown>;
      errors?: FieldErrors;
      status?: number;
      theirs?: ReturnType<typeof theirChanges>;
      removedBy?: string;
    },
  ): Promise<void> {
    const { path } = placeOf(res);
    const themes = await inStudy(db, actorOf(res), listThemes);
    const action = page.id === undefined ? `${path}/themes` : `${path}/themes/${page.id}`;
    res.status(page.errors ? 422 : (page.status ?? 200)).render('codebook/theme-form', {
      pageTitle: page.id === undefined ? 'Add a theme' : 'Edit the theme',
      nav: 'themes',
      scripts: ['codebook'],
      back: { href: action, text: page.id === undefined ? 'Codebook' : 'Back' },
      action,
      isNew: page.id === undefined,
      ...themeFormView(page.values, themes, page.id),
      errors: page.errors,
      errorSummary: page.errors && errorSummary(page.errors),
      theirs: page.theirs,
      removedPage: page.removedBy,
    });
  }

  return router;
}

function typedIn(req: Request): Record<string, unknown> {
  return { ...(req.body as Record<string, unknown>) };
}
