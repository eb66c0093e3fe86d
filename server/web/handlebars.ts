import path from 'node:path';
import type { Express, Response } from 'express';
import { create } from 'express-handlebars';

const VIEWS = path.join(import.meta.dirname, '../../views');
const LAYOUT = 'layouts/main';

type Template = (context: object, options: object) => string;
type Rendering = (view: string, context: object) => string;

/** The setting of the app under which renderParts() finds it. */
const RENDERING = 'rendering';

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

  const rendering = async (): Promise<Rendering> => {
    const templates = await load();
    const options = { helpers, partials: templates };
    return (name, context) => templateOf(templates, name)(context, options);
  };

  app.set(RENDERING, rendering);
  app.engine('hbs', (file: string, context: object, done: (error: Error | null, html?: string) => void) => {
    rendering()
      .then((render) => {
        const body = render(nameOf(file), context);
        // Trimmed once: a long page is put together from its pieces each time somebody looks at the whole.
        return render(LAYOUT, { ...context, body }).trim();
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

/**
 * A partial of views/ by its path, once for each of `parts`, as a page would show it; without a layout. Express itself
 * would look up the view and put all that is known together for each of them.
 */
export async function renderParts(res: Response, view: string, parts: readonly object[]): Promise<string[]> {
  const render = await (res.app.get(RENDERING) as () => Promise<Rendering>)();
  return parts.map((part) => render(view, { ...res.locals, ...part }).trim());
}
