/** What this program calls itself in the files that it writes. */
export const PROGRAM = { name: 'Connecting People field notes', version: '1.0' } as const;

export const ORIGIN = `${PROGRAM.name} ${PROGRAM.version}`;

/** What it calls itself in a file that counts positions as NVivo does: the file must say so when it comes back. */
export const ORIGIN_FOR_NVIVO = `${ORIGIN}, for NVivo`;

/** Whether a file says that this program wrote it. */
export function isOurs(origin: string): boolean {
  return origin.startsWith(PROGRAM.name);
}
