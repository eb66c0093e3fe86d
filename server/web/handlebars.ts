import path from 'node:path';
import type { Express, Response } from 'express';
import { create } from 'express-handlebars';

const VIEWS = path.join(import.meta.dirname, '../../views');
const LAYOUT = 'layouts/main';

type Template = (context: object, options: object) => string;

/**
 * Handlebars with the pages under views/ and every file there as a partial by its path: {{> notes/_row}}. View-models
 * come worded and formatted; the only helpers are the three that partials
 * and the layout need to be usable.
 */
export function useHandlebars(app: Express): void {
  const handlebars = create({
    extname: '.hbs',
    partialsDir: VIEWS,
    // Otherwise a partial that stands indented indents every line of what it shows: of a text in a textarea, too.
    // With all helpers known, a name is looked up in the view-model alone; a page of thousands of codings shows it.
    compilerOptions: {
      preventIndent: true,
      knownHelpersOnly: true,
      knownHelpers: { eq: true, or: true, concat: true },
    },
  });
  const helpers = {
    eq: (left: unknown, right: unknown) => left === right,
    or: (left: unknown, right: unknown) => Boolean(left) || Boolean(right),
    concat: (left: string, right: string) => `${left}${right}`,
  };
  // Read once, at the first page: the library's own engine puts the list of all files together for every page and part.
  let loading: Promise<Record<string, Template>> | undefined;
  const load = () => (loading ??= handlebars.getPartials({ cache: true }) as Promise<Record<string, Template>>);

  app.engine('hbs', (file: string, context: object, done: (error: Error | null, html?: string) => void) => {
    load()
      .then((templates) => {
        const options = { helpers, partials: templates };
        const body = templateOf(templates, nameOf(file))(context, options);
        if ('layout' in context && context.layout === false) return body.trim();
        // Trimmed once: a long page is put together from its pieces each time somebody looks at the whole.
        return templateOf(templates, LAYOUT)({ ...context, body }, options).trim();
      })
      .then(
        (html) => done(null, html),
        (error: Error) => done(error),
      );
  });
  app.set('view engine', 'hbs');
  app.set('views', VIEWS);
  app.set('view cache', true);
}

function nameOf(file: string): string {
  return path
    .relative(VIEWS, file)
    .replaceAll(path.sep, '/')
    .replace(/\.hbs$/, '');
}

function templateOf(templates: Record<string, Template>, name: string): Template {
  const template = templates[name];
  if (!template) throw new Error(`there is no view ${name}`);
  return template;
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
