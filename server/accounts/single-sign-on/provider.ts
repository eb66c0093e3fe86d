import type { Request } from 'express';
import {
  allowInsecureRequests,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomState,
} from 'openid-client';
import { Strategy, type VerifyFunction } from 'openid-client/passport';
import type { SingleSignOn } from '../../config.ts';
import { providedPerson, type ProvidedPerson } from './claims.ts';

/** The provider of single sign-on, looked up when it is first needed, and again after it could not be reached. */
export type Provider = {
  /** Its passport strategy, whose "user" is a ProvidedPerson. Rejects when the provider cannot be reached. */
  strategy(): Promise<Strategy>;
  /** Where somebody signs out of the provider itself; undefined when it offers no such page. */
  signOutAddress(): Promise<URL | undefined>;
};

const PATIENCE_S = 10;
const SCOPE = 'openid email';

/** `address` is this program's own, without a slash at its end. */
export function createProvider(settings: SingleSignOn, address: string): Provider {
  let known: Promise<Configuration> | undefined;

  function configuration(): Promise<Configuration> {
    known ??= lookUp(settings).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  return {
    async strategy() {
      const config = await configuration();
      const options = {
        config,
        name: 'single-sign-on',
        sessionKey: 'singleSignOn',
        scope: SCOPE,
        callbackURL: `${address}/sign-in/single-sign-on/return`,
      };
      return new CarefulStrategy(options, verifyBy(config));
    },
    async signOutAddress() {
      const config = await configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(config, { post_logout_redirect_uri: `${address}/sign-in` });
    },
  };
}

/** Sends state and nonce always: by itself the strategy leaves them out where the provider knows PKCE. */
class CarefulStrategy extends Strategy {
  override authorizationRequestParams(
    req: Request,
    options: Parameters<Strategy['authorizationRequestParams']>[1],
  ): URLSearchParams {
    const params = new URLSearchParams(super.authorizationRequestParams(req, options));
    params.set('state', randomState());
    params.set('nonce', randomNonce());
    return params;
  }
}

async function lookUp({ issuer, clientId, clientSecret }: SingleSignOn): Promise<Configuration> {
  const isPlain = issuer.startsWith('http://');
  return discovery(new URL(issuer), clientId, undefined, secretAsAsked(clientSecret), {
    timeout: PATIENCE_S,
    // The signature of an id_token is checked although it comes from the provider directly. Plain http is for trying
    // things on one machine: the configuration allows it nowhere else.
    execute: isPlain ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks],
  });
}

// How the secret is sent when a provider says nothing of it is in the standard: by the header.
function secretAsAsked(secret: string): ClientAuth {
  const [header, body] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const way = ways.includes('client_secret_basic') || !ways.includes('client_secret_post') ? header : body;
    return way(server, ...rest);
  };
}

function verifyBy(config: Configuration): VerifyFunction {
  return (tokens, done) => {
    void (async () => {
      const idToken = tokens.claims();
      if (!idToken) throw new Error('the provider sent no id_token');
      const { userinfo_endpoint: more } = config.serverMetadata();
      const isElsewhere = idToken.email === undefined && more !== undefined;
      const about = isElsewhere ? await fetchUserInfo(config, tokens.access_token, idToken.sub) : idToken;
      const { email, email_verified } = about as { email?: unknown; email_verified?: unknown };
      const person: ProvidedPerson = providedPerson(idToken, { email, email_verified });
      done(null, person as unknown as Express.User);
    })().catch((error: unknown) => done(error instanceof Error ? error : new Error('no answer', { cause: error })));
  };
}

/** Whether `error` says that the provider could not be reached, or that it is not well. */
export function isOutOfReach(error: unknown): boolean {
  const { name, code, status, cause } = error as Record<'name' | 'code' | 'status' | 'cause', unknown>;
  if (name === 'TimeoutError' || code === 'OAUTH_TIMEOUT') return true;
  // What fetch throws when no connection comes about. Arguments that are wrong throw one that has a code.
  if (name === 'TypeError') return code === undefined;
  if (typeof status === 'number') return status >= 500;
  return typeof cause === 'object' && cause !== null && isOutOfReach(cause);
}
