import { Router } from 'express';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm } from '../web/forms.ts';
import { actorOf, personOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { newStudyForm, secondStepRuleForm } from './study-form.ts';
import { changeSecondStepRule, createStudy } from './study-service.ts';

const PAGE = { pageTitle: 'Create a study', back: { href: '/account', text: 'Your account' } };

export function studyRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/new', guard.administrator, (_req, res) => {
    res.render('studies/study-new', { ...PAGE, values: { id: newId(), secondStep: 'on' } });
  });

  router.post('/studies', guard.administrator, async (req, res) => {
    const form = readForm(newStudyForm, req.body);
    if (!form.ok) {
      const { typed: values, errors, errorSummary } = form;
      res.status(422).render('studies/study-new', { ...PAGE, values, errors, errorSummary });
      return;
    }
    const { id, name, secondStep } = form.values;
    await createStudy(db, personOf(req), { id, name, requiresSecondStep: secondStep === 'on' });
    flash(req, 'The study is created, and you are its lead. Add its agencies, and invite its members.');
    res.redirect(303, `/studies/${id}`);
  });

  router.post('/studies/:study/second-step-rule', guard.lead, async (req, res) => {
    const form = readForm(secondStepRuleForm, req.body);
    const requires = form.ok && form.values.secondStep === 'on';
    await changeSecondStepRule(db, actorOf(res), { requires, hasOwn: personOf(req).hasSecondStep });
    flash(
      req,
      requires
        ? 'From their next page on, leads and researchers are asked to set up a second step.'
        : 'A second step is no longer asked for. Whoever has one keeps it.',
    );
    res.redirect(303, `/studies/${actorOf(res).studyId}/members`);
  });

  return router;
}
