import { type Request, type Response, Router } from 'express';
import { ConflictError, FieldError } from '../../shared/errors.ts';
import { errorSummary, readForm } from '../../web/forms.ts';
import { publicAddress } from '../../web/public-address.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import type { Person } from '../person-queries.ts';
import { returnPath } from '../return-path.ts';
import { createDoor, halfwayOf } from '../session.ts';
import { markOf } from '../session-mark.ts';
import { recordSignIn } from '../sign-in-service.ts';
import { signInView } from '../sign-in-view.ts';
import { keepChallenge, type Purpose, takeChallenge } from './passkey-challenge.ts';
import { usedPasskeyForm } from './passkey-form.ts';
import { optionsToSign, takePasskey } from './passkey-service.ts';
import { type RelyingParty, relyingPartyOf } from './relying-party.ts';

const TOO_OLD = 'That took too long, or was sent already. Press the button to try again';
const SIGNED_OUT = 'You took too long. Go back to the sign-in page and begin again.';

/**
 * Signing in with a passkey: by itself, which proves both steps, since it is held and asks who holds it; or as the second
 * step after the password.
 */
export function passkeySignInRoutes({ db, config, mailer }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);
  const site = relyingPartyOf(publicAddress(config));

  router.post('/sign-in/passkey/challenge', async (req, res) => {
    await challenge(req, res, 'sign-in');
  });

  router.post('/sign-in/passkey', async (req, res) => {
    const person = await personWith(req, 'sign-in');
    if (typeof person === 'string') return refuse(res, person);
    const to = returnPath(req.body?.returnTo) ?? returnPath(req.session.returnTo) ?? '/';
    await letIn(req, res, person, { to });
  });

  router.post('/sign-in/second-step/passkey/challenge', async (req, res) => {
    const halfway = halfwayOf(req);
    if (!halfway) throw new ConflictError(SIGNED_OUT);
    await challenge(req, res, 'second-step', halfway.personId);
  });

  router.post('/sign-in/second-step/passkey', async (req, res) => {
    const halfway = halfwayOf(req);
    if (!halfway) return res.redirect(303, '/sign-in');
    const person = await personWith(req, 'second-step', halfway.personId);
    if (typeof person !== 'string' && markOf(person) === halfway.passwordMark) return letIn(req, res, person, halfway);
    // The page that asks for the second step has other ways too. Saved first: browsers follow at once.
    if (typeof person === 'string') req.session.refusal = person;
    req.session.save(() => res.redirect(303, '/sign-in/second-step'));
  });

  return router;

  function offered(): RelyingParty {
    if (!site) throw new ConflictError('Passkeys cannot be used at this address. Sign in with your password.');
    return site;
  }

  async function challenge(req: Request, res: Response, purpose: Purpose, personId?: string): Promise<void> {
    const options = await optionsToSign(db, offered(), personId);
    keepChallenge(req, purpose, options.challenge);
    res.json(options);
  }

  /** Whose passkey has answered, or a sentence why nobody's has. */
  async function personWith(req: Request, purpose: Purpose, expected?: string): Promise<Person | string> {
    const at = offered();
    const kept = takeChallenge(req, purpose);
    const form = readForm(usedPasskeyForm, req.body);
    if (!kept) return TOO_OLD;
    if (!form.ok) return form.errors.answer ?? TOO_OLD;
    try {
      return await takePasskey(db, at, { challenge: kept.challenge, answer: form.values.answer }, expected);
    } catch (error) {
      if (error instanceof FieldError) return error.message;
      throw error;
    }
  }

  async function letIn(
    req: Request,
    res: Response,
    person: Person,
    { to, by }: { to: string; by?: 'here' | 'single-sign-on' },
  ): Promise<void> {
    const next = await door.letIn(req, res, person, { to, proof: 'passkey', by: by ?? 'here' });
    await recordSignIn(db, 'person.signed-in', person.id, 'passkey');
    res.redirect(303, next);
  }

  function refuse(res: Response, sentence: string): void {
    const errors = { passkey: sentence };
    const page = signInView({ singleSignOn: config.singleSignOn, canMail: mailer.configured, hasPasskeys: true });
    res.status(422).render('accounts/sign-in', { ...page, errors, errorSummary: errorSummary(errors) });
  }
}
