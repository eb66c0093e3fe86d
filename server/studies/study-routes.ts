import { Router } from 'express';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm } from '../web/forms.ts';
import { personOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { newStudyForm } from './study-form.ts';
import { createStudy } from './study-service.ts';

const PAGE = { pageTitle: 'Create a study', back: { href: '/account', text: 'Your account' } };

export function studyRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/new', guard.administrator, (_req, res) => {
    res.render('studies/study-new', { ...PAGE, values: { id: newId() } });
  });

  router.post('/studies', guard.administrator, async (req, res) => {
    const form = readForm(newStudyForm, req.body);
    if (!form.ok) {
      const { typed: values, errors, errorSummary } = form;
      res.status(422).render('studies/study-new', { ...PAGE, values, errors, errorSummary });
      return;
    }
    await createStudy(db, personOf(req), form.values);
    flash(req, 'The study is created, and you are its lead. Add its agencies, and invite its members.');
    res.redirect(303, `/studies/${form.values.id}`);
  });

  return router;
}
