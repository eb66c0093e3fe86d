import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
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
    const guess = async (number: number): Promise<void> => {
      const answer = await guesser.agent
        .post('/sign-in')
        .set('Accept', 'text/html')
        // Each from another network, for another account: no count of tries stops them.
        .set('X-Forwarded-For', `198.${18 + (number % 2)}.${number % 251}.${Math.floor(number / 251)}`)
        .type('form')
        .send({ _csrf: token, email: `guess${number}@example.org`, password: 'not the password' });
      answers.push({ status: answer.status, text: answer.text });
    };
    let number = 0;
    const guesses: Promise<void>[] = [];
    const flood = setInterval(() => {
      for (let each = 0; each < 20; each += 1) guesses.push(guess((number += 1)));
    }, 100);
    let pages = 0;
    while (number < 1000) {
      expect((await session.get(cast.study.path)).status).toBe(200);
      pages += 1;
    }
    clearInterval(flood);
    const unanswered = guesses.length - answers.length;
    await Promise.all(guesses);
    expect(pages).toBeGreaterThan(5);
    // They did not pile up: whoever cannot be served soon is told so at once.
    expect(unanswered).toBeLessThan(900);
    expect(answers.filter(({ status }) => ![422, 429, 503].includes(status))).toEqual([]);
    for (const { text } of answers.filter(({ status }) => status === 503))
      expect(text).toMatch(/Very many people are signing in at this moment\.|Too much is going on at this moment/);
    // It is over, and everything is as before.
    expect((await BrowserSession.as(address, cast.lead)).cookies()).toContain('fieldnotes');
  }, 120_000);
});
