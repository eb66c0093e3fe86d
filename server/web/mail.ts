import nodemailer from 'nodemailer';
import type { Config } from '../config.ts';

/** Sends plain text. `configured` is false where no SMTP server is set: then links are only shown, and send() does nothing. */
export type Mailer = {
  configured: boolean;
  send(message: { to: string; subject: string; text: string }): Promise<void>;
};

export function createMailer({ smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>): Mailer {
  if (smtpUrl === undefined) return { configured: false, async send() {} };
  const transport = nodemailer.createTransport(smtpUrl);
  return {
    configured: true,
    async send(message) {
      await transport.sendMail({ from: mailFrom, ...message });
    },
  };
}
