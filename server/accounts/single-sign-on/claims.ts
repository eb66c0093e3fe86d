/** Who signed in at the provider, as far as it says so. */
export type ProvidedPerson = {
  issuer: string;
  subject: string;
  /** The address, if the provider vouches for it. */
  email: string | undefined;
  /** Whether the provider asked for more than one factor. */
  severalFactors: boolean;
};

// What these mean is agreed between providers: RFC 8176, the profile of research and education federations, OpenID PAPE.
const SEVERAL_METHODS = new Set(['mfa']);
const SEVERAL_CONTEXTS = new Set([
  'https://refeds.org/profile/mfa',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
]);

/** Reads what an id_token, and what the provider says of the person besides, amount to. */
export function providedPerson(
  idToken: { iss: string; sub: string; amr?: unknown; acr?: unknown },
  { email, email_verified: verified }: { email?: unknown; email_verified?: unknown },
): ProvidedPerson {
  // Some providers write the boolean as a word.
  const isVerified = verified === true || verified === 'true';
  const methods: unknown[] = Array.isArray(idToken.amr) ? idToken.amr : [];
  return {
    issuer: idToken.iss,
    subject: idToken.sub,
    email: isVerified && typeof email === 'string' && email !== '' ? email : undefined,
    severalFactors:
      methods.some((method) => typeof method === 'string' && SEVERAL_METHODS.has(method)) ||
      (typeof idToken.acr === 'string' && SEVERAL_CONTEXTS.has(idToken.acr)),
  };
}
