import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { formatDate } from '../shared/dates.ts';
import { FieldError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam } from '../web/guards.ts';
import { publicAddress } from '../web/public-address.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { invitationMail } from './account-mail.ts';
import { invitationForm, type NewInvitation } from './invitation-form.ts';
import { listInvitationAgencies } from './invitation-queries.ts';
import { invite, restoreInvitation, revokeInvitation } from './invitation-service.ts';
import { invitationFields } from './invitation-view.ts';
import { newToken } from './link-token.ts';
import { mailFault } from './notify.ts';

/** The lead's side of invitations: making, withdrawing. The other side is acceptance-routes. */
export function invitationRoutes({ db, config, guard, mailer, log }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/invitations/new', guard.lead, async (_req, res) => {
    await renderForm(res, { id: newId(), token: newToken() });
  });

  router.post('/studies/:study/invitations', guard.lead, async (req, res) => {
    const form = readForm(invitationForm, req.body);
    if (!form.ok) return renderForm(res, form.typed, form.errors);
    const { values } = form;
    try {
      const { isNew, expiresAt } = await invite(db, actorOf(res), values);
      const until = formatDate(expiresAt, actorOf(res).timeZone);
      const link = `${publicAddress(config)}/invitations/${values.token}`;
      const mailed = isNew && mailer.configured ? await send(res, values, { link, until }) : undefined;
      renderMade(res, values, { link, until, mailed });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      await renderForm(res, values, { [error.field]: error.message });
    }
  });

  router.post('/studies/:study/invitations/:invitation/removal', guard.lead, async (req, res) => {
    const id = idParam(req, 'invitation');
    await revokeInvitation(db, actorOf(res), id);
    const action = `/studies/${actorOf(res).studyId}/invitations/${id}/restoration`;
    finish(req, res, 'The invitation is withdrawn: its link no longer works.', { action, label: 'Undo' });
  });

  router.post('/studies/:study/invitations/:invitation/restoration', guard.lead, async (req, res) => {
    await restoreInvitation(db, actorOf(res), idParam(req, 'invitation'));
    finish(req, res, 'The invitation is open again: its link works until it expires.');
  });

  return router;

  function finish(req: Request, res: Response, message: string, undo?: { action: string; label: string }): void {
    flash(req, message, undo);
    res.redirect(303, `/studies/${actorOf(res).studyId}/members`);
  }

  async function send(res: Response, to: NewInvitation, { link, until }: { link: string; until: string }) {
    const { name: inviter, studyName: study } = actorOf(res);
    const message = invitationMail({ name: to.name, inviter, study, link, until });
    try {
      await mailer.send({ to: to.email, ...message });
      return { text: `We have sent it to ${to.email} too.` };
    } catch (error) {
      log.warn(mailFault(error), 'an invitation was not sent');
      return { text: `We could not send it to ${to.email}, so you have to pass it on yourself.` };
    }
  }

  async function renderForm(
    res: Response,
    values: Partial<Record<keyof NewInvitation, unknown>>,
    errors?: FieldErrors,
  ) {
    const actor = actorOf(res);
    const agencies = await inStudy(db, actor, (trx) => listInvitationAgencies(trx));
    const list = `/studies/${actor.studyId}/members`;
    res.status(errors ? 422 : 200).render('studies/invitation-new', {
      pageTitle: 'Invite somebody',
      nav: 'members',
      back: { href: list, text: 'Members' },
      action: `/studies/${actor.studyId}/invitations`,
      values,
      ...invitationFields(values, agencies),
      canMail: mailer.configured,
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }

  // Rendered, not redirected to: the link exists in this answer and nowhere else.
  function renderMade(
    res: Response,
    { name }: NewInvitation,
    made: { link: string; until: string; mailed: { text: string } | undefined },
  ): void {
    const back = { href: `/studies/${actorOf(res).studyId}/members`, text: 'Members' };
    const page = { pageTitle: `Invitation for ${name}`, nav: 'members', back, name, ...made };
    res.status(201).render('studies/invitation-made', page);
  }
}
