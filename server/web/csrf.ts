import { csrfSync } from 'csrf-sync';
import type { Request, RequestHandler } from 'express';

const synchroniser = csrfSync({
  getTokenFromRequest: (req) => {
    const header = req.get('x-csrf-token');
    if (header !== undefined) return header;
    const field: unknown = (req.body as Record<string, unknown> | undefined)?._csrf;
    return typeof field === 'string' ? field : undefined;
  },
});

/**
 * Refuses (403) every change that does not carry the session's token, as the field `_csrf` or the header x-csrf-token.
 * On multipart routes it comes after multer, which reads the field.
 */
export const csrf: RequestHandler = synchroniser.csrfSynchronisedProtection;

/** The token of this session, made at the first call. */
export function csrfToken(req: Request): string {
  return synchroniser.generateToken(req);
}

/** Whether the request carries the token of its session. */
export function hasCsrfToken(req: Request): boolean {
  return synchroniser.isRequestValid(req);
}

/** Whether `error` is csrf's refusal. */
export function isCsrfError(error: unknown): boolean {
  return error === synchroniser.invalidCsrfTokenError;
}
