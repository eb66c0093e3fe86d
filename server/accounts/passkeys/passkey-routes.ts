import { type Request, type Response, Router } from 'express';
import { ConflictError, FieldError } from '../../shared/errors.ts';
import { flash } from '../../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../../web/forms.ts';
import { personOf } from '../../web/guards.ts';
import { publicAddress } from '../../web/public-address.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { passkeyChangedMail } from '../account-mail.ts';
import { notify } from '../notify.ts';
import { CONFIRMATION_TRIES } from '../own-account-service.ts';
import { findPerson } from '../person-queries.ts';
import { returnPath } from '../return-path.ts';
import { needsCode } from '../second-step/needs-code.ts';
import { secondStepKey } from '../second-step/sealed-secret.ts';
import { CODE_TRIES, confirmPerson } from '../second-step/second-step-service.ts';
import { createThrottle } from '../throttle.ts';
import { keepChallenge, takeChallenge } from './passkey-challenge.ts';
import { madePasskeyForm, newPasskeyForm, removalForm } from './passkey-form.ts';
import { listPasskeysOf } from './passkey-queries.ts';
import { addPasskey, optionsToAdd, removePasskey } from './passkey-service.ts';
import { passkeysView } from './passkey-view.ts';
import { type RelyingParty, relyingPartyOf } from './relying-party.ts';

const HERE = '/account/passkeys';
const NOT_OFFERED =
  'Passkeys cannot be used at this address: they need a name such as notes.example.ac.uk, with https. Ask whoever runs this service.';
const REMOVAL_FIELDS = { password: 'removal-password', code: 'removal-code' };
const TOO_OLD = 'That took too long, or was sent already. Begin again';

/** One's own passkeys: adding one, in two pages, and removing one. */
export function passkeyRoutes({ db, config, guard, mailer, log }: RouteDependencies): Router {
  const router = Router();
  const site = relyingPartyOf(publicAddress(config));
  const check = {
    key: secondStepKey(config),
    tries: createThrottle(db, CODE_TRIES),
    confirmations: createThrottle(db, CONFIRMATION_TRIES),
  };

  router.get('/account/passkeys', guard.signedIn, async (req, res) => {
    await renderPasskeys(req, res);
  });

  // First who asks, then the device: the page that comes back has the button that asks it.
  router.post('/account/passkeys/new', guard.signedIn, async (req, res) => {
    const at = offered();
    const form = readForm(newPasskeyForm, req.body);
    if (!form.ok) return renderPasskeys(req, res, form.errors);
    await orShowAgain(req, res, async () => {
      const person = await confirmPerson(db, check, asking(req), form.values);
      const options = await optionsToAdd(db, at, person);
      keepChallenge(req, 'add', options.challenge, form.values.name);
      const page = { pageTitle: 'Make the passkey', back: { href: HERE, text: 'Passkeys' }, scripts: ['passkeys'] };
      res.render('accounts/passkeys/new', { ...page, name: form.values.name, options: JSON.stringify(options) });
    });
  });

  router.post('/account/passkeys', guard.signedIn, async (req, res) => {
    const at = offered();
    const kept = takeChallenge(req, 'add');
    const form = readForm(madePasskeyForm, req.body);
    const name = kept?.name;
    if (!kept || name === undefined) return renderPasskeys(req, res, { name: TOO_OLD });
    if (!form.ok) return renderPasskeys(req, res, { name: form.errors.answer ?? TOO_OLD });
    const me = personOf(req);
    await orShowAgain(req, res, async () => {
      const given = { name, challenge: kept.challenge, answer: form.values.answer };
      const codes = await addPasskey(db, at, { id: me.id, sessionId: req.sessionID }, given);
      req.session.secondStep = { how: 'passkey', at: Date.now() };
      notify({ mailer, log }, me.email, passkeyChangedMail(me, 'added'));
      if (codes) {
        const next = returnPath(req.session.returnTo) ?? HERE;
        res.status(201).render('accounts/second-step/codes', { pageTitle: 'Your passkey is made', codes, next });
        return;
      }
      flash(req, `The passkey “${name}” is made. You can sign in with it.`);
      res.redirect(303, HERE);
    });
  });

  router.post('/account/passkeys/removal', guard.signedIn, async (req, res) => {
    const form = readForm(removalForm, req.body);
    if (!form.ok) return renderPasskeys(req, res, form.errors);
    await orShowAgain(req, res, async () => {
      const { 'removal-password': password, 'removal-code': code } = form.values;
      const person = await confirmPerson(db, check, asking(req), { password, code }, REMOVAL_FIELDS);
      const { name, isStillOn } = await removePasskey(db, person.id, form.values.passkey);
      notify({ mailer, log }, person.email, passkeyChangedMail(person, 'removed'));
      const rest = isStillOn ? '' : ' You sign in with your password alone now: your second step is off.';
      flash(req, `The passkey “${name}” is removed here. Remove it from your device too.${rest}`);
      res.redirect(303, HERE);
    });
  });

  return router;

  function asking(req: Request) {
    return { id: personOf(req).id, session: req.session };
  }

  function offered(): RelyingParty {
    if (!site) throw new ConflictError(NOT_OFFERED);
    return site;
  }

  async function orShowAgain(req: Request, res: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      await renderPasskeys(req, res, { [error.field]: error.message });
    }
  }

  async function renderPasskeys(req: Request, res: Response, errors?: FieldErrors): Promise<void> {
    const { id } = personOf(req);
    const [person, passkeys] = await Promise.all([findPerson(db, id), listPasskeysOf(db, id)]);
    const { name, passkey } = (req.body ?? {}) as { name?: unknown; passkey?: unknown };
    res.status(errors ? 422 : 200).render('accounts/passkeys/passkeys', {
      pageTitle: 'Passkeys',
      back: { href: '/account', text: 'Your account' },
      passkeys: passkeysView(passkeys).map((one) => ({ ...one, isChosen: one.id === passkey })),
      isOffered: site !== undefined,
      notOffered: NOT_OFFERED,
      isFirst: person?.secondStepAt === null,
      hasPassword: person?.passwordHash !== null,
      needsCode: person && needsCode(person, req.session),
      values: { name },
      errors,
      errorSummary: errors && errorSummary(errors),
    });
  }
}
