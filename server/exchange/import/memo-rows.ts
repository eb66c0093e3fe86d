import { codePointLength, sliceCodePoints } from '../../shared/text.ts';
import { element, type Element, normaliseGuid } from '../refi/element.ts';
import type { Into, Subject } from './into.ts';
import { fittedText } from './names.ts';
import { dateOf } from './note-rows.ts';

const LONGEST = 20_000;
const LONGEST_QUOTE = 200;

/** A memo of a note of the file. `text` is undefined where its file is missing. */
export function putMemo(into: Into, unit: Element, text: string | undefined): void {
  const guid = normaliseGuid(unit.attributes.guid ?? '');
  const at = dateOf(into, unit.attributes.creationDateTime, unit) ?? into.at;
  const id = into.idOf('memo', guid, at);
  const body = putBody(into, id, into.subjects.get(guid) ?? {}, {
    whole: withTitle(unit.attributes.name?.trim() ?? '', text?.trim() ? text : ''),
    by: unit.attributes.creatingUser,
    at,
    where: unit.attributes.name ?? guid,
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

// A memo has no title here: that of the file stands above its words, unless they begin with it.
function withTitle(title: string, text: string): string {
  if (title === '' || text.trimStart().startsWith(title)) return text || '(an empty memo)';
  return text === '' ? title : `${title}\n\n${text}`;
}

/**
 * The children of `of` with what the element says of itself (its Description) replaced by a reference to a memo that says
 * so: about `subject`, and with `quote` above it where that does not say which words are meant. `held` is what is told apart
 * by its GUID; `at` the moment that stands in for one that the file does not give.
 */
export function putComments(
  into: Into,
  of: Element,
  children: readonly Element[],
  { subject, quote, at, noteId }: { subject: Subject; quote?: string | undefined; at: string; noteId?: string },
): Element[] {
  let number = 0;
  return children.map((child) => {
    if (child.name !== 'Description' || child.text.trim() === '') return child;
    number += 1;
    const { guid = '', modifyingUser, modifiedDateTime, creationDateTime } = of.attributes;
    const written = dateOf(into, modifiedDateTime ?? creationDateTime, of) ?? at;
    const id = into.idOf('comment', `${of.name} ${normaliseGuid(guid)} ${number}`, written);
    const coding = children.find(({ name }) => name === '@Coding')?.children[0];
    const body = putBody(into, id, subject, {
      whole: quote === undefined ? child.text : `“${shortened(quote)}”\n\n${child.text}`,
      by: modifyingUser ?? of.attributes.creatingUser ?? coding?.attributes.creatingUser,
      at: written,
      where: of.attributes.name ?? guid,
    });
    into.keep('Comment', { held: { body, noteId } }, { guid: normaliseGuid(guid), entityId: id });
    into.remarks.add(
      'changed',
      'What passages, texts and the project say of themselves (their descriptions) became memos.',
      of.attributes.name ?? guid,
    );
    return element('@Comment', { memo: id }, [child]);
  });
}

function putBody(
  into: Into,
  id: string,
  subject: Subject,
  given: { whole: string; by: string | undefined; at: string; where: string },
): string {
  const body = fittedText(given.whole, LONGEST);
  if (body !== given.whole)
    into.remarks.add(
      'kept',
      'Memos longer than 20,000 characters were cut; the whole of them is kept for the next export.',
      given.where,
    );
  into.put('memos', {
    id,
    study_id: into.studyId,
    note_id: null,
    theme_id: null,
    coding_id: null,
    ...subject,
    body,
    written_by: into.memberOf(given.by),
    written_at: given.at,
  });
  return body;
}

function shortened(quote: string): string {
  const line = quote.replace(/\s+/gu, ' ').trim();
  return codePointLength(line) > LONGEST_QUOTE ? `${sliceCodePoints(line, 0, LONGEST_QUOTE)}…` : line;
}
