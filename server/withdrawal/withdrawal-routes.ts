import { type Response, Router } from 'express';
import { findStandingConsent } from '../consent/consent-queries.ts';
import { inStudy } from '../database/connection.ts';
import { FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { type FieldErrors, errorSummary, readForm } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { sweepErased } from './erased-files-service.ts';
import { keepErasureBesideBackups } from './erasure-service.ts';
import { confirmationForm, withdrawalForm } from './withdrawal-form.ts';
import { listWithdrawals } from './withdrawal-queries.ts';
import {
  beginWithdrawal,
  cancelWithdrawal,
  confirmErasure,
  openWithdrawal,
  previewWithdrawal,
} from './withdrawal-service.ts';
import { previewView, withdrawalChoices, withdrawalView } from './withdrawal-view.ts';

const ERASED = 'What could identify them is erased.';
const NOT_BESIDE_BACKUPS =
  'But the folder for backups could not be written, and a backup made earlier still has what was erased. Tell whoever runs this program to put that right and start the program again before any backup is restored.';

/** Somebody who was observed withdraws: what it touches, asking for it, confirming it, and taking it back. */
export function withdrawalRoutes({ db, guard, config, log }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/participants/:participant/withdrawals', guard.team, async (req, res) => {
    const id = idParam(req, 'participant');
    const { person, found } = await inStudy(db, actorOf(res), async (trx) => {
      const standing = await findStandingConsent(trx, id);
      if (!standing) throw new NotFoundError();
      return { person: standing, found: await listWithdrawals(trx, id) };
    });
    res.render('withdrawal/withdrawals', {
      pageTitle: `Withdrawals: ${person.pseudonym}`,
      nav: 'agencies',
      back: { href: consentPage(res, id), text: person.pseudonym },
      pseudonym: person.pseudonym,
      withdrawals: found.map((withdrawal) => withdrawalView(withdrawal, placeOf(res))),
    });
  });

  router.get('/studies/:study/participants/:participant/withdrawals/new', guard.team, async (req, res) => {
    await renderNew(res, idParam(req, 'participant'), { id: newId() });
  });

  router.post('/studies/:study/participants/:participant/withdrawals', guard.team, async (req, res) => {
    const id = idParam(req, 'participant');
    const form = readForm(withdrawalForm, req.body);
    if (!form.ok) return renderNew(res, id, form.typed, form.errors);
    await beginWithdrawal(db, actorOf(res), id, form.values);
    flash(
      req,
      form.values.scope === 'erasure'
        ? 'The request is kept. Ask a colleague to read and confirm it; until then nothing is erased.'
        : 'The withdrawal holds from now on.',
    );
    res.redirect(303, `${placeOf(res).path}/withdrawals/${form.values.id}`);
  });

  router.get('/studies/:study/withdrawals/:withdrawal', guard.team, async (req, res) => {
    await renderOne(res, idParam(req, 'withdrawal'));
  });

  router.post('/studies/:study/withdrawals/:withdrawal/cancellation', guard.team, async (req, res) => {
    const participant = await cancelWithdrawal(db, actorOf(res), idParam(req, 'withdrawal'));
    flash(req, 'The withdrawal is taken back. What held before holds again.');
    res.redirect(303, consentPage(res, participant));
  });

  router.post('/studies/:study/withdrawals/:withdrawal/confirmation', guard.team, async (req, res) => {
    const id = idParam(req, 'withdrawal');
    const form = readForm(confirmationForm, req.body);
    if (!form.ok) return renderOne(res, id, form.errors);
    try {
      await confirmErasure(db, actorOf(res), id, form.values);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderOne(res, id, { [error.field]: error.message });
    }
    await sweepErased(db, actorOf(res), config.uploadsFolder);
    const record = { withdrawalId: id, backupFolder: config.backupFolder };
    const isKept = await keepErasureBesideBackups(db, actorOf(res), record);
    if (!isKept) log.error({ withdrawalId: id }, 'an erasure could not be put down beside the backups');
    flash(req, isKept ? ERASED : `${ERASED} ${NOT_BESIDE_BACKUPS}`);
    res.redirect(303, `${placeOf(res).path}/withdrawals/${id}`);
  });

  async function renderNew(
    res: Response,
    participantId: string,
    values: Record<string, unknown>,
    errors?: FieldErrors,
  ): Promise<void> {
    const { person, touched } = await previewWithdrawal(db, actorOf(res), participantId);
    const place = placeOf(res);
    const keep = [values.keep ?? []].flat().map(String);
    res.status(errors ? 422 : 200).render('withdrawal/withdrawal-form', {
      pageTitle: `${person.pseudonym} wants to withdraw`,
      nav: 'agencies',
      back: { href: consentPage(res, participantId), text: person.pseudonym },
      action: `${place.path}/participants/${participantId}/withdrawals`,
      values,
      ...withdrawalChoices(values),
      preview: previewView(
        touched,
        {
          kept: keep.map((value) => ({ noteId: value.slice(0, 36), start: Number(value.slice(37)) })),
          chosen: [values.attachments ?? []].flat().map(String),
        },
        place,
        actorOf(res).role === 'lead',
      ),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  async function renderOne(res: Response, id: string, errors?: FieldErrors): Promise<void> {
    const actor = actorOf(res);
    const place = placeOf(res);
    const found = await openWithdrawal(db, actor, id);
    const withdrawal = withdrawalView(found.withdrawal, place);
    res.status(errors ? 422 : 200).render('withdrawal/withdrawal', {
      pageTitle: `${found.person.pseudonym}: ${withdrawal.scope.title.toLowerCase()}`,
      nav: 'agencies',
      back: { href: consentPage(res, found.person.id), text: found.person.pseudonym },
      pseudonym: found.person.pseudonym,
      withdrawal,
      isOwn: found.withdrawal.requestedById === actor.membershipId,
      digest: found.digest,
      preview: previewView(
        found.touched,
        { kept: found.kept, chosen: found.chosenAttachments },
        place,
        actor.role === 'lead',
      ),
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  return router;
}

function consentPage(res: Response, participantId: string): string {
  return `${placeOf(res).path}/participants/${participantId}/consent`;
}
