import { Router } from 'express';
import { ConflictError } from '../../shared/errors.ts';
import { flash } from '../../web/flash.ts';
import { readForm } from '../../web/forms.ts';
import { actorOf, idParam } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { draftForm, draftVersionForm } from './draft-form.ts';
import { discardDraft, keepDraft, restoreDraft } from './draft-service.ts';
import { draftView, keptView, latestView } from './draft-view.ts';

/** What a member types before it is saved: kept every few seconds, thrown away, brought back. */
export function draftRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.put('/studies/:study/notes/:note/draft', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    const form = readForm(draftForm, req.body);
    if (!form.ok) {
      res.status(422).json({ error: form.errorSummary[0]?.text, errors: form.errors });
      return;
    }
    const outcome = await keepDraft(db, actor, noteId, form.values);
    if (outcome.kept) {
      res.json(keptView(outcome, actor.timeZone));
      return;
    }
    res.status(409).json({
      error: 'You wrote something else in this note in another tab or on another device.',
      draft: draftView(outcome.other, actor.timeZone),
      latest: latestView(outcome.note, actor.timeZone),
    });
  });

  router.post('/studies/:study/notes/:note/draft/removal', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    const form = readForm(draftVersionForm, req.body);
    if (!form.ok) throw new ConflictError('Open the note again before you throw away what you wrote.');
    await discardDraft(db, actor, noteId, form.values.version);
    const path = `/studies/${actor.studyId}/notes/${noteId}`;
    flash(req, 'The words you had not saved are thrown away.', {
      action: `${path}/draft/restoration`,
      label: 'Undo: bring them back',
    });
    res.redirect(303, path);
  });

  router.post('/studies/:study/notes/:note/draft/restoration', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    await restoreDraft(db, actor, noteId);
    flash(req, 'The words you had not saved are back.');
    res.redirect(303, `/studies/${actor.studyId}/notes/${noteId}/edit`);
  });

  return router;
}
