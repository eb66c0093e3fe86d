import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { anExporter } from './an-exporter.ts';
import { anExtract } from './an-extract.ts';

const t = useTestApp();
const recordOf = (id: string) => t.owner('exports').where({ id }).first();

/** Thousands of codings with long quotes: far more than the sockets between the database and a reader hold. */
async function fillWith(cast: Awaited<ReturnType<typeof anExporter>>, rows: number): Promise<void> {
  const { note, themeId } = await anExtract(t.owner, cast, { quote: 'x' });
  await t.owner.raw(
    `insert into codings (id, study_id, note_id, revision_id, theme_id, coder_id, start_position, end_position, quote, paragraph_label)
     select gen_random_uuid(), ?, ?, ?, ?, ?, n, n + 2000, repeat('wordswords', 200), 'ON' from generate_series(1, ?) n`,
    [cast.study.id, note.id, note.revisionId, themeId, cast.researcher.membershipId, rows],
  );
}

describe('going away', () => {
  test('GET exports/:export/file · is marked as stopped, frees its connection and can be taken again · when the reader leaves part-way', async () => {
    const cast = await anExporter(t);
    await fillWith(cast, 8000);
    const { id, path } = await cast.request();
    const server = createServer(t.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const begin = async (): Promise<IncomingMessage> => {
      const request = httpGet({ port, path: `${path}/file`, headers: { cookie: cast.session.cookies() } });
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      return answer;
    };
    // More often than there are connections or turns: one that leaked would be missed.
    for (let time = 0; time < 7; time += 1) {
      const answer = await begin();
      expect(answer.statusCode).toBe(200);
      await once(answer, 'data');
      answer.destroy();
      await until(async () => (await abandonments(id)) === time + 1);
    }
    const record = await recordOf(id);
    expect([record.abandoned_at === null, record.completed_at, record.sha256]).toEqual([false, null, null]);
    expect(await copiesRunning()).toBe(0);
    const whole = await begin();
    let bytes = 0;
    for await (const chunk of whole) bytes += (chunk as Buffer).length;
    expect(await recordOf(id)).toMatchObject({ row_count: '8001', byte_length: String(bytes), abandoned_at: null });
    server.close();
  });
});

async function abandonments(id: string): Promise<number> {
  return (await t.owner('events').where({ subject_id: id, kind: 'export.abandoned' })).length;
}

async function copiesRunning(): Promise<number> {
  const { rows } = await t.owner.raw(
    `select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like 'copy%'`,
  );
  return rows.length;
}
