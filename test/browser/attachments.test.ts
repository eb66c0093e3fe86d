import { expect, jest, test } from '@jest/globals';
import { aNoteInHand } from '../notes/a-note-in-hand.ts';
import { useBrowser } from '../support/browser.ts';
import { useTestApp } from '../support/test-app.ts';

jest.setTimeout(60_000);
const t = useTestApp();
const browser = useBrowser(t);

test('a double click on “Add the file” · keeps the file once and shows no error', async () => {
  const { researcher, note, path } = await aNoteInHand(t);
  const page = await browser.open(researcher);
  await page.goto(`${path}/attachments`);
  const sentByTheForm: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.method() === 'POST') sentByTheForm.push(request.url());
  });
  await page.locator('input[type=file][multiple]').waitFor();
  await page
    .locator('#file')
    .setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('A plan.') });
  await page.getByRole('button', { name: 'Add the file' }).evaluate((button) => {
    (button as HTMLElement).click();
    (button as HTMLElement).click();
  });
  await page.locator('.app-attachments__name', { hasText: 'plan.txt' }).waitFor();
  expect(sentByTheForm).toEqual([]);
  expect(await page.getByText('Choose a file').count()).toBe(0);
  expect(await t.owner('attachments').where({ note_id: note.id })).toHaveLength(1);
});
