/** What this program calls itself in the files that it writes. */
export const PROGRAM = { name: 'Connecting People field notes', version: '1.0' } as const;

export const ORIGIN = `${PROGRAM.name} ${PROGRAM.version}`;

/** Whether a file says that this program wrote it. */
export function isOurs(origin: string): boolean {
  return origin.startsWith(PROGRAM.name);
}
