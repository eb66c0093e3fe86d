import type { Config } from '../config.ts';
import type { Db } from '../database/connection.ts';
import type { Turns } from './downloads.ts';
import type { Guards } from './guards.ts';
import type { Log } from './log.ts';
import type { Mailer } from './mail.ts';

/** What every `<noun>-routes.ts` is given. */
export type RouteDependencies = {
  db: Db;
  config: Config & { sessionSecret: string };
  log: Log;
  guard: Guards;
  mailer: Mailer;
  /** One for all kinds of files that are made while they are sent. */
  downloads: Turns;
};
