import { z } from 'zod';
import { StartError } from './shared/errors.ts';

const MEBIBYTE = 1024 * 1024;
const MINUTE = 60_000;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error, abort: true }).min(least, { error }).max(most, { error });
}

function amount(least: number, most: number) {
  const error = `must be a number from ${least} to ${most}`;
  return z.coerce.number({ error }).min(least, { error }).max(most, { error });
}

// Plain http is for trying things on one machine.
const ON_THIS_MACHINE = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/;

const environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must begin with postgres://', abort: true })
    .refine((url) => URL.canParse(url), 'is no address; write # / ? @ in its password as %23 %2F %3F %40')
    .optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an address such as https://notes.example.org' }).optional(),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  SESSION_IDLE_MINUTES: amount(1, 24 * 60).default(60),
  SESSION_HOURS: amount(0.1, 30 * 24).default(12),
  SECOND_STEP_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be the address of the provider, such as https://login.example.ac.uk' })
    .refine((url) => url.startsWith('https://') || ON_THIS_MACHINE.test(url), 'must begin with https://')
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_NAME: z.string().trim().min(1).max(60, 'must have at most 60 characters').default('single sign-on'),
  IDENTITY_KEY: z.string().optional(),
  IDENTITY_KEY_FILE: z.string().optional(),
  IDENTITY_KEYS_OLD: z.string().optional(),
  DATA_FOLDER: z.string().min(1).default('.data'),
  UPLOADS_FOLDER: z.string().min(1).default('uploads'),
  UPLOAD_LIMIT_MB: amount(1, 2000).default(25),
  IMPORT_LIMIT_MB: amount(1, 8000).default(500),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().min(3).default('Connecting People field notes <no-reply@localhost>'),
  BACKUP_FOLDER: z.string().min(1).default('backups'),
  BACKUP_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:30')
    .optional(),
  BACKUP_KEEP: wholeNumber(1, 10_000).default(14),
  BACKUP_KEY: z.string().min(20, 'must have at least 20 characters').optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

// What single sign-on needs: each of these, once one is given.
const FOR_SINGLE_SIGN_ON = {
  OIDC_ISSUER: 'the address of the provider',
  OIDC_CLIENT_ID: 'the name that the provider knows this program by',
  OIDC_CLIENT_SECRET: 'the secret that the provider gave for this program',
  PUBLIC_URL: 'the address that the provider sends people back to',
} as const;

/** Single sign-on by OpenID Connect; `name` is what the provider is called on the pages. */
export type SingleSignOn = { issuer: string; clientId: string; clientSecret: string; name: string };

/** Sizes in bytes. `publicUrl` has no trailing slash; `secure` is true when it is https. */
export type Config = {
  databaseUrl: string | undefined;
  host: string;
  port: number;
  publicUrl: string | undefined;
  secure: boolean;
  trustProxy: number;
  sessionSecret: string | undefined;
  /** Milliseconds. */
  sessionTimes: { idle: number; absolute: number };
  secondStepKey: string | undefined;
  singleSignOn: SingleSignOn | undefined;
  identityKey: string | undefined;
  identityKeyFile: string | undefined;
  identityKeysOld: string[];
  dataFolder: string;
  uploadsFolder: string;
  uploadLimit: number;
  importLimit: number;
  smtpUrl: string | undefined;
  mailFrom: string;
  backupFolder: string;
  /** HH:MM in Europe/London; undefined when no backups are made by themselves. */
  backupAt: string | undefined;
  backupKeep: number;
  backupKey: string | undefined;
  logLevel: string;
};

/** Reads the environment once. Throws a StartError naming every variable that is wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new StartError(`The configuration is wrong. Correct these environment variables: ${faults.join('; ')}.`);
  }
  const value = parsed.data;
  const publicUrl = value.PUBLIC_URL?.replace(/\/+$/, '');
  return {
    databaseUrl: value.DATABASE_URL,
    host: value.HOST,
    port: value.PORT,
    publicUrl,
    secure: publicUrl?.startsWith('https://') ?? false,
    trustProxy: value.TRUST_PROXY,
    sessionSecret: value.SESSION_SECRET,
    sessionTimes: { idle: value.SESSION_IDLE_MINUTES * MINUTE, absolute: value.SESSION_HOURS * 60 * MINUTE },
    secondStepKey: value.SECOND_STEP_KEY,
    singleSignOn: singleSignOn(value),
    identityKey: value.IDENTITY_KEY,
    identityKeyFile: value.IDENTITY_KEY_FILE,
    identityKeysOld: (value.IDENTITY_KEYS_OLD ?? '').split(/[\s,]+/).filter((key) => key !== ''),
    dataFolder: value.DATA_FOLDER,
    uploadsFolder: value.UPLOADS_FOLDER,
    uploadLimit: value.UPLOAD_LIMIT_MB * MEBIBYTE,
    importLimit: value.IMPORT_LIMIT_MB * MEBIBYTE,
    smtpUrl: value.SMTP_URL,
    mailFrom: value.MAIL_FROM,
    backupFolder: value.BACKUP_FOLDER,
    backupAt: value.BACKUP_AT,
    backupKeep: value.BACKUP_KEEP,
    backupKey: value.BACKUP_KEY,
    logLevel: value.LOG_LEVEL,
  };
}

function singleSignOn(value: z.infer<typeof environment>): SingleSignOn | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, PUBLIC_URL } = value;
  if (OIDC_ISSUER === undefined && OIDC_CLIENT_ID === undefined && OIDC_CLIENT_SECRET === undefined) return undefined;
  if (OIDC_ISSUER && OIDC_CLIENT_ID && OIDC_CLIENT_SECRET && PUBLIC_URL)
    return { issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET, name: OIDC_NAME };
  const missing = Object.entries(FOR_SINGLE_SIGN_ON)
    .filter(([name]) => value[name as keyof typeof FOR_SINGLE_SIGN_ON] === undefined)
    .map(([name, what]) => `${name}, ${what}`);
  throw new StartError(
    `Single sign-on is set up by halves. Set ${missing.join('; ')}. Or take the other OIDC variables away.`,
  );
}
