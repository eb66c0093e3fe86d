import type { Log } from '../web/log.ts';
import type { Mailer } from '../web/mail.ts';
import type { Message } from './account-mail.ts';

/** Sends a message that nobody waits for. The log gets what went wrong, without the address. */
export function notify({ mailer, log }: { mailer: Mailer; log: Log }, to: string, message: Message): void {
  mailer.send({ to, ...message }).catch((error: unknown) => log.warn(mailFault(error), 'a message was not sent'));
}

/** What may be logged of a mail server's refusal: its codes. Its words repeat the address. */
export function mailFault(error: unknown): { code: unknown; responseCode: unknown } {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  return { code, responseCode };
}
