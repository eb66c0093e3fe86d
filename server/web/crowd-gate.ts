import type { RequestHandler } from 'express';

/**
 * Lets at most `most` of the requests to `path` be in hand at a time and answers the rest at once, before they cost
 * anything: no session is read and no page made, so that a flood of them leaves room for everybody else's pages.
 */
export function crowdGate(options: { method: string; path: string; most: number; sentence: string }): RequestHandler {
  let inHand = 0;
  return (req, res, next) => {
    if (req.method !== options.method || asRouted(req.path) !== options.path) return next();
    if (inHand >= options.most) {
      res.status(503).set({ 'Retry-After': '5', 'Cache-Control': 'no-store' });
      if (req.accepts(['text', 'json']) === 'json') res.json({ error: options.sentence });
      else res.type('text/plain').send(`${options.sentence}\n`);
      return;
    }
    inHand += 1;
    res.once('close', () => (inHand -= 1));
    next();
  };
}

// The router takes other letter case and a slash at the end for the same address, and a flood must not pass by it.
function asRouted(path: string): string {
  return path.toLowerCase().replace(/\/$/, '');
}
