import { StartError } from '../shared/errors.ts';

type Failure = { code?: string; message?: string };

/** What the address says, without its password. */
function partsOf(url: string): { server: string; user: string; database: string } {
  const { hostname, port, username, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username);
  return { server: `${hostname || 'localhost'}:${port || '5432'}`, user: decodeURIComponent(username), database };
}

/** Puts into words why no connection to the database could be made. Never mentions the password. */
export function connectionRefusal(url: string, failure: Failure): StartError {
  const { server, user, database } = partsOf(url);
  // The driver's own refusal, without a code: the server asks for a password and the address has none.
  const code = failure.message?.startsWith('SASL') ? '28P01' : failure.code;
  switch (code) {
    case '28P01':
    case '28000':
      return new StartError(
        `The database server at ${server} does not let the user “${user}” in. Check the user and the password in DATABASE_URL.`,
      );
    case '3D000':
      return new StartError(
        `There is no database “${database}” on the server at ${server}. Create it with the encoding UTF8, or correct DATABASE_URL.`,
      );
    case '42501':
      return new StartError(
        `The user “${user}” may not connect to the database “${database}” at ${server}. Let its administrator grant that, or correct DATABASE_URL.`,
      );
    case '57P03':
      return new StartError(`The database server at ${server} is just starting or stopping. Try again in a moment.`);
    case '53300':
      return new StartError(
        `The database server at ${server} has no connection free. Close some, or raise max_connections.`,
      );
    case undefined:
      // What answered hung up in the middle of a greeting, or said nothing: no server of this kind, as a rule.
      return new StartError(
        `What is at ${server} does not answer as PostgreSQL does. Check the host and the port in DATABASE_URL, and that a PostgreSQL server runs there.`,
      );
    default: {
      const why = failure.code ?? failure.message ?? 'no reason given';
      return new StartError(
        `The database at ${server} cannot be reached (${why}). Check that the server runs and that DATABASE_URL is right.`,
      );
    }
  }
}
