import { Router } from 'express';
import { isId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { idParam, personOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { disablePerson, enablePerson } from './people-service.ts';
import { peopleView } from './people-view.ts';
import { listPeople } from './person-queries.ts';

export function peopleRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/people', guard.administrator, async (req, res) => {
    const after = isId(req.query.after) ? req.query.after : undefined;
    const { people, next } = await listPeople(db, after);
    res.render('accounts/people', {
      pageTitle: 'People',
      back: { href: '/account', text: 'Your account' },
      people: peopleView(people, personOf(req).id),
      newer: after && '/people',
      older: next && `/people?after=${next}`,
    });
  });

  router.post('/people/:person/removal', guard.administrator, async (req, res) => {
    const id = idParam(req, 'person');
    await disablePerson(db, personOf(req), id);
    const undo = { action: `/people/${id}/restoration`, label: 'Undo: enable it' };
    flash(req, 'The account is disabled and signed out everywhere.', undo);
    res.redirect(303, '/people');
  });

  router.post('/people/:person/restoration', guard.administrator, async (req, res) => {
    await enablePerson(db, personOf(req), idParam(req, 'person'));
    flash(req, 'The account is enabled. Its owner can sign in again.');
    res.redirect(303, '/people');
  });

  return router;
}
