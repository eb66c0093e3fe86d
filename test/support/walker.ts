import * as cheerio from 'cheerio';
import type { BrowserSession } from './browser-session.ts';
import { type Ids, fill } from './one-of-each.ts';
import { filledIn, formsOf } from './page-forms.ts';
import { TABLE, type Who } from './route-table.ts';

/** The route of the table that an address belongs to, as "POST /studies/:study/notes". */
export function routeOf(method: string, address: string): string | undefined {
  const path = address.split(/[?#]/)[0]!;
  const fits = Object.keys(TABLE).filter((route) => {
    const [verb, pattern = ''] = route.split(' ');
    return verb === method && new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
  });
  // The one with the fewest parameters is the one that the program chooses.
  return fits.toSorted((a, b) => a.split(':').length - b.split(':').length)[0];
}

/**
 * Opens every page that `who` may open, fills in every form there with `text` and sends it, and asks for every other route
 * as well. Gives what was asked, with the status of each answer.
 */
export async function walk(
  session: BrowserSession,
  who: Who,
  ids: Ids,
  text: string,
): Promise<{ route: string; status: number }[]> {
  const asked: { route: string; status: number }[] = [];
  const allowed = Object.entries(TABLE).filter(([, people]) => people.includes(who));
  const sent = new Set<string>();
  for (const [route] of allowed.filter(([each]) => each.startsWith('GET ') && !each.endsWith('/live'))) {
    const address = fill(route.slice(4), ids);
    const answer = await session.get(address);
    asked.push({ route, status: answer.status });
    if (!String(answer.headers['content-type']).startsWith('text/html')) continue;
    for (const form of formsOf(cheerio.load(answer.text), address)) {
      const target = routeOf(form.method.toUpperCase(), form.action);
      if (target === undefined || sent.has(target) || form.isMultipart || endsTheWalk(target)) continue;
      sent.add(target);
      const fields = filledIn(form, text);
      const answered =
        form.method === 'post'
          ? await session.post(form.action, fields)
          : await session.get(`${form.action.split('?')[0]}?${new URLSearchParams(fields)}`);
      asked.push({ route: target, status: answered.status });
    }
  }
  // What no form leads to: the addresses that scripts use.
  for (const [route] of allowed.filter(([each]) => !each.startsWith('GET ') && !sent.has(each) && !endsTheWalk(each))) {
    const [method = '', path = ''] = route.split(' ');
    const body = { id: ids.theme, title: text, body: text, base: '1', version: '1', name: text, q: text, words: text };
    const answer = await session.json(method.toLowerCase() as 'post', fill(path, ids), body);
    asked.push({ route, status: answer.status });
  }
  return asked;
}

// Would sign out whoever walks, or end their place in the study.
function endsTheWalk(route: string): boolean {
  return /\/account\/password|\/members\/:member(?:$|\/removal)|\/people\/:person\/removal|\/account\/sessions/.test(
    route,
  );
}
