import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { until } from './until.ts';

/** A real SMTP server on the loopback that keeps what it is given. */
export type MailServer = {
  messages: ParsedMail[];
  /** The newest message to this address; waits for it. */
  messageTo(address: string): Promise<ParsedMail>;
};

/**
 * Call before useTestApp with the same object: `const env = {}; const mail = useMailServer(env); const t =
 * useTestApp(env);`. It writes SMTP_URL into `env` before the application reads it.
 */
export function useMailServer(env: Record<string, string>): MailServer {
  const messages: ParsedMail[] = [];
  let server: SMTPServer;
  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        simpleParser(stream).then((message) => {
          messages.push(message);
          done();
        }, done);
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    env.SMTP_URL = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const find = (address: string) => messages.findLast((message) => recipients(message).includes(address));
  return {
    messages,
    async messageTo(address) {
      await until(() => find(address) !== undefined);
      return find(address)!;
    },
  };
}

function recipients(message: ParsedMail): string[] {
  return [message.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));
}
