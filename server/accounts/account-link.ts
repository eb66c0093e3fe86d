import type { AccountLink } from './account-link-queries.ts';

/** Why a link cannot be used, worded for whoever opened it, and where to go instead. */
export type EndedLink = { status: 404 | 410; heading: string; message: string; next: { href: string; text: string } };

const SIGN_IN = { href: '/sign-in', text: 'Go to the sign-in page' };

/** What to answer when `link` is not open; undefined when it is. `advice` says how to get another one. */
export function endedLink(
  link: Pick<AccountLink, 'isOpen' | 'isUsed'> | undefined,
  advice: string,
): EndedLink | undefined {
  if (link?.isOpen) return undefined;
  if (!link)
    return {
      status: 404,
      heading: 'We do not know this link',
      message: `Check that you copied the whole of it. ${advice}`,
      next: SIGN_IN,
    };
  return {
    status: 410,
    heading: link.isUsed ? 'This link has been used' : 'This link has expired',
    message: link.isUsed ? `It works only once. ${advice}` : `It no longer works. ${advice}`,
    next: SIGN_IN,
  };
}
