import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { codePointLength, normaliseNewlines, sliceCodePoints } from '../../server/shared/text.ts';
import { fitted, type GeneratedNote, type StudyModel } from './study-arbitrary.ts';

/** Writes the study down as the database's owner. Returns its id. */
export async function build(owner: Knex, model: StudyModel): Promise<string> {
  const study_id = newId();
  await owner('studies').insert({ id: study_id, name: fitted(model.name), raw_notes_read_by: 'team' });
  const people = model.people.map((called) => ({ id: newId(), called, member: newId() }));
  await owner('people').insert(people.map(({ id }) => ({ id, name: 'Somebody', email: `${id}@example.org` })));
  await owner('memberships').insert(
    people.map(({ id, called, member }, index) => ({
      id: member,
      study_id,
      person_id: id,
      name: called,
      role: index === 0 ? 'lead' : 'researcher',
    })),
  );
  const member = (index: number) => people[index % people.length]!.member;
  const agencies = model.agencies.map((called, index) => ({
    id: newId(),
    study_id,
    name: numbered(called, index),
    code: `AG${index}`,
    sector: 'other',
  }));
  await owner('agencies').insert(agencies);
  const phase = newId();
  await owner('phases').insert({ id: phase, study_id, name: 'First visits', position: 1 });
  const themes = model.themes.map((theme, index) => ({ ...theme, id: newId(), index }));
  for (const theme of themes)
    await owner('themes').insert({
      id: theme.id,
      study_id,
      parent_id: parentOf(model, theme.index) === undefined ? null : themes[parentOf(model, theme.index)!]!.id,
      name: numbered(theme.name, theme.index),
      definition: theme.definition,
      when_to_use: theme.whenToUse,
      example: theme.example,
      colour: `#0000${(16 + theme.index).toString(16)}`,
      position: theme.index,
      created_by: member(0),
    });
  const memos: Record<string, unknown>[] = [];
  const say = (body: string | null, subject: object): void => {
    if (body !== null) memos.push({ id: newId(), study_id, body, written_by: member(memos.length), ...subject });
  };
  for (const theme of themes) say(theme.memo, { theme_id: theme.id });
  for (const [index, given] of model.notes.entries()) {
    const [visit, id, revision] = [newId(), newId(), newId()];
    await owner('visits').insert({
      id: visit,
      study_id,
      agency_id: agencies[given.agency % agencies.length]!.id,
      phase_id: phase,
      setting: given.setting,
      purpose: index % 2 === 0 ? normaliseNewlines(given.title) : '',
      starts_at: given.at,
      ends_at: new Date(given.at.getTime() + 3_600_000),
      created_by: member(0),
    });
    const done = given.isComplete && { completed_at: given.at, completed_by: member(given.author) };
    await owner('notes').insert({
      id,
      study_id,
      visit_id: visit,
      author_id: member(given.author),
      created_at: given.at,
      latest_revision: 1,
      ...done,
    });
    await owner('note_revisions').insert({
      id: revision,
      study_id,
      note_id: id,
      number: 1,
      title: given.title,
      body: given.body,
      saved_by: member(given.author),
      saved_at: given.at,
    });
    say(given.memo, { note_id: id });
    for (const one of codingsOf(model, given)) {
      const codingId = newId();
      await owner('codings').insert({
        id: codingId,
        study_id,
        note_id: id,
        revision_id: revision,
        theme_id: themes[one.theme]!.id,
        coder_id: member(one.coder),
        start_position: one.start,
        end_position: one.end,
        quote: one.quote,
        paragraph_label: 'ON',
        created_at: one.at,
      });
      say(one.memo, { coding_id: codingId });
    }
  }
  for (const body of model.memos) say(body, {});
  if (memos.length > 0) await owner('memos').insert(memos);
  return study_id;
}

/** Codings that can be: inside the text, of a theme there is, and once each. Whole notes among them. */
export function codingsOf(model: StudyModel, { body, codings }: GeneratedNote) {
  const length = codePointLength(body);
  const seen = new Set<string>();
  if (model.themes.length === 0) return [];
  return codings.flatMap((one) => {
    const [low, high] = [Math.min(one.from, one.to), Math.max(one.from, one.to) + 1];
    const [start, end] = one.whole ? [0, length] : [low, Math.min(high, length)];
    const [theme, coder] = [one.theme % model.themes.length, one.coder % model.people.length];
    const key = `${start} ${end} ${theme} ${coder}`;
    if (end <= start || seen.has(key)) return [];
    seen.add(key);
    return [{ start, end, theme, coder, at: one.at, memo: one.memo, quote: sliceCodePoints(body, start, end) }];
  });
}

// Every theme is below the one before it, or below any earlier one.
function parentOf({ isDeep, themes }: StudyModel, index: number): number | undefined {
  if (index === 0) return undefined;
  if (isDeep) return index - 1;
  const chosen = themes[index]!.parent % (index + 1);
  return chosen === index ? undefined : chosen;
}

const numbered = (called: string, index: number): string => `${called}${index}\n `;

/** What has to be in the study that came of it, worked out from the model alone. */
export function expectedOf(model: StudyModel) {
  const path = (index: number): string => {
    const parent = parentOf(model, index);
    const own = fitted(numbered(model.themes[index]!.name, index));
    return parent === undefined ? own : `${path(parent)} / ${own}`;
  };
  const person = (index: number) => fitted(model.people[index % model.people.length]!);
  return {
    themes: model.themes.map(({ definition, whenToUse, example }, index) => ({
      path: path(index),
      definition,
      whenToUse,
      example,
    })),
    notes: model.notes.map((one) => ({
      title: fitted(one.title),
      body: one.body,
      agency: fitted(numbered(model.agencies[one.agency % model.agencies.length]!, one.agency % model.agencies.length)),
      author: person(one.author),
      setting: fitted(one.setting),
      at: one.at.toISOString(),
      isComplete: one.isComplete,
    })),
    codings: model.notes.flatMap((one) =>
      codingsOf(model, one).map(({ quote, start, end, theme, coder, at }) => ({
        title: fitted(one.title),
        theme: path(theme),
        coder: person(coder),
        quote,
        start,
        end,
        at: at.toISOString(),
      })),
    ),
    memos: [
      ...model.themes.flatMap((one) => (one.memo === null ? [] : [`theme ${one.memo}`])),
      ...model.notes.flatMap((one) => [
        ...(one.memo === null ? [] : [`note ${one.memo}`]),
        ...codingsOf(model, one).flatMap((of) => (of.memo === null ? [] : [`coding ${of.memo}`])),
      ]),
      ...model.memos.map((body) => `study ${body}`),
    ],
  };
}
