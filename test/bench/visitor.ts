import { Agent, request, type IncomingMessage } from 'node:http';
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { once } from 'node:events';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';

export type Answer = { status: number; text: string; location: string | undefined };

/** A person at a browser, over real HTTP on a connection that is kept open. */
export class Visitor {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });
  private readonly cookies = new Map<string, string>();
  private token = '';
  private reader: ChildProcess | undefined;
  private readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  async signIn(person: { email: string; password: string }): Promise<void> {
    await this.readToken('/sign-in');
    const answer = await this.post('/sign-in', { email: person.email, password: person.password });
    if (answer.status !== 303) throw new Error(`signing in answered ${answer.status}`);
    await this.readToken('/account');
  }

  /** GET; throws unless it answers 200. */
  async get(path: string): Promise<string> {
    const answer = await this.read(await this.send('GET', path, 'text/html'));
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
    return answer.text;
  }

  async post(path: string, fields: Record<string, string>): Promise<Answer> {
    const body = new URLSearchParams({ _csrf: this.token, ...fields }).toString();
    return this.read(await this.send('POST', path, 'text/html', body, 'application/x-www-form-urlencoded'));
  }

  async json(path: string, body: object): Promise<Answer> {
    return this.read(await this.send('POST', path, 'application/json', JSON.stringify(body), 'application/json'));
  }

  /** Has a file read and thrown away by a process of its own. */
  async download(address: string): Promise<{ bytes: number; milliseconds: number }> {
    this.reader ??= fork(path.join(import.meta.dirname, 'reader.ts'), { execArgv: ['--import', 'tsx'] });
    this.reader.send({ url: new URL(address, this.origin).href, cookie: this.cookie() });
    const [read] = (await once(this.reader, 'message')) as [{ status: number; bytes: number; milliseconds: number }];
    if (read.status !== 200) throw new Error(`GET ${address} answered ${read.status}`);
    return read;
  }

  /** A new export of what `filter` finds: the path of its file. */
  async newExport(studyPath: string, filter: Record<string, string> = {}): Promise<string> {
    const { location, status } = await this.post(`${studyPath}/exports`, { id: newId(), ...filter });
    if (!location) throw new Error(`asking for an export answered ${status}`);
    return `${location}/file`;
  }

  /** What a request carries to be this person's, for generators of load in other processes. */
  credentials(): { cookie: string; 'x-csrf-token': string } {
    return { cookie: this.cookie(), 'x-csrf-token': this.token };
  }

  close(): void {
    this.agent.destroy();
    this.reader?.kill();
  }

  private cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private async readToken(path: string): Promise<void> {
    this.token =
      cheerio
        .load(await this.get(path))('input[name="_csrf"]')
        .attr('value') ?? '';
  }

  private async send(method: string, path: string, accept: string, body = '', type = ''): Promise<IncomingMessage> {
    const headers: Record<string, string | number> = {
      accept,
      cookie: this.cookie(),
      'x-csrf-token': this.token,
    };
    if (body !== '') Object.assign(headers, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    const sent = request(new URL(path, this.origin), { method, headers, agent: this.agent });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string];
      this.cookies.set(name, value);
    }
    return answer;
  }

  private async read(answer: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return {
      status: answer.statusCode ?? 0,
      text: Buffer.concat(chunks).toString('utf8'),
      location: answer.headers.location,
    };
  }
}
