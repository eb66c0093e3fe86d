/** The page to sign in: the ways there are. */
export function signInView({
  singleSignOn,
  canMail,
  hasPasskeys,
}: {
  singleSignOn: { name: string } | undefined;
  canMail: boolean;
  hasPasskeys: boolean;
}) {
  const scripts = hasPasskeys ? ['passkeys'] : [];
  const hasOtherWays = hasPasskeys || singleSignOn !== undefined;
  return { pageTitle: 'Sign in', canMail, singleSignOn: singleSignOn?.name, hasPasskeys, hasOtherWays, scripts };
}
