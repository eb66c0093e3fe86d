import { describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aNoteInHand, bodiesOf } from '../notes/a-note-in-hand.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { useTestApp } from '../support/test-app.ts';

// Autosave has its pace, and axe looks at nine pages.
jest.setTimeout(90_000);
const t = useTestApp();
const browser = useBrowser(t);

const SAVED = /^Saved \d\d:\d\d$/;
const status = (page: Page, words: string | RegExp) =>
  page.locator('[data-editor-status]').filter({ hasText: words }).waitFor();
const bodyOf = (page: Page) => page.locator('[name=body]').inputValue();

async function draftOf(noteId: string): Promise<string | undefined> {
  return (await t.owner('note_drafts').where({ note_id: noteId }).first('body'))?.body;
}

async function anOpenEditor(given: { body?: string | null; title?: string } = {}) {
  const cast = await aNoteInHand(t, given);
  const page = await browser.open(cast.researcher);
  await page.goto(`${cast.path}/edit`);
  await page.locator('[data-editor-bar]').waitFor();
  return { ...cast, page };
}

async function type(page: Page, words: string): Promise<void> {
  await page.locator('[name=body]').press('Control+End');
  await page.locator('[name=body]').pressSequentially(words);
}

describe('writing', () => {
  test('the editor · saves a draft by itself and then a revision · with labels from the bar', async () => {
    const { page, note, path } = await anOpenEditor({ body: 'ON: First.' });
    await type(page, '');
    await page.getByRole('button', { name: 'Theoretical' }).click();
    await page.keyboard.type('It mattered.');
    expect(await bodyOf(page)).toBe('ON: First.\nTN: It mattered.');
    await status(page, SAVED);
    expect(await draftOf(note.id)).toBe('ON: First.\nTN: It mattered.');
    expect(await page.locator('[data-editor-words]').textContent()).toBe('5');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(`**${path}`);
    expect(await bodiesOf(t, note.id)).toEqual(['ON: First.', 'ON: First.\nTN: It mattered.']);
    expect(await draftOf(note.id)).toBeUndefined();
  });

  test('the pages of a note · have no accessibility faults · to read, edit, list and compare', async () => {
    const { page, path, study, session } = await anOpenEditor({ body: 'ON: First.\nTN: Second.' });
    await type(page, ' More');
    await status(page, SAVED);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(`**${path}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await session.post(`${path}/completion`);
    for (const address of [
      path,
      `${path}/edit`,
      `${study.path}/notes`,
      `${path}/revisions`,
      `${path}/revisions/1`,
      `${path}/comparison?from=1&to=2`,
    ]) {
      await page.goto(address);
      expect([address, await accessibilityFaults(page)]).toEqual([address, []]);
    }
  });
});

describe('losing nothing', () => {
  test('what is typed offline · is there again and reaches the server · after the browser was killed', async () => {
    const { page, note, path } = await anOpenEditor({ body: 'Before the tunnel.' });
    await page.context().setOffline(true);
    await type(page, ' In the tunnel.');
    await status(page, 'Not saved, still trying');
    expect(await draftOf(note.id)).toBeUndefined();
    // The browser is killed: no farewell, nothing sent as the page is left.
    await page.goto('chrome://crash').catch(() => undefined);
    expect(await draftOf(note.id)).toBeUndefined();
    const context = page.context();
    await page.close();
    const again = await context.newPage();
    await context.setOffline(false);
    await again.goto(`${path}/edit`);
    await again.getByText('kept on this device').waitFor();
    expect(await bodyOf(again)).toBe('Before the tunnel. In the tunnel.');
    await status(again, SAVED);
    expect(await draftOf(note.id)).toBe('Before the tunnel. In the tunnel.');
  });

  test('what is typed offline · is sent by itself · when the connection comes back', async () => {
    const { page, note } = await anOpenEditor({ body: 'One.' });
    await page.context().setOffline(true);
    await type(page, ' Two.');
    await status(page, 'Not saved, still trying');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Your words are still here').waitFor();
    await page.context().setOffline(false);
    await status(page, SAVED);
    expect(await draftOf(note.id)).toBe('One. Two.');
  });

  test('what is typed in the last moment · is on the server or on the device · when the page is left at once', async () => {
    const { page, path } = await anOpenEditor({ body: 'One.' });
    await type(page, ' Two.');
    await page.goto('about:blank');
    await page.goto(`${path}/edit`);
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('[name=body]')?.value === 'One. Two.');
  });

  test('an expired session · keeps the text and saves it · after signing in again in another tab', async () => {
    const { page, note, researcher, path } = await anOpenEditor({ body: 'One.' });
    await t.owner('sessions').delete();
    await type(page, ' Two.');
    await status(page, 'you have been signed out');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(await page.locator('#not-saved').textContent()).toContain(
      'Not saved: you have been signed out. Sign in again as yourself in another tab, then save. Your words are still here.',
    );
    expect(await bodyOf(page)).toBe('One. Two.');
    const other = await page.context().newPage();
    await other.goto('/sign-in');
    await other.locator('[name=email]').fill(researcher.email);
    await other.locator('[name=password]').fill(researcher.password);
    await other.locator('[name=password]').press('Enter');
    await other.waitForURL((url) => url.pathname !== '/sign-in');
    await page.bringToFront();
    await status(page, SAVED);
    expect(await draftOf(note.id)).toBe('One. Two.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(`**${path}`);
    expect(await bodiesOf(t, note.id)).toEqual(['One.', 'One. Two.']);
  });

  test('another person signed in meanwhile · never gets the words · and they stay in the form', async () => {
    const { page, note, colleague } = await anOpenEditor({ body: 'One.' });
    // An answer that is still on its way may put the cookie back: it is of no use by then.
    await t.owner('sessions').delete();
    await page.context().clearCookies();
    const other = await page.context().newPage();
    await other.goto('/sign-in');
    await other.locator('[name=email]').fill(colleague.email);
    await other.locator('[name=password]').fill(colleague.password);
    await other.locator('[name=password]').press('Enter');
    await other.waitForURL((url) => url.pathname !== '/sign-in');
    await page.bringToFront();
    await type(page, ' Two.');
    await status(page, 'somebody else is signed in');
    expect(await bodyOf(page)).toBe('One. Two.');
    expect(await draftOf(note.id)).toBeUndefined();
  });

  test('signing out · warns and waits · while words have not reached the server', async () => {
    const { page } = await anOpenEditor({ body: 'One.' });
    await page.route('**/draft', (route) => route.abort());
    await type(page, ' Two.');
    await status(page, 'Not saved, still trying');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByText('have not reached the server').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await page.unroute('**/draft');
    await status(page, SAVED);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
  });
});

describe('one browser for several people', () => {
  test('signing out · tells nobody of another’s words, and leaves them where they are · until their writer is back', async () => {
    const { page, researcher, colleague, path } = await anOpenEditor({ body: 'One.', title: 'Private title' });
    await page.route('**/draft', (route) => route.abort());
    await type(page, ' Two.');
    await status(page, 'Not saved, still trying');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByText('Private title').waitFor();
    await page.getByRole('button', { name: 'Sign out all the same' }).click();
    await page.waitForURL('**/sign-in');

    const signIn = async (person: { email: string; password: string }) => {
      await page.locator('[name=email]').fill(person.email);
      await page.locator('[name=password]').fill(person.password);
      await page.locator('[name=password]').press('Enter');
      await page.waitForURL((url) => url.pathname !== '/sign-in');
    };
    await signIn(colleague);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');

    await signIn(researcher);
    await page.unroute('**/draft');
    await page.goto(`${path}/edit`);
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('[name=body]')?.value === 'One. Two.');
  });
});

describe('two texts', () => {
  test('a second tab · shows both texts and writes over neither · until the writer chooses', async () => {
    const { page, note, path } = await anOpenEditor({ body: 'One.' });
    const second = await page.context().newPage();
    await second.goto(`${path}/edit`);
    await second.getByText('open in another tab too').waitFor();
    await type(page, ' From the first.');
    await status(page, SAVED);
    await type(second, ' From the second.');
    await status(second, 'choose between the two texts');
    expect(await second.locator('.app-kept-text').textContent()).toContain('One. From the first.');
    expect(await bodyOf(second)).toBe('One. From the second.');
    expect(await draftOf(note.id)).toBe('One. From the first.');
    expect(await accessibilityFaults(second)).toEqual([]);

    await second.getByRole('button', { name: 'Use this text instead' }).click();
    expect(await bodyOf(second)).toBe('One. From the first.');
    await second.getByRole('button', { name: 'Put it back into the form' }).click();
    await status(second, SAVED);
    await second.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('[name=body]')?.value === 'One. From the second.',
    );
    await second.getByRole('button', { name: 'Close' }).click();
  });

  test('a colleague’s save · is shown beside the words typed here · on saving', async () => {
    const { page, note, path, session, colleague } = await anOpenEditor({ body: 'They sat apart.' });
    await type(page, ' I left.');
    await status(page, SAVED);
    await t.owner('note_revisions').insert({
      id: '01890000-0000-7000-8000-000000000001',
      study_id: (await t.owner('notes').where({ id: note.id }).first('study_id')).study_id,
      note_id: note.id,
      number: 2,
      title: 'At the cafe',
      body: 'They sat together.',
      saved_by: colleague.membershipId,
    });
    await t.owner('notes').where({ id: note.id }).update({ latest_revision: 2 });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('#theirs').waitFor();
    expect(await bodyOf(page)).toBe('They sat apart. I left.');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('[data-editor-bar]').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(`**${path}`);
    expect(await bodiesOf(t, note.id)).toEqual(['They sat apart.', 'They sat together.', 'They sat apart. I left.']);
    expect((await session.get(path)).text).toContain('They sat apart. I left.');
  });
});
