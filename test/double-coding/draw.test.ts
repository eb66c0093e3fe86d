import { describe, expect, test } from '@jest/globals';
import { draw } from '../../server/double-coding/sampling.ts';
import { newId } from '../../server/shared/ids.ts';
import { anAgency, aNote, aVisit } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aStudyWithCoders } from './a-blind-study.ts';

const t = useTestApp();

async function aStudyToDrawFrom() {
  const cast = await aStudyWithCoders(t);
  const by = cast.lead.membershipId;
  const other = await anAgency(t.owner, cast.study.id);
  const elsewhere = await aVisit(t.owner, cast.study.id, { agencyId: other.id, phaseId: cast.phase.id, by });
  const notes = [cast.note];
  for (let count = 0; count < 4; count += 1)
    notes.push(await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, completed: true }));
  const there = await aNote(t.owner, cast.study.id, { visitId: elsewhere.id, by, completed: true });
  await aNote(t.owner, cast.study.id, { visitId: elsewhere.id, by });
  const cell = (agency: { id: string }) => `n-${agency.id}-${cast.phase.id}`;
  const fields = { id: newId(), coders: [cast.researcher.membershipId, cast.colleague.membershipId] };
  const ask = (more: Record<string, string | string[]>) =>
    cast.asLead.post(`${cast.path}/double-codings/draws`, { ...fields, ...more });
  return { ...cast, other, notes, there, cell, id: fields.id, ask };
}
const drawnIn = (cast: { study: { id: string } }) =>
  t.owner('double_codings').where({ study_id: cast.study.id }).orderBy('note_id').select('note_id', 'draw_id');

describe('drawing a sample', () => {
  test('gives each place its number, and the record repeats the draw', async () => {
    const cast = await aStudyToDrawFrom();
    const answer = await cast.ask({ [cast.cell(cast.agency)]: '2', [cast.cell(cast.other)]: ' 1 ' });
    expect(answer.headers.location).toBe(`${cast.path}/double-codings/draws/${cast.id}`);
    const { seed, strata } = await t.owner('double_coding_draws').where({ id: cast.id }).first();
    const here = strata.find((each: { agencyId: string }) => each.agencyId === cast.agency.id);
    expect(here).toMatchObject({ candidates: cast.notes.map(({ id }) => id).toSorted(), asked: 2 });
    const expected = [...draw(seed, here.candidates, 2), cast.there.id].toSorted();
    expect((await drawnIn(cast)).map((row) => row.note_id)).toEqual(expected);
    expect((await drawnIn(cast)).every((row) => row.draw_id === cast.id)).toBe(true);
    const $ = await cast.asColleague.page(`${cast.path}/double-codings/draws/${cast.id}`);
    expect($('.app-draw__seed').text()).toBe(seed);
    expect($('tbody').text()).toContain(`${cast.phase.name}52`);
    expect($('.app-blind')).toHaveLength(3);
    expect(await t.owner('events').where({ subject_id: cast.id, kind: 'double-coding.drawn' })).toHaveLength(1);
  });

  test('sent twice, even at once · draws once', async () => {
    const cast = await aStudyToDrawFrom();
    const fields = { [cast.cell(cast.agency)]: '2' };
    const answers = await Promise.all([cast.ask(fields), cast.ask(fields)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await cast.ask(fields)).status).toBe(303);
    expect(await drawnIn(cast)).toHaveLength(2);
  });

  test.each([
    ['nothing asked for', '', 'Enter how many notes to draw'],
    ['more than there are', '6', 'Only 5 notes can be drawn here'],
    ['no number', 'two', 'Enter a whole number'],
    ['a negative one', '-1', 'Enter a whole number'],
    ['far too many', '201', 'Draw 200 notes or fewer'],
  ])('%s · is refused beside its field, and what was typed is kept', async (_what, count, words) => {
    const cast = await aStudyToDrawFrom();
    const answer = await cast.ask({ [cast.cell(cast.agency)]: count });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(answer.text).toContain(`value="${count}"`);
    expect(await drawnIn(cast)).toEqual([]);
    expect(await t.owner('double_coding_draws').where({ id: cast.id })).toEqual([]);
  });

  test('one coder · is refused', async () => {
    const cast = await aStudyToDrawFrom();
    const answer = await cast.ask({ [cast.cell(cast.agency)]: '1', coders: cast.lead.membershipId });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Choose two or more coders');
  });
});
