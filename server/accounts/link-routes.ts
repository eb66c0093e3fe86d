import { type Response, Router } from 'express';
import { readForm } from '../web/forms.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { type EndedLink, endedLink } from './account-link.ts';
import { findAccountLink } from './account-link-queries.ts';
import { digestOf } from './link-token.ts';
import { createDoor } from './session.ts';
import { setUpForm } from './set-up-form.ts';
import { setUp } from './set-up-service.ts';
import { takeSignInLink } from './sign-in-link-service.ts';

const FRESH_SIGN_IN_LINK = 'Ask whoever gave it to you for a new one, or sign in with your password.';
const FRESH_SET_UP_LINK = 'Start the program again: while nobody has been set up, it prints a new one.';

/**
 * The links that let somebody in without a password. Opening one only shows a button: mail programs and chat previews
 * open links too, and must not use them up.
 */
export function linkRoutes({ db, config }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);

  router.get('/sign-in-links/:token', async (req, res) => {
    const link = await findAccountLink(db, 'sign-in', digestOf(req.params.token));
    const ended = endedLink(link, FRESH_SIGN_IN_LINK);
    if (ended) return renderEndedLink(res, ended);
    res.render('accounts/sign-in-link', { pageTitle: 'Sign in', action: req.path, name: link?.name });
  });

  router.post('/sign-in-links/:token', async (req, res) => {
    const person = await takeSignInLink(db, req.params.token);
    if (!person) {
      const link = await findAccountLink(db, 'sign-in', digestOf(req.params.token));
      return renderEndedLink(res, endedLink(link, FRESH_SIGN_IN_LINK));
    }
    res.redirect(303, await door.letIn(req, res, person));
  });

  router.get('/set-up/:token', async (req, res) => {
    const ended = endedLink(await findAccountLink(db, 'set-up', digestOf(req.params.token)), FRESH_SET_UP_LINK);
    if (ended) return renderEndedLink(res, ended);
    res.render('accounts/set-up', { pageTitle: 'Set up field notes', action: req.path, values: { secondStep: 'on' } });
  });

  router.post('/set-up/:token', async (req, res) => {
    const ended = endedLink(await findAccountLink(db, 'set-up', digestOf(req.params.token)), FRESH_SET_UP_LINK);
    if (ended) return renderEndedLink(res, ended);
    const form = readForm(setUpForm, req.body);
    if (!form.ok) {
      const { typed: values, errors, errorSummary } = form;
      const page = { pageTitle: 'Set up field notes', action: req.path, values, errors, errorSummary };
      res.status(422).render('accounts/set-up', page);
      return;
    }
    const person = await setUp(db, req.params.token, form.values);
    if (!person) return renderEndedLink(res, endedLink({ isOpen: false, isUsed: true }, FRESH_SET_UP_LINK));
    res.redirect(303, await door.letIn(req, res, person));
  });

  return router;
}

function renderEndedLink(res: Response, ended: EndedLink | undefined): void {
  res
    .status(ended?.status ?? 410)
    .render('accounts/link-ended', { pageTitle: ended?.heading ?? 'This link has expired', ...ended });
}
