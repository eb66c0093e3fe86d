import * as cheerio from 'cheerio';
import type { Express } from 'express';
import request, { type Test } from 'supertest';

/**
 * A person at a browser without JavaScript: keeps cookies, and sends with every form the CSRF token of the page it came
 * from, as a real one would. `as` signs in through the sign-in page.
 */
export class BrowserSession {
  readonly agent: ReturnType<typeof request.agent>;

  /** `app`: the application, or the address of a program that runs it. */
  constructor(app: Express | string) {
    this.agent = request.agent(app);
  }

  static async as(app: Express | string, person: { email: string; password: string }): Promise<BrowserSession> {
    const session = new BrowserSession(app);
    const answer = await session.post('/sign-in', { email: person.email, password: person.password }, '/sign-in');
    if (answer.status !== 303) throw new Error(`signing in as ${person.email} answered ${answer.status}`);
    return session;
  }

  /** The Cookie header that it sends, for requests that supertest cannot make. */
  cookies(): string {
    return this.agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false }).toValueString();
  }

  /** GET as a browser asks: Accept text/html. */
  get(path: string): Test {
    return this.agent.get(path).set('Accept', 'text/html');
  }

  /** GET, parsed. */
  async page(path: string): Promise<cheerio.CheerioAPI> {
    const answer = await this.get(path);
    return cheerio.load(answer.text);
  }

  /** The CSRF token of this session, read from the page at `path`. */
  async token(path = '/account'): Promise<string> {
    const $ = await this.page(path);
    const token = $('input[name="_csrf"]').first().attr('value');
    if (token === undefined) throw new Error(`no form with a CSRF token on ${path}`);
    return token;
  }

  /** Sends a form; fields given as arrays are sent several times. `from` is the page whose token it carries. */
  async post(path: string, fields: Record<string, string | string[]> = {}, from?: string): Promise<request.Response> {
    const body = new URLSearchParams();
    body.append('_csrf', await this.token(from));
    for (const [name, value] of Object.entries(fields)) {
      for (const one of Array.isArray(value) ? value : [value]) body.append(name, one);
    }
    return this.agent.post(path).set('Accept', 'text/html').type('form').send(body.toString());
  }

  /** Sends JSON as the browser code does: token in the header, Accept application/json. */
  async json(
    method: 'post' | 'put' | 'patch' | 'delete',
    path: string,
    body: object,
    from?: string,
  ): Promise<request.Response> {
    const token = await this.token(from);
    return this.agent[method](path).set('Accept', 'application/json').set('x-csrf-token', token).send(body);
  }
}
