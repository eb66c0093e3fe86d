import { type Response, Router } from 'express';
import { inStudy } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { flash } from '../../web/flash.ts';
import { type FieldErrors, errorSummary, readForm } from '../../web/forms.ts';
import { actorOf, placeOf } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { stateOf } from '../steps/step.ts';
import { countCodingsByTheme, listEveryTheme, listThemes } from '../theme-queries.ts';
import { compareCodebooks } from './codebook-comparison.ts';
import { comparisonForm, versionForm } from './version-form.ts';
import { findVersion, listVersions } from './version-queries.ts';
import { nameVersion } from './version-service.ts';
import { differencesView, printedView, versionChoices, versionListView } from './version-view.ts';

/** The codebook to print, its named versions, and what changed between two. */
export function versionRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/codebook', guard.team, async (_req, res) => {
    const actor = actorOf(res);
    const read = await inStudy(
      db,
      actor,
      async (trx) => ({ themes: await listThemes(trx), counts: await countCodingsByTheme(trx) }),
      { snapshot: true },
    );
    res.render('codebook/printed', {
      pageTitle: 'The codebook to print',
      nav: 'themes',
      back: { href: `${placeOf(res).path}/themes`, text: 'Codebook' },
      codebook: printedView({ ...read, studyName: actor.studyName, at: new Date() }, placeOf(res)),
    });
  });

  router.get('/studies/:study/codebook/versions', guard.team, async (_req, res) => {
    await renderVersions(res, { id: newId() });
  });

  router.post('/studies/:study/codebook/versions', guard.team, async (req, res) => {
    const form = readForm(versionForm, req.body);
    if (!form.ok) return renderVersions(res, form.typed, form.errors);
    const number = await nameVersion(db, actorOf(res), form.values);
    flash(req, `The codebook is kept as version ${number}.`);
    res.redirect(303, `${placeOf(res).path}/codebook/versions`);
  });

  router.get('/studies/:study/codebook/comparison', guard.team, async (req, res) => {
    // Nothing to compare yet: the page of versions is where two are chosen.
    if (req.query.from === undefined) return res.redirect(303, `${placeOf(res).path}/codebook/versions`);
    const form = readForm(comparisonForm, req.query);
    if (!form.ok)
      throw new NotFoundError('Say which two versions to compare: choose them in the versions of the codebook.');
    const { from, to } = form.values;
    const place = placeOf(res);
    const { before, after, versions, differences } = await inStudy(db, actorOf(res), async (trx) => {
      const [old, fresh] = [await findVersion(trx, from), to === undefined ? undefined : await findVersion(trx, to)];
      if (!old || (to !== undefined && !fresh)) throw new NotFoundError();
      const now = fresh?.themes ?? (await listEveryTheme(trx)).map((theme) => ({ id: theme.id, ...stateOf(theme) }));
      return {
        before: old,
        after: fresh,
        versions: await listVersions(trx),
        differences: compareCodebooks(old.themes, now),
      };
    });
    res.render('codebook/comparison', {
      pageTitle: `Version ${before.number} and ${after ? `version ${after.number}` : 'the codebook now'}`,
      nav: 'themes',
      back: { href: `${place.path}/codebook/versions`, text: 'Versions' },
      action: `${place.path}/codebook/comparison`,
      from: versionChoices(versions, from),
      to: [...versionChoices(versions, to), { value: 'now', text: 'The codebook now', selected: to === undefined }],
      comparison: differencesView(differences, place),
    });
  });

  async function renderVersions(res: Response, values: Record<string, unknown>, errors?: FieldErrors): Promise<void> {
    const place = placeOf(res);
    const versions = await inStudy(db, actorOf(res), listVersions);
    res.status(errors ? 422 : 200).render('codebook/versions', {
      pageTitle: 'Versions of the codebook',
      nav: 'themes',
      back: { href: `${place.path}/themes`, text: 'Codebook' },
      action: `${place.path}/codebook/versions`,
      values,
      versions: versionListView(versions, place),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}
