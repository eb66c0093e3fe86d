import type { ErrorRequestHandler, RequestHandler } from 'express';
import multer from 'multer';
import { AppError, NotFoundError } from '../shared/errors.ts';
import { faultOf } from '../database/database-fault.ts';
import { isCsrfError } from './csrf.ts';
import { requestId, wantsJson } from './guards.ts';
import { UNREADABLE_UPLOAD } from './uploads.ts';

export const notFound: RequestHandler = () => {
  throw new NotFoundError();
};

/**
 * The one place where an error becomes an answer: its sentence and status where it is ours or Express's own, generic
 * words with the request id where it is not. The log gets the rest.
 */
export const errorHandler: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) return next(error);
  if (req.destroyed && !req.complete) {
    req.log.info('the sender went away before the request was complete');
    return next(error);
  }
  const { status, message } = answerTo(error);
  if (status >= 500) req.log.error({ err: error }, 'request failed');
  else req.log.info({ status, reason: error instanceof Error ? error.name : 'unknown' }, 'request refused');
  // A file that was announced and does not come must not be saved as one: this is a page.
  for (const announced of ['Content-Disposition', 'Content-Type', 'Content-Length']) res.removeHeader(announced);
  res.status(status);
  if (status === 503) res.set('Retry-After', '5');
  if (wantsJson(req)) {
    res.json({ error: message, requestId: requestId(req) });
    return;
  }
  res.render('shared/error', {
    pageTitle: titleOf(status),
    heading: titleOf(status),
    message,
    requestId: requestId(req),
    showId: status >= 500 && !(error instanceof AppError),
  });
};

function answerTo(error: unknown): { status: number; message: string } {
  if (error instanceof AppError) return { status: error.status, message: error.message };
  if (isCsrfError(error))
    return {
      status: 403,
      message:
        'This page was open too long, or you signed in again elsewhere. Go back, reload the page and send it again.',
    };
  if (error instanceof multer.MulterError)
    return error.code === 'LIMIT_FILE_SIZE'
      ? { status: 413, message: 'The file is too large.' }
      : { status: 400, message: UNREADABLE_UPLOAD };
  const outage = outageOf(error);
  if (outage) return outage;
  const status = clientStatus(error);
  if (status === 413) return { status, message: 'That is more text than one page can send. Shorten it and try again.' };
  if (status !== undefined)
    return { status, message: 'The request could not be read. Go back, reload the page and try again.' };
  return {
    status: 500,
    message:
      'Something went wrong on our side and nothing was changed. Try again; if it happens again, tell whoever runs this service, with the number below.',
  };
}

/** What is wrong around the program and passes, or is put right by whoever runs it, without anything being lost. */
function outageOf(error: unknown): { status: number; message: string } | undefined {
  switch (faultOf(error)) {
    // Lost at the very end, nobody knows whether it was kept; sending again is safe either way.
    case 'unreachable':
      return {
        status: 503,
        message:
          'The database cannot be reached at this moment. The program keeps trying by itself. Wait a few seconds, then go back and send it again, or reload the page: nothing is kept twice.',
      };
    case 'busy':
      return {
        status: 503,
        message: 'Too much is going on at this moment, so nothing was changed. Wait a few seconds, then try again.',
      };
    case 'full':
      return {
        status: 507,
        message:
          'There is no room left on the server’s disk, so this was not kept and nothing was changed. Keep this page open, tell whoever runs this service, and send it again once they have made room.',
      };
    default:
      return undefined;
  }
}

// body-parser, the router and multer's parser mark what is the client's fault with a 4xx status of their own.
function clientStatus(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function titleOf(status: number): string {
  if (status === 404) return 'Page not found';
  if (status === 413) return 'Too large';
  if (status === 503) return 'Try again in a moment';
  if (status === 507) return 'The disk is full';
  if (status >= 500) return 'Something went wrong';
  return 'This could not be done';
}
