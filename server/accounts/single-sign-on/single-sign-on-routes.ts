import { type Request, type Response, Router } from 'express';
import type { Strategy } from 'openid-client/passport';
import type { Authenticator } from 'passport';
import { NotFoundError } from '../../shared/errors.ts';
import { errorSummary } from '../../web/forms.ts';
import { publicAddress } from '../../web/public-address.ts';
import type { RouteDependencies } from '../../web/route-dependencies.ts';
import { relyingPartyOf } from '../passkeys/relying-party.ts';
import { returnPath } from '../return-path.ts';
import { createDoor } from '../session.ts';
import { recordSignIn } from '../sign-in-service.ts';
import { signInView } from '../sign-in-view.ts';
import type { ProvidedPerson } from './claims.ts';
import { createProvider, isOutOfReach, type Provider } from './provider.ts';
import { personFor, recordFailure } from './single-sign-on-service.ts';
import { sentenceFor } from './single-sign-on-view.ts';

type Why = Parameters<typeof sentenceFor>[0];

/** What passport made of the provider's answer. */
type Answer = { person: ProvidedPerson } | { failed: { error?: unknown } } | { error: unknown };

/**
 * Signing in at the provider that the installation names. All are links, not forms: the content security policy lets no
 * form lead to another site.
 */
export function singleSignOnRoutes({ db, config, mailer, log }: RouteDependencies): Router {
  const router = Router();
  const door = createDoor(db, config);
  const settings = config.singleSignOn;
  const provider = settings && createProvider(settings, publicAddress(config));
  const name = settings?.name ?? '';
  const hasPasskeys = relyingPartyOf(publicAddress(config)) !== undefined;

  router.get('/sign-in/single-sign-on', async (req, res) => {
    const reached = offered();
    const wanted = returnPath(req.query.returnTo);
    if (req.user) return res.redirect(303, wanted ?? '/');
    if (wanted !== undefined) req.session.returnTo = wanted;
    const found = await strategyOf(reached);
    if (!found) return refuse(res, 'out-of-reach');
    // It answers by sending them to the provider; what comes back instead is that it could not.
    const answer = await authenticate(req, found);
    if ('error' in answer) throw asError(answer.error);
  });

  router.get('/sign-in/single-sign-on/return', async (req, res) => {
    const reached = offered();
    const wanted = returnPath(req.session.returnTo) ?? '/';
    if (req.session.singleSignOn === undefined) return fail(res, 'stale');
    const found = await strategyOf(reached);
    if (!found) return fail(res, 'out-of-reach');
    // Taken for an answer even if it holds nothing: an address without a code would begin another sign-in.
    if (req.query.code === undefined && req.query.error === undefined) return fail(res, 'answer');
    const answer = await authenticate(req, found);
    if ('error' in answer) {
      log.warn({ err: answer.error }, 'single sign-on failed');
      return fail(res, isOutOfReach(answer.error) ? 'out-of-reach' : saidNo(answer.error) ? 'provider' : 'answer');
    }
    if ('failed' in answer) return fail(res, answer.failed.error === 'access_denied' ? 'cancelled' : 'stale');
    const person = await personFor(db, answer.person);
    if (typeof person === 'string') return refuse(res, person);
    const proof = answer.person.severalFactors ? ('single-sign-on' as const) : undefined;
    const next = await door.letIn(req, res, person, { to: wanted, proof, by: 'single-sign-on' });
    if (req.user) await recordSignIn(db, 'person.signed-in', person.id, 'single-sign-on');
    res.redirect(303, next);
  });

  router.get('/sign-in/single-sign-on/left', (_req, res) => {
    offered();
    res.render('accounts/single-sign-on/left', { pageTitle: 'You are signed out', name });
  });

  router.get('/sign-in/single-sign-on/end', async (_req, res) => {
    const address = await offered()
      .signOutAddress()
      .catch(() => undefined);
    res.redirect(303, address?.href ?? '/sign-in');
  });

  return router;

  function offered(): Provider {
    if (!provider) throw new NotFoundError();
    return provider;
  }

  async function strategyOf(reached: Provider): Promise<Strategy | undefined> {
    try {
      return await reached.strategy();
    } catch (error) {
      log.warn({ err: error }, 'the provider of single sign-on could not be looked up');
      return undefined;
    }
  }

  async function fail(res: Response, why: Exclude<Why, Awaited<ReturnType<typeof personFor>>>): Promise<void> {
    // Coming too late, or thinking better of it, is nobody's fault.
    if (why === 'answer' || why === 'provider' || why === 'out-of-reach') await recordFailure(db, why);
    refuse(res, why);
  }

  function refuse(res: Response, why: Why): void {
    const errors = { 'single-sign-on': sentenceFor(why, name) };
    const status = why === 'out-of-reach' ? 503 : why === 'stale' || why === 'answer' ? 400 : 403;
    const page = signInView({ singleSignOn: settings, canMail: mailer.configured, hasPasskeys });
    res.status(status).render('accounts/sign-in', { ...page, errors, errorSummary: errorSummary(errors) });
  }
}

function authenticate(req: Request, strategy: Strategy): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passport = req.app.locals.passport as Authenticator;
    // While it sends somebody away it answers by itself, and says nothing here.
    req.res?.once('close', () => resolve({ failed: {} }));
    const done = (error: unknown, user: unknown, info: unknown) => {
      if (error) resolve({ error });
      else if (user) resolve({ person: user as ProvidedPerson });
      else resolve({ failed: (info ?? {}) as { error?: unknown } });
    };
    passport.authenticate(strategy, { session: false }, done)(req, req.res, reject);
  });
}

function saidNo(error: unknown): boolean {
  return error instanceof Error && error.name === 'AuthorizationResponseError';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('single sign-on could not begin', { cause: error });
}
