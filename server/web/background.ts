import type { Request } from 'express';

/**
 * Whether a page made this request by its own clock, and nobody did anything: the browser code says so by a header, and
 * a stream of events is asked for by what it accepts. Such a request keeps no session alive.
 */
export function isBackground(req: Request): boolean {
  return req.get('x-background') !== undefined || (req.get('accept') ?? '').startsWith('text/event-stream');
}
