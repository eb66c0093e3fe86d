import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { sha256 } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';

const CONTACT = '14 Qxosslyn Road, M14 5AB; 0161 496 0123, qx@example.org';
/** How a note may give what is kept with an identity. */
export const TOLD = ['+44 (0)161 4960123', '14 Qxosslyn Rd', 'm145ab', 'QX@example.org', '03/05/34'];

/** Somebody's real name, as long as the pseudonym so that positions in notes stay as they are. */
function nameInPlaceOf(pseudonym: string, index: number): string {
  const letters = `${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}`;
  const last = `Zw${letters}${'k'.repeat(20)}`.slice(0, pseudonym.length - 4);
  return `Qx${letters[0]} ${index % 3 === 0 ? `${last.slice(0, -1)}é` : last}`;
}

/**
 * Gives every participant of a study a real name and writes it wherever a pseudonym stands: a study as it would be had
 * nobody ever used one; and names of people and agencies in every other place that takes words. Returns the names.
 */
export async function plantNames(
  owner: Knex,
  { studyId, by, uploads }: { studyId: string; by: string; uploads: string },
): Promise<string[]> {
  const people: { id: string; pseudonym: string; agency_id: string }[] = await owner('participants')
    .where({ study_id: studyId })
    .orderByRaw('length(pseudonym) desc, id');
  const names: string[] = [];
  for (const [index, { id, pseudonym, agency_id: agencyId }] of people.entries()) {
    const fullName = nameInPlaceOf(pseudonym, index);
    names.push(fullName);
    await anIdentity(owner, studyId, {
      participantId: id,
      by,
      fullName,
      otherNames: [],
      contact: CONTACT,
      born: '3 May 1934',
    });
    const noteIds = await owner('notes')
      .join('visits', 'visits.id', 'notes.visit_id')
      .where({ agency_id: agencyId })
      .pluck('notes.id');
    const swap = (column: string) =>
      owner.raw(`regexp_replace(??, ?, ?, 'g')`, [column, `\\m${pseudonym}\\M`, fullName]);
    await owner('note_revisions')
      .whereIn('note_id', noteIds)
      .update({ title: swap('title'), body: swap('body') });
    await owner('note_paragraphs')
      .whereIn('note_id', noteIds)
      .update({ body: swap('body') });
    await owner('codings')
      .whereIn('note_id', noteIds)
      .update({
        quote: swap('quote'),
        context_before: swap('context_before'),
        context_after: swap('context_after'),
      });
  }
  const [one, other] = [names[0]!, names[1]!];
  // At the end, so that positions stay as they are.
  const told = ` Call ${TOLD.join(' or ')}.`;
  await owner('note_revisions')
    .where({ study_id: studyId })
    .update({ body: owner.raw('body || ?', [told]) });
  await owner('codings')
    .where({ study_id: studyId })
    .update({ context_after: owner.raw(`regexp_replace(context_after, '\\n.*$', '') || ?`, [told]) });
  const shouted = other.normalize('NFD').toUpperCase();
  await owner('visits')
    .where({ study_id: studyId })
    .update({ setting: `The kitchen of ${one}`, purpose: `See ${shouted}` });
  await owner('phases')
    .where({ study_id: studyId })
    .update({ name: owner.raw(`name || ?`, [` with ${one}`]) });
  await owner('themes')
    .where({ study_id: studyId })
    .update({
      definition: owner.raw(`definition || ?`, [
        `\nAs ${one}’s aunt & Priya Menon say at BlueSCI: ${TOLD.join(', ')}.`,
      ]),
    });
  await owner.raw(
    `update themes set name = name || ? where id in (select theme_id from codings where study_id = ? limit 1)`,
    [` of ${one}`, studyId],
  );
  const rows: { id: string; note_id: string; theme_id: string }[] = await owner('codings')
    .where({ study_id: studyId })
    .orderBy('id')
    .limit(3);
  const subjects = [{ coding_id: rows[0]!.id }, { theme_id: rows[1]!.theme_id }, { note_id: rows[2]!.note_id }];
  for (const subject of subjects)
    await owner('memos').insert({
      id: newId(),
      study_id: studyId,
      ...subject,
      body: `${one.replace(' ', '\u00a0')} and ${shouted}.\nPN: ${one} frightens me.\nWeavers’ Yard, Daniel’s idea. ${TOLD.join(' and ')}.`,
      written_by: by,
    });
  const stored = `${newId()}.png`;
  const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(`tEXtAuthor\0${one}`)]);
  await writeFile(path.join(uploads, stored), picture);
  await owner('attachments').insert({
    id: newId(),
    study_id: studyId,
    note_id: rows[0]!.note_id,
    file_name: `${one}.png`,
    media_type: 'image/png',
    byte_length: picture.length,
    sha256: sha256(picture),
    stored_name: stored,
    uploaded_by: by,
  });
  return names;
}
