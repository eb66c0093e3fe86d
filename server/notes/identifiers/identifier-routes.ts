import { Router } from 'express';
import { readForm } from '../../web/forms.ts';
import { actorOf, idParam } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { identifierForm } from './identifier-form.ts';
import { findIdentifiers } from './identifier-service.ts';
import { identifiersView } from './identifier-view.ts';

/** For the editor, while somebody writes: where the text sent names people. A POST, so that no text is in an address. */
export function identifierRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.post('/studies/:study/notes/:note/identifiers', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    const form = readForm(identifierForm, req.body);
    if (!form.ok) {
      res.status(422).json({ error: form.errorSummary[0]?.text, errors: form.errors });
      return;
    }
    const found = await findIdentifiers(db, actor, noteId, form.values.text);
    res.json(identifiersView(form.values.text, found, `/studies/${actor.studyId}`));
  });

  return router;
}
