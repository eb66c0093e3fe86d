/** Ends the addresses of people who are known by name alone, from a file: no mail can reach them. */
export const UNREACHABLE = '@from-a-file.invalid';

/** The address, or '' for one that stands only for there being none. */
export function reachable(email: string): string {
  return email.endsWith(UNREACHABLE) ? '' : email;
}
