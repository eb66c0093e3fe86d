import nodemailer from 'nodemailer';
import type { Config } from '../config.ts';

/** Sends plain text. `configured` is false where no SMTP server is set: then links are only shown, and send() does nothing. */
export type Mailer = {
  configured: boolean;
  send(message: { to: string; subject: string; text: string }): Promise<void>;
};

// A person may be waiting for the page that says whether the message went out.
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

export function createMailer({ smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>): Mailer {
  if (smtpUrl === undefined) return { configured: false, async send() {} };
  const transport = nodemailer.createTransport({ url: smtpUrl, ...PATIENCE });
  return {
    configured: true,
    async send(message) {
      await transport.sendMail({ from: mailFrom, ...message });
    },
  };
}
