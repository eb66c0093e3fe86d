import { type Request, type Response, Router } from 'express';
import { ConflictError, FieldError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { csrf } from '../../web/csrf.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, readForm } from '../../web/forms.ts';
import { actorOf, idParam } from '../../web/guards.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { isTooLarge, receivedFile, receiveFile, receiveOrRefuse, throwRefusal } from '../../web/uploads.ts';
import { choiceAt, choicesForm, newCodebookImportForm } from './codebook-import-form.ts';
import {
  compareImport,
  confirmCodebook,
  dropCodebook,
  LONGEST_FILE,
  receiveCodebook,
} from './codebook-import-service.ts';
import type { Decision } from './codebook-matching.ts';
import { codebookImportView, takenWords, usualDecision } from './codebook-import-view.ts';

/** Codebooks from elsewhere: compared with the study's own, and taken in by choice. */
export function codebookImportRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/codebook/imports/new', guard.team, (_req, res) => renderNew(res));

  router.get('/studies/:study/codebook/imports/:codebookImport', guard.team, async (req, res) => {
    await renderComparison(req, res);
  });

  router.post('/studies/:study/codebook/imports/:codebookImport/confirmation', guard.team, async (req, res) => {
    const actor = actorOf(res);
    const id = idParam(req, 'codebookImport');
    const form = readForm(choicesForm, req.body);
    try {
      if (!form.ok) throw new ConflictError('The page was out of date. Look at it again, then confirm.');
      const made = { coming: 0, taken: 0 };
      const isTaken = await confirmCodebook(db, actor, id, {
        seen: form.values.seen,
        decide(index, matched) {
          const decision = choiceAt(req.body, index) ?? { choice: 'keep', fields: [] };
          if (decision.choice === 'add' || decision.choice === 'separate') made.coming += 1;
          else if (decision.choice === 'take' && matched.differences.some((field) => decision.fields.includes(field)))
            made.taken += 1;
          return decision;
        },
      });
      if (isTaken) {
        const undo = { action: `${pathOf(res)}/steps/${id}/reversal`, label: 'Undo' };
        flash(req, takenWords(made), made.coming + made.taken > 0 ? undo : undefined);
      }
      res.redirect(303, `/studies/${actor.studyId}/themes`);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      await renderComparison(req, res, error.message);
    }
  });

  router.post('/studies/:study/codebook/imports/:codebookImport/removal', guard.team, async (req, res) => {
    await dropCodebook(db, actorOf(res), idParam(req, 'codebookImport'));
    flash(req, 'The codebook is as it was: nothing was taken in.');
    res.redirect(303, `/studies/${actorOf(res).studyId}/themes`);
  });

  async function renderComparison(req: Request, res: Response, conflict?: string): Promise<void> {
    const actor = actorOf(res);
    const compared = await compareImport(db, actor, idParam(req, 'codebookImport'));
    const chosen = (index: number): Decision | undefined => {
      const matched = compared.comparison.matched[index]!;
      const given = choiceAt(req.body, index);
      return given && fits(given.choice, matched.theme !== undefined) ? given : usualDecision(matched);
    };
    const errors = conflict === undefined ? undefined : { comparison: conflict };
    res.status(conflict === undefined ? 200 : 409).render('imports/codebook/comparison', {
      pageTitle: 'Take in another codebook',
      nav: 'themes',
      back: { href: `/studies/${actor.studyId}/themes`, text: 'Themes' },
      import: codebookImportView(compared, chosen, { path: `/studies/${actor.studyId}`, timeZone: actor.timeZone }),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}

function fits(choice: Decision['choice'], isHere: boolean): boolean {
  return isHere === ['keep', 'take', 'separate'].includes(choice);
}

function pathOf(res: Response): string {
  return `/studies/${actorOf(res).studyId}/codebook`;
}

function renderNew(res: Response, refused?: FieldError): void {
  const errors = refused && { file: refused.message };
  res.status(refused ? 422 : 200).render('imports/codebook/new', {
    pageTitle: 'Take in another codebook',
    nav: 'themes',
    back: { href: `/studies/${actorOf(res).studyId}/themes`, text: 'Themes' },
    id: newId(),
    errors,
    errorSummary: errors && errorSummary(errors),
  });
}

/** Receiving a codebook, before the readers of other bodies: guard, then multer, then CSRF, whose token is a field. */
export function codebookImportUploadRoutes({ db, guard, config }: RouteDependencies): Router {
  const router = Router();
  const receive = receiveOrRefuse(
    receiveFile({ folder: config.uploadsFolder, limit: LONGEST_FILE, field: 'file' }),
    (error) => (isTooLarge(error) ? 'The file is larger than 5 MB, which no codebook is.' : undefined),
  );

  router.post('/studies/:study/codebook/imports', guard.team, receive, csrf, async (req, res) => {
    try {
      throwRefusal(res, 'file');
      const form = readForm(newCodebookImportForm, req.body);
      if (!form.ok) throw new FieldError('file', 'The page was out of date. Choose the file again.');
      const file = receivedFile(req);
      if (!file) throw new FieldError('file', 'Choose a file.');
      if (file.byteLength === 0) throw new FieldError('file', 'The file is empty. Save or export it again.');
      await receiveCodebook(db, actorOf(res), form.values.id, file);
      res.redirect(303, `${pathOf(res)}/imports/${form.values.id}`);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      renderNew(res, error);
    }
  });

  return router;
}
