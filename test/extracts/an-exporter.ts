import { expect } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

function asBytes(answer: unknown, done: (error: Error | null, body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  (answer as NodeJS.ReadableStream)
    .on('data', (piece: Buffer) => pieces.push(piece))
    .on('end', () => done(null, Buffer.concat(pieces)));
}

/** A study whose lead is signed in and asks for exports. */
export async function anExporter(t: TestApp) {
  const cast = await aFullStudy(t.owner, { name: 'Étude “Connecting People”' });
  const session = await BrowserSession.as(t.app, cast.lead);
  const exports = `${cast.study.path}/exports`;
  async function request(fields: Record<string, string | string[]> = {}): Promise<{ id: string; path: string }> {
    const id = newId();
    const answer = await session.post(exports, { id, ...fields });
    expect([answer.status, answer.headers.location]).toEqual([303, `${exports}/${id}`]);
    return { id, path: `${exports}/${id}` };
  }
  const download = (path: string) => session.get(`${path}/file`).buffer(true);
  async function bytes(path: string): Promise<Buffer> {
    const answer = await session.get(`${path}/file`).buffer(true).parse(asBytes);
    expect(answer.status).toBe(200);
    return answer.body as Buffer;
  }
  return { ...cast, session, exports, request, download, bytes };
}
