import { type Request, type Response, Router } from 'express';
import { flash } from '../web/flash.ts';
import { type FormResult, readForm } from '../web/forms.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { acceptanceForm } from './invitation-form.ts';
import { findInvitation, type Invitation } from './invitation-queries.ts';
import { acceptAsNewPerson, acceptAsPerson } from './invitation-service.ts';
import { endedInvitation, offerView } from './invitation-view.ts';
import { digestOf } from './link-token.ts';
import { findAccountByEmail } from './person-queries.ts';
import { createDoor } from './session.ts';

/**
 * The invited person's side. Somebody new chooses a password; somebody who has an account with the invitation's address
 * signs in and confirms. Nobody else can accept it, whoever they are signed in as.
 */
export function acceptanceRoutes({ db, config }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);

  router.get('/invitations/:token', async (req, res) => {
    const invitation = await openInvitation(req, res);
    if (invitation) await renderOffer(req, res, invitation);
  });

  router.post('/invitations/:token', async (req, res) => {
    const invitation = await openInvitation(req, res);
    if (!invitation) return;
    const token = String(req.params.token);
    if (req.user) {
      if (!(await acceptAsPerson(db, token, req.user))) return showAgain(req, res);
      return welcome(req, res, invitation);
    }
    if (await findAccountByEmail(db, invitation.email)) return renderOffer(req, res, invitation);
    const form = readForm(acceptanceForm(invitation.email, invitation.studyName), req.body);
    if (!form.ok) return renderOffer(req, res, invitation, form);
    const person = await acceptAsNewPerson(db, invitation, token, form.values);
    if (!person) return showAgain(req, res);
    await door.letIn(req, res, person);
    welcome(req, res, invitation);
  });

  return router;

  async function openInvitation(req: Request, res: Response): Promise<Invitation | undefined> {
    const invitation = await findInvitation(db, digestOf(String(req.params.token)));
    const ended = endedInvitation(invitation, req.user?.id);
    if (!ended) return invitation;
    // A second press of the button is answered like the first.
    if (req.method === 'POST' && invitation && req.user && invitation.acceptedBy === req.user.id) {
      res.redirect(303, `/studies/${invitation.studyId}`);
      return undefined;
    }
    res.status(ended.status).render('accounts/link-ended', { pageTitle: ended.heading, ...ended });
    return undefined;
  }

  function welcome(req: Request, res: Response, invitation: Invitation): void {
    flash(req, `Welcome to ${invitation.studyName}.`);
    res.redirect(303, `/studies/${invitation.studyId}`);
  }

  // Something changed between the page and the button: the page as it is now says what.
  async function showAgain(req: Request, res: Response): Promise<void> {
    const invitation = await openInvitation(req, res);
    if (invitation) await renderOffer(req, res, invitation);
  }

  async function renderOffer(
    req: Request,
    res: Response,
    invitation: Invitation,
    refused?: Extract<FormResult<unknown>, { ok: false }>,
  ): Promise<void> {
    const offer = offerView(invitation);
    const account = await findAccountByEmail(db, invitation.email);
    const isForMe = account !== undefined && account.id === req.user?.id;
    res.status(refused ? 422 : 200).render('accounts/invitation', {
      pageTitle: `Invitation to ${offer.study}`,
      action: req.path,
      offer,
      isForMe,
      isForSomebodyElse: req.user !== undefined && !isForMe,
      isDisabled: account?.isDisabled,
      mustSignIn: account !== undefined && !account.isDisabled && req.user === undefined,
      values: refused?.typed ?? { name: offer.name },
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }
}
