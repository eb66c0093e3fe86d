import { type Element, normaliseGuid } from '../refi/element.ts';
import type { Into } from './into.ts';
import { fittedText } from './names.ts';
import { dateOf } from './note-rows.ts';

const LONGEST = 20_000;

/** A memo of a note of the file. `text` is undefined where its file is missing. */
export function putMemo(into: Into, unit: Element, text: string | undefined): void {
  const guid = normaliseGuid(unit.attributes.guid ?? '');
  const at = dateOf(into, unit.attributes.creationDateTime, unit) ?? into.at;
  const written = text ?? '';
  const name = unit.attributes.name?.trim() ?? '';
  const whole = written.trim() === '' ? (name === '' ? '(an empty memo)' : name) : written;
  const body = fittedText(whole, LONGEST);
  if (body !== whole)
    into.remarks.add(
      'kept',
      'Memos longer than 20,000 characters were cut; the whole of them is kept for the next export.',
      name || guid,
    );
  const id = into.idOf('memo', guid, at);
  const subject = into.subjects.get(guid) ?? {};
  into.put('memos', {
    id,
    study_id: into.studyId,
    note_id: null,
    theme_id: null,
    coding_id: null,
    ...subject,
    body,
    written_by: into.memberOf(unit.attributes.creatingUser),
    written_at: at,
  });
  into.keep(
    'Memo',
    {
      element: { ...unit, attributes: { ...unit.attributes, guid: into.uniqueGuid(guid) } },
      held: { body, text: text ?? null },
    },
    { guid, entityId: id },
  );
}
