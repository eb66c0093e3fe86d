import { Agent, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const CLIENTS = 16;

type Outcome = 'answered' | 'refused' | 'dropped';

/** One request on the client's own connection. `refused`: no connection could be made, so nothing was sent. */
function send(
  agent: Agent,
  url: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ outcome: Outcome; status?: number | undefined; last?: boolean }> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } });
    sent.on('response', (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve({ outcome: 'answered', status: answer.statusCode, last: answer.headers.connection === 'close' }),
      );
      answer.once('error', () => resolve({ outcome: 'dropped' }));
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ outcome: error.code === 'ECONNREFUSED' ? 'refused' : 'dropped' }),
    );
    sent.end(body);
  });
}

test('SIGTERM under load · no request is dropped, and everything acknowledged is there', async () => {
  const cast = await aFullStudy(t.owner);
  const note = await aNote(t.owner, cast.study.id, {
    visitId: cast.visit.id,
    by: cast.researcher.membershipId,
    body: 'word '.repeat(5000),
  });
  const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId });
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
  const program = new Program({ env: { DATABASE_URL: t.url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
  const address = await program.address();
  const session = await BrowserSession.as(address, cast.researcher);
  const headers = {
    cookie: session.cookies(),
    accept: 'application/json',
    'content-type': 'application/json',
    'x-csrf-token': await session.token(),
  };
  const acknowledged: string[] = [];
  const outcomes: Record<Outcome, number> = { answered: 0, refused: 0, dropped: 0 };
  const last: boolean[] = [];
  let place = 0;

  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      const [id, start] = [newId(), (place += 1)];
      const body = JSON.stringify({ revision: 1, themes: [theme.id], ids: [id], start, end: start + 4 });
      const at = `${address}${cast.study.path}/notes/${note.id}/codings`;
      const { outcome, status = 0, last: isLast = false } = await send(agent, at, { method: 'POST', headers, body });
      outcomes[outcome] += 1;
      if (outcome !== 'answered') break;
      last.push(isLast);
      expect([200, 201]).toContain(status);
      acknowledged.push(id);
      if (acknowledged.length === 200) program.child.kill('SIGTERM');
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  expect(await program.ended()).toBe(0);
  // Each client was told that a connection is its last, and found the door closed when it made another.
  expect(outcomes).toEqual({ answered: acknowledged.length, refused: CLIENTS, dropped: 0 });
  expect(last.filter(Boolean).length).toBeGreaterThanOrEqual(CLIENTS);
  const kept: string[] = await t.owner('codings').where({ note_id: note.id }).pluck('id');
  expect(kept.toSorted()).toEqual(acknowledged.toSorted());
  await rm(folder, { recursive: true, force: true });
}, 240_000);
