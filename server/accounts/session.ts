import type { CookieOptions, Request, Response } from 'express';
import { csrfToken } from '../web/csrf.ts';
import { createKnownDevices, type KnownDevices } from './known-device.ts';

/** How sessions begin and end; `devices` and `deviceCookie` tell whether somebody has signed in from here before. */
export type Door = {
  devices: KnownDevices;
  deviceCookie(req: Request): string | undefined;
  letIn(req: Request, res: Response, person: Express.User): Promise<void>;
};

const A_YEAR = 365 * 24 * 60 * 60 * 1000;

/** The door of this site. Its cookie is named like the session's: `__Host-` on https, else with the port. */
export function createDoor(config: { sessionSecret: string; secure: boolean; port: number }): Door {
  const devices = createKnownDevices(config.sessionSecret);
  const name = config.secure ? '__Host-fieldnotes-device' : `fieldnotes-device-${config.port}`;
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: config.secure, path: '/', maxAge: A_YEAR };
  const deviceCookie = (req: Request) =>
    (req.headers.cookie ?? '')
      .split(/;\s*/)
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1);

  return {
    devices,
    deviceCookie,
    /** Signs the person in: passport gives the session a new id, and what was in the old one is gone. */
    async letIn(req, res, person) {
      await new Promise<void>((resolve, reject) => {
        req.logIn(person, (error: unknown) => (error ? reject(asError(error)) : resolve()));
      });
      // Made now: two pages opened at once would otherwise each make one, and the first page's forms be refused.
      csrfToken(req);
      // encode: the value is made of characters that cookies may hold as they are.
      const value = devices.remember(deviceCookie(req), person.id);
      res.cookie(name, value, { ...options, encode: (text) => text });
    },
  };
}

/** Ends this session alone. */
export function endSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.destroy((error: unknown) => (error ? reject(asError(error)) : resolve()));
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the session could not be changed', { cause: error });
}
