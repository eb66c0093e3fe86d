import type { Request, RequestHandler } from 'express';

/** Leaves a sentence for the next page this person opens, with a button that takes the change back where there is one. */
export function flash(req: Request, message: string, undo?: { action: string; label: string }): void {
  req.session.flash = undo === undefined ? { message } : { message, undo };
}

/** Hands a sentence left by flash() to the page being rendered, once. */
export const showFlash: RequestHandler = (req, res, next) => {
  if (req.method === 'GET' && req.session.flash && req.accepts(['html', 'json']) === 'html') {
    res.locals.flash = req.session.flash;
    delete req.session.flash;
  }
  next();
};
