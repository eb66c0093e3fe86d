/** The page to sign in: the ways there are. */
export function signInView({
  singleSignOn,
  canMail,
}: {
  singleSignOn: { name: string } | undefined;
  canMail: boolean;
}) {
  return { pageTitle: 'Sign in', canMail, singleSignOn: singleSignOn?.name };
}
