import type { Request, RequestHandler, Response } from 'express';

/** A button that takes a change back: where it is sent, what it says, and what is sent with it. */
export type Undo = { action: string; label: string; fields?: { name: string; value: string }[] };

/** Leaves a sentence for the next page this person opens, with a button that takes the change back where there is one. */
export function flash(req: Request, message: string, undo?: Undo): void {
  req.session.flash = undo === undefined ? { message } : { message, undo };
  if (req.res) redirectOnceSaved(req, req.res);
}

// The session is otherwise saved after the headers have gone, and browsers follow a redirect as soon as they read those:
// the next page would be rendered before the sentence is there to be shown.
function redirectOnceSaved(req: Request, res: Response): void {
  const redirect = res.redirect.bind(res) as (status: number, url: string) => void;
  res.redirect = ((status: number, url: string) => {
    req.session.save((error: unknown) => {
      if (error) req.log.error({ err: error }, 'the session could not be saved before a redirect');
      redirect(status, url);
    });
  }) as Response['redirect'];
}

/** Hands a sentence left by flash() to the page being rendered, once. */
export const showFlash: RequestHandler = (req, res, next) => {
  if (req.method === 'GET' && req.session.flash && req.accepts(['html', 'json']) === 'html') {
    res.locals.flash = req.session.flash;
    delete req.session.flash;
  }
  next();
};
