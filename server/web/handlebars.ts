import path from 'node:path';
import type { Express, Response } from 'express';
import { engine } from 'express-handlebars';

const VIEWS = path.join(import.meta.dirname, '../../views');

/**
 * Handlebars with the pages under views/ and every file there as a partial by its path: {{> notes/_row}}. View-models
 * come worded and formatted; the only helpers are the three that partials
 * and the layout need to be usable.
 */
export function useHandlebars(app: Express): void {
  app.engine(
    'hbs',
    engine({
      extname: '.hbs',
      defaultLayout: 'main',
      layoutsDir: path.join(VIEWS, 'layouts'),
      partialsDir: VIEWS,
      // Otherwise a partial that stands indented indents every line of what it shows: of a text in a textarea, too.
      compilerOptions: { preventIndent: true },
      helpers: {
        eq: (left: unknown, right: unknown) => left === right,
        or: (left: unknown, right: unknown) => Boolean(left) || Boolean(right),
        concat: (left: string, right: string) => `${left}${right}`,
      },
    }),
  );
  app.set('view engine', 'hbs');
  app.set('views', VIEWS);
  app.set('view cache', true);
}

/** A partial of views/ by its path, as a page would show it; without a layout. */
export function renderPart(res: Response, view: string, part: object): Promise<string> {
  return new Promise((resolve, reject) => {
    res.render(view, { layout: false, ...part }, (error: Error | null, html?: string) => {
      if (error) reject(error);
      else resolve(html ?? '');
    });
  });
}
