import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { raceFor } from '../support/at-once.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedCodebook, codedAs } from './a-coded-codebook.ts';
import { treeOf } from './a-codebook.ts';

const t = useTestApp();
type Coded = Awaited<ReturnType<typeof aCodedCodebook>>;

/** The requests' codebook is held until all of them wait for it, so that they really meet. */
async function together(
  of: Coded,
  requests: { session: BrowserSession; path: string; form?: Record<string, string> }[],
) {
  const tokens = await Promise.all(requests.map(({ session }) => session.token()));
  return raceFor(
    t.owner,
    (trx) => trx.raw(`select pg_advisory_xact_lock(hashtextextended('themes of ' || ?::text, 0))`, [of.study.id]),
    () =>
      requests.map(({ session, path, form = {} }, index) =>
        session.agent
          .post(path)
          .set('Accept', 'text/html')
          .type('form')
          .send({ _csrf: tokens[index], ...form }),
      ),
  );
}

/** Codings, not removed, whose theme is removed or merged. */
const stranded = (of: Coded) =>
  t
    .owner('codings')
    .join('themes', 'themes.id', 'codings.theme_id')
    .where('codings.note_id', of.note.id)
    .whereNull('codings.removed_at')
    .whereNotNull('themes.merged_into')
    .pluck('codings.id');

describe('at the same moment', () => {
  test('two merges of one theme · one is done and the other told so', async () => {
    const of = await aCodedCodebook(t);
    const path = `${of.themes}/${of.family.id}/merge`;
    const answers = await together(of, [
      { session: of.session, path, form: { id: newId(), target: of.friends.id } },
      { session: of.leadSession, path, form: { id: newId(), target: of.places.id } },
    ]);
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['303', '409']);
    expect(await stranded(of)).toEqual([]);
  });

  test('each of two themes merged into the other · one is left, with all codings', async () => {
    const of = await aCodedCodebook(t);
    const answers = await together(of, [
      { session: of.session, path: `${of.themes}/${of.family.id}/merge`, form: { id: newId(), target: of.friends.id } },
      {
        session: of.leadSession,
        path: `${of.themes}/${of.friends.id}/merge`,
        form: { id: newId(), target: of.family.id },
      },
    ]);
    // Whoever comes second has neither the theme nor the one to merge it into.
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(await stranded(of)).toEqual([]);
    const present = (await codedAs(t, of.note.id)).filter((coding) => !coding.startsWith('-'));
    expect(present.map((coding) => coding.replace(/^\w+ /, ''))).toEqual(['[21, 30)', '[4, 20)']);
  });

  test('merging a theme and removing it, or the one it goes into · leaves no coding on a merged theme', async () => {
    for (const which of ['family', 'friends'] as const) {
      const of = await aCodedCodebook(t);
      const answers = await together(of, [
        {
          session: of.session,
          path: `${of.themes}/${of.family.id}/merge`,
          form: { id: newId(), target: of.friends.id },
        },
        { session: of.leadSession, path: `${of.themes}/${of[which].id}/removal` },
      ]);
      for (const { status } of answers) expect([303, 409, 422]).toContain(status);
      expect(await stranded(of)).toEqual([]);
      // However it came: brought back, the theme has all that it had.
      const shown = (await codedAs(t, of.note.id)).length;
      expect(shown).toBe(3);
    }
  });

  test('a theme moved under its own grandchild from two sides · makes no ring', async () => {
    const of = await aCodedCodebook(t);
    const answers = await together(of, [
      {
        session: of.session,
        path: `${of.themes}/${of.networks.id}/position`,
        form: { parent: of.places.id, place: '1' },
      },
      {
        session: of.leadSession,
        path: `${of.themes}/${of.places.id}/position`,
        form: { parent: of.family.id, place: '1' },
      },
    ]);
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['303', '422']);
    expect(await treeOf(t, of.study.id)).toHaveLength(4);
  });

  test('coding with a theme while it is merged · loses no coding, doubles none and leaves none behind', async () => {
    const of = await aCodedCodebook(t);
    const colleague = await BrowserSession.as(t.app, of.colleague);
    const token = await colleague.token();
    const coding = (start: number, themes: string[]) =>
      colleague.agent
        .post(`${of.study.path}/notes/${of.note.id}/codings`)
        .set('Accept', 'application/json')
        .set('x-csrf-token', token)
        .send({ revision: 1, start, end: start + 5, themes, ids: themes.map(() => newId()) });
    const merging = of.session.post(`${of.themes}/${of.family.id}/merge`, { id: newId(), target: of.friends.id });
    const both = [of.family.id, of.friends.id];
    const [merged, ...coded] = await Promise.all([
      merging,
      ...[4, 10, 16, 22, 28].flatMap((start) => [
        coding(start, [of.family.id]).then((a) => a),
        coding(start + 1, both).then((a) => a),
      ]),
    ]);
    expect(merged.status).toBe(303);
    for (const { status } of coded) expect([200, 422]).toContain(status);
    expect(await stranded(of)).toEqual([]);
    // Each answered coding is there once, under the theme that is left.
    const done = coded.filter(({ status }) => status === 200);
    const theirs = await t
      .owner('codings')
      .where({ note_id: of.note.id, coder_id: of.colleague.membershipId, theme_id: of.friends.id })
      .whereNull('removed_at');
    expect(theirs).toHaveLength(done.length);
  }, 60_000);

  test('saving a note anew while its codings are merged · ends for both, with every coding in one place', async () => {
    const of = await aCodedCodebook(t);
    const revisions = `${of.study.path}/notes/${of.note.id}/revisions`;
    const body = 'ON: Worker 1 held the door for Member 4. "After you," she said. They laughed.';
    const [saved, merged] = await Promise.all([
      of.session.post(revisions, { id: newId(), base: '1', title: 'The kitchen', body }),
      of.leadSession.post(`${of.themes}/${of.family.id}/merge`, { id: newId(), target: of.friends.id }),
    ]);
    expect([saved.status, merged.status]).toEqual([303, 303]);
    expect(await codedAs(t, of.note.id)).toEqual(['-Family [4, 20)', 'Friends [21, 30)', 'Friends [4, 20)']);
  });
});
