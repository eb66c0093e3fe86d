import { Router } from 'express';
import { formatDateTime } from '../shared/dates.ts';
import { flash } from '../web/flash.ts';
import { actorOf, idParam } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { completeNote, reopenNote } from './completion-service.ts';

/** Finishing a note, and opening it again. */
export function completionRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.post('/studies/:study/notes/:note/completion', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    const path = `/studies/${actor.studyId}/notes/${noteId}`;
    const { already, completedAt, completedBy } = await completeNote(db, actor, noteId);
    const when = formatDateTime(completedAt, actor.timeZone);
    flash(
      req,
      already ? `The note was already finished, by ${completedBy} on ${when}.` : 'The note is finished.',
      already ? undefined : { action: `${path}/completion/removal`, label: 'Undo: open it again' },
    );
    res.redirect(303, path);
  });

  router.post('/studies/:study/notes/:note/completion/removal', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const noteId = idParam(req, 'note');
    await reopenNote(db, actor, noteId);
    flash(req, 'The note is open again.');
    res.redirect(303, `/studies/${actor.studyId}/notes/${noteId}`);
  });

  return router;
}
