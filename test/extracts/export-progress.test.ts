import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, get as httpGet, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { progressInWords } from '../../server/extracts/export-view.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { anExporter } from './an-exporter.ts';
import { anExtract } from './an-extract.ts';

const t = useTestApp();
let server: Server;
beforeAll(async () => {
  server = createServer(t.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ROWS = 6000;

/** Many codings whose words no compression makes small: far more than the sockets to a reader hold. */
async function aLongExport(format: string) {
  const cast = await anExporter(t);
  const { note, themeId } = await anExtract(t.owner, cast, { quote: 'x' });
  await t.owner.raw(
    `insert into codings (id, study_id, note_id, revision_id, theme_id, coder_id, start_position, end_position, quote, paragraph_label)
     select gen_random_uuid(), ?, ?, ?, ?, ?, n, n + 3200,
            (select string_agg(md5(n || '.' || i), '') from generate_series(1, 100) i), 'ON' from generate_series(1, ?) n`,
    [cast.study.id, note.id, note.revisionId, themeId, cast.researcher.membershipId, ROWS - 1],
  );
  return { ...cast, ...(await cast.request({ format })) };
}

async function begin({ path, session }: Awaited<ReturnType<typeof aLongExport>>): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const request = httpGet({ port, path: `${path}/file`, headers: { cookie: session.cookies() } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  await once(answer, 'data');
  answer.pause();
  return answer;
}

async function openTransactions(): Promise<number> {
  const { rows } = await t.owner.raw(
    `select 1 from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
  );
  return rows.length;
}

describe.each(['xlsx', 'docx', 'jsonl'])('a download as %s', (format) => {
  test('GET exports/:export/progress · says how far it has come; a reader who goes away leaves nothing behind', async () => {
    const cast = await aLongExport(format);
    const progress = async () => (await cast.session.get(`${cast.path}/progress`)).body.progress as string | null;
    expect(await progress()).toBeNull();
    const answer = await begin(cast);
    expect(await progress()).toMatch(/^Being made and sent: [\d,]+ of 6,000 \(\d+%\)$/);
    const page = await cast.session.get(cast.path);
    expect([page.headers.refresh, page.text.includes('Being made and sent:')]).toEqual(['3', true]);
    answer.destroy();
    const row = () => t.owner('exports').where({ id: cast.id }).first();
    await until(async () => (await row()).abandoned_at !== null);
    expect(await row()).toMatchObject({ completed_at: null, sha256: null });
    await until(async () => (await openTransactions()) === 0);
    expect([await progress(), await readdir(t.config.uploadsFolder)]).toEqual([null, []]);
    const whole = await cast.bytes(cast.path);
    expect(await row()).toMatchObject({
      row_count: `${ROWS}`,
      byte_length: String(whole.length),
      abandoned_at: null,
    });
  });
});

describe('progressInWords()', () => {
  test.each([
    [{ isCompared: false, bytes: () => 5, rows: () => 0, of: 3 }, 'Being made and sent: 0 of 3 (0%)'],
    [
      { isCompared: true, bytes: () => 5, rows: () => 1999, of: 2000 },
      'Being compared with the record: 1,999 of 2,000 (99%)',
    ],
    [{ isCompared: false, bytes: () => 1_500_000 }, 'Being made and sent: 1.5 MB (1,500,000 bytes) so far'],
  ])('counts rows, or bytes where rows are not counted · %#', (making, words) => {
    expect(progressInWords(making)).toBe(words);
  });
});
