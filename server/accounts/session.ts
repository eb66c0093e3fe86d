import type { Request } from 'express';

/** Signs the person in: passport gives the session a new id, and what was in the old one is gone. */
export function beginSession(req: Request, person: Express.User): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(person, (error: unknown) => (error ? reject(asError(error)) : resolve()));
  });
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
