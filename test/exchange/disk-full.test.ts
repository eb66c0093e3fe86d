import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aPerson } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { g, projectXml, qdpx, TEXT } from './a-project.ts';

const t = useTestApp();

test('an import says that the disk is full and leaves neither rows nor files · when there is no room for what is in its file', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
  const small = path.join(folder, 'small');
  // The real program with a disk of 3 MB that nobody but it sees, and that goes away with it.
  const program = new Program({
    env: { DATABASE_URL: t.url, DATA_FOLDER: path.join(folder, 'data'), UPLOADS_FOLDER: small },
    smallDisk: { folder: small, megabytes: 3 },
  });
  try {
    const session = await BrowserSession.as(await program.address(), await aPerson(t.owner, { isAdministrator: true }));
    const pictures = [41, 42, 43, 44].map(
      (number) => `<PDFSource guid="${g(number)}" path="internal://${number}.pdf"/>`,
    );
    const files = [41, 42, 43, 44].map((number) => ({
      name: `sources/${number}.pdf`,
      data: Buffer.alloc(1_000_000, `%PDF-1.4 ${number} `),
    }));
    const bytes = qdpx(projectXml({ sources: pictures.join('') }), TEXT, files);
    expect(bytes.length).toBeLessThan(100_000);
    const id = newId();
    await session.agent
      .post('/imports')
      .set('Accept', 'text/html')
      .field('_csrf', await session.token('/imports/new'))
      .field('id', id)
      .attach('file', bytes, 'project.qdpx')
      .expect(303);
    const settled = () => until(async () => !(await session.get(`/imports/${id}`)).text.includes('renews itself'));
    await settled();
    await session.post(`/imports/${id}/study`, { name: 'Quiet corners' }, `/imports/${id}`);
    await settled();
    const page = (await session.page(`/imports/${id}`))('main').text();
    expect(page).toContain('Nothing was imported. The disk is full, so nothing was kept.');
    expect(await t.owner('studies').where({ name: 'Quiet corners' })).toEqual([]);
    // As the program sees it.
    const seen = await readdir(`/proc/${program.child.pid}/root${small}`, { withFileTypes: true });
    expect(seen.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
  } finally {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
