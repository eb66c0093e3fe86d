import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let folder: string;
let program: Program;
let address: string;
let cast: Awaited<ReturnType<typeof aFullStudy>>;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
  const env = { DATABASE_URL: t.url, DATA_FOLDER: folder, UPLOADS_FOLDER: path.join(folder, 'up'), TRUST_PROXY: '1' };
  program = new Program({ env });
  address = await program.address();
}, 60_000);
afterAll(async () => {
  await program.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('many at once', () => {
  test('2,000 connections are all answered', async () => {
    const ask = async (): Promise<number | undefined> => {
      const [answer] = (await once(get(`${address}/sign-in`, { agent: false }), 'response')) as [IncomingMessage];
      await once(answer.resume(), 'end');
      return answer.statusCode;
    };
    const statuses = await Promise.all(Array.from({ length: 2000 }, ask));
    expect(statuses.filter((status) => status === 200)).toHaveLength(2000);
  }, 120_000);

  test('wrong passwords, 200 a second from everywhere, are refused in words, and somebody at work is answered all along', async () => {
    const session = await BrowserSession.as(address, cast.researcher);
    const guesser = new BrowserSession(address);
    const token = await guesser.token('/sign-in');
    const answers: { status: number; text: string }[] = [];
    const cookie = guesser.cookies();
    const agent = new Agent({ keepAlive: true });
    const guess = async (number: number): Promise<void> => {
      const fields = { _csrf: token, email: `guess${number}@example.org`, password: 'not the password' };
      const body = new URLSearchParams(fields).toString();
      const headers = {
        cookie,
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': body.length,
        // Each from another network, for another account: no count of tries stops them.
        'x-forwarded-for': `198.${18 + (number % 2)}.${number % 251}.${Math.floor(number / 251)}`,
      };
      const sent = request(`${address}/sign-in`, { method: 'POST', agent, headers });
      sent.end(body);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await once(answer, 'end');
      answers.push({ status: answer.statusCode ?? 0, text });
    };
    let number = 0;
    const guesses: Promise<void>[] = [];
    const flood = setInterval(() => {
      for (let each = 0; each < 20; each += 1) guesses.push(guess((number += 1)));
    }, 100);
    let pages = 0;
    try {
      while (number < 1000) {
        expect((await session.get(cast.study.path)).status).toBe(200);
        pages += 1;
      }
    } finally {
      clearInterval(flood);
    }
    await Promise.all(guesses);
    agent.destroy();
    expect(pages).toBeGreaterThan(2);
    expect(answers).toHaveLength(guesses.length);
    expect(answers.filter(({ status }) => ![422, 429, 503].includes(status))).toEqual([]);
    for (const { text } of answers.filter(({ status }) => status === 503))
      expect(text).toMatch(
        /^Very many people are signing in at this moment\. Wait a few seconds, then go back and try again\.$/m,
      );
    // It is over, and everything is as before.
    expect((await BrowserSession.as(address, cast.lead)).cookies()).toContain('fieldnotes');
  }, 120_000);
});
