import express, { type RequestHandler } from 'express';

// A note of 2 MB in a script of two or three bytes a letter is three times as long in a form, where every byte is %XX.
const SIGNED_IN_LIMIT = 24 * 1024 * 1024;
const STRANGER_LIMIT = 64 * 1024;

// A field called toString or __proto__ is nobody's: the value that has it could not even be printed.
const reviver = (name: string, value: unknown): unknown => (name in Object.prototype ? undefined : value);

const parsers = {
  signedIn: [
    express.urlencoded({ extended: false, limit: SIGNED_IN_LIMIT, parameterLimit: 5000 }),
    express.json({ limit: SIGNED_IN_LIMIT, reviver }),
  ],
  stranger: [
    express.urlencoded({ extended: false, limit: STRANGER_LIMIT, parameterLimit: 100 }),
    express.json({ limit: STRANGER_LIMIT, reviver }),
  ],
} as const;

/** Reads forms and JSON: long ones only from people who are signed in. */
export const parseBodies: RequestHandler = (req, res, next) => {
  const [forms, json] = req.user ? parsers.signedIn : parsers.stranger;
  forms(req, res, (error?: unknown) => {
    if (error) return next(error);
    json(req, res, (fault?: unknown) => {
      // A form without a body is one without fields.
      req.body ??= {};
      next(fault);
    });
  });
};
