import { type Request, type Response, Router } from 'express';
import { ConflictError } from '../shared/errors.ts';
import { listStudiesOf } from '../studies/membership-queries.ts';
import { readForm } from '../web/forms.ts';
import { actorOf, idParam, personOf } from '../web/guards.ts';
import { publicAddress } from '../web/public-address.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { endedLink } from './account-link.ts';
import { findAccountLink } from './account-link-queries.ts';
import { passwordChangedMail } from './account-mail.ts';
import { digestOf, newToken } from './link-token.ts';
import { addressKey } from './network-address.ts';
import { mailFault, notify } from './notify.ts';
import { newPasswordForm, resetLinkForm, resetRequestForm } from './password-reset-form.ts';
import {
  mailPasswordReset,
  makeMemberResetLink,
  makeResetLink,
  memberToReset,
  resetPassword,
} from './password-reset-service.ts';
import { findPerson } from './person-queries.ts';
import { createDoor } from './session.ts';
import { createThrottle } from './throttle.ts';

const PAGE = { pageTitle: 'Set a new password', back: { href: '/sign-in', text: 'Sign in' } };

export function passwordResetRoutes({ db, config, guard, mailer, log }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);
  // Enough for somebody who cannot find the message, too few to fill anybody's inbox.
  const byPerson = createThrottle(db, { name: 'reset', tries: 3, minutes: 60 });
  const byAddress = createThrottle(db, { name: 'reset-address', tries: 30, minutes: 60 });

  router.get('/password-resets/new', (_req, res) => {
    res.render('accounts/password-reset-new', { ...PAGE, canMail: mailer.configured });
  });

  router.get('/password-resets/sent', (_req, res) => {
    res.render('accounts/password-reset-sent', { ...PAGE, pageTitle: 'Look into your inbox' });
  });

  // The answer is the same, and as fast, whether or not somebody has the address: the work is done after it.
  router.post('/password-resets', async (req, res) => {
    if (!mailer.configured) return res.redirect(303, '/password-resets/new');
    const form = readForm(resetRequestForm, req.body);
    if (!form.ok) {
      const { typed, errors, errorSummary } = form;
      const page = { ...PAGE, canMail: true, email: typed.email, errors, errorSummary };
      res.status(422).render('accounts/password-reset-new', page);
      return;
    }
    const { email } = form.values;
    res.redirect(303, '/password-resets/sent');
    sendReset(email, req.ip).catch((error: unknown) => log.error(mailFault(error), 'a reset link was not sent'));
  });

  router.get('/password-resets/:token', async (req, res) => {
    if (!(await openLink(req, res))) return;
    res.render('accounts/password-reset', { ...PAGE, action: req.path });
  });

  router.post('/password-resets/:token', async (req, res) => {
    const link = await openLink(req, res);
    if (!link) return;
    const studies = link.personId === null ? [] : await listStudiesOf(db, link.personId);
    const form = readForm(
      newPasswordForm(
        link,
        studies.map(({ name }) => name),
      ),
      req.body,
    );
    if (!form.ok) {
      const { errors, errorSummary } = form;
      res.status(422).render('accounts/password-reset', { ...PAGE, action: req.path, errors, errorSummary });
      return;
    }
    const person = await resetPassword(db, String(req.params.token), form.values.password);
    if (!person) return renderEnded(res, { isOpen: false, isUsed: true });
    notify({ mailer, log }, person.email, passwordChangedMail(person));
    res.redirect(303, await door.letIn(req, res, person));
  });

  router.get('/people/:person/password-reset', guard.administrator, async (req, res) => {
    const person = await findPerson(db, idParam(req, 'person'));
    if (!person) throw new ConflictError('This account is disabled. Enable it before you make a link for it.');
    renderMaking(req, res, person.name, { href: '/people', text: 'People' });
  });

  router.post('/people/:person/password-reset', guard.administrator, async (req, res) => {
    const token = tokenOf(req);
    const { name } = await makeResetLink(db, personOf(req), idParam(req, 'person'), token);
    renderMade(res, name, token, { href: '/people', text: 'People' });
  });

  router.get('/studies/:study/members/:member/password-reset', guard.lead, async (req, res) => {
    const { name } = await memberToReset(db, actorOf(res), idParam(req, 'member'));
    renderMaking(req, res, name, membersOf(res));
  });

  router.post('/studies/:study/members/:member/password-reset', guard.lead, async (req, res) => {
    const token = tokenOf(req);
    const { name } = await makeMemberResetLink(db, actorOf(res), idParam(req, 'member'), token);
    renderMade(res, name, token, membersOf(res));
  });

  return router;

  async function sendReset(email: string, address: string | undefined): Promise<void> {
    const refused = (await byAddress.take(addressKey(address))) ?? (await byPerson.take(digestOf(email.toLowerCase())));
    if (!refused) await mailPasswordReset(db, mailer, { email, baseUrl: publicAddress(config) });
  }

  async function openLink(req: Request, res: Response) {
    const link = await findAccountLink(db, 'reset', digestOf(String(req.params.token)));
    if (link?.isOpen) return link;
    renderEnded(res, link);
    return undefined;
  }

  function renderEnded(res: Response, link: Parameters<typeof endedLink>[0]): void {
    const ended = endedLink(link, 'Ask for a new one in the same way as before.');
    res.status(ended?.status ?? 410).render('accounts/link-ended', {
      pageTitle: ended?.heading,
      ...ended,
      next: { href: '/password-resets/new', text: 'Ask for a new link' },
    });
  }

  function renderMaking(req: Request, res: Response, name: string, back: { href: string; text: string }): void {
    const page = { pageTitle: `New password for ${name}`, name, back, nav: 'members' };
    res.render('accounts/reset-link-new', { ...page, action: req.path, token: newToken(), canMail: mailer.configured });
  }

  // Rendered, not redirected to: the link exists in this answer and nowhere else.
  function renderMade(res: Response, name: string, token: string, back: { href: string; text: string }): void {
    const link = `${publicAddress(config)}/password-resets/${token}`;
    const page = { pageTitle: `New password for ${name}`, name, back, nav: 'members', link };
    res.status(201).render('accounts/reset-link-made', page);
  }
}

function tokenOf(req: Request): string {
  const form = readForm(resetLinkForm, req.body);
  if (!form.ok) throw new ConflictError('Go back, reload the page and make the link again.');
  return form.values.token;
}

function membersOf(res: Response): { href: string; text: string } {
  return { href: `/studies/${actorOf(res).studyId}/members`, text: 'Members' };
}
