/** Something that a pool of connections said by itself, at no request. */
export type PoolLine = { level: 'warn' | 'error'; says: string };

// knex adds where it happened in its own code, and would add the statement: neither is anybody's business.
const MOST = 200;

/** The first line of what was said. What knex says of a pool holds no value of a row; what follows it might. */
export function poolLine(level: PoolLine['level'], said: unknown): PoolLine {
  const [first = ''] = String(said).split('\n');
  return { level, says: first.slice(0, MOST) };
}

/** What knex is to do instead of printing lines of its own on standard output, between those of the log. */
export function knexLog(log: (line: PoolLine) => void) {
  const at = (level: PoolLine['level']) => (said: unknown) => log(poolLine(level, said));
  return { warn: at('warn'), error: at('error'), deprecate: at('warn'), debug: () => {} };
}
