import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { aTheme } from './builders.ts';

/** A memo on the theme, note or coding named, or on the study. */
export async function aMemo(
  owner: Knex,
  studyId: string,
  given: { by: string } & Partial<{ noteId: string; themeId: string; codingId: string; body: string }>,
): Promise<{ id: string; body: string }> {
  const id = newId();
  const body = given.body ?? 'Perhaps the same as waiting?';
  await owner('memos').insert({
    id,
    study_id: studyId,
    note_id: given.noteId ?? null,
    theme_id: given.themeId ?? null,
    coding_id: given.codingId ?? null,
    body,
    written_by: given.by,
  });
  return { id, body };
}

/** The step of a theme merged into another, with the coding that it moved. */
export async function aMerge(
  owner: Knex,
  studyId: string,
  given: { by: string; coding: { id: string } },
): Promise<{ id: string; themeId: string; intoId: string }> {
  const id = newId();
  const into = await aTheme(owner, studyId, { by: given.by });
  const theme = await aTheme(owner, studyId, { by: given.by, removed: true });
  await owner('themes').where({ id: theme.id }).update({ merged_into: into.id });
  const texts = { definition: '', whenToUse: '', whenNotToUse: '', example: '', colour: '#1d70b8' };
  const state = { ...texts, name: theme.name, parentId: null, position: 1, retired: false };
  await owner('codebook_steps').insert({
    id,
    study_id: studyId,
    number: await nextNumber(owner, 'codebook_steps', studyId),
    kind: 'merged',
    subject_id: theme.id,
    into_id: into.id,
    made_by: given.by,
  });
  await owner('codebook_step_themes').insert({
    step_id: id,
    study_id: studyId,
    theme_id: theme.id,
    before: { ...state, removed: false, mergedInto: null },
    after: { ...state, removed: true, mergedInto: into.id },
  });
  await owner('codebook_step_codings').insert({
    step_id: id,
    study_id: studyId,
    coding_id: given.coding.id,
    from_theme_id: theme.id,
    to_theme_id: into.id,
    set_aside: false,
  });
  return { id, themeId: theme.id, intoId: into.id };
}

/** A named version of a codebook without themes. */
export async function aVersion(owner: Knex, studyId: string, given: { by: string }): Promise<{ id: string }> {
  const id = newId();
  await owner('codebook_versions').insert({
    id,
    study_id: studyId,
    number: await nextNumber(owner, 'codebook_versions', studyId),
    name: 'After the first visits',
    theme_count: 0,
    themes: '[]',
    made_by: given.by,
  });
  return { id };
}

async function nextNumber(owner: Knex, table: string, studyId: string): Promise<number> {
  const last = await owner(table).where({ study_id: studyId }).max('number as number').first();
  return Number(last?.number ?? 0) + 1;
}
