import { normaliseNewlines } from '../../shared/text.ts';
import { counted } from '../../shared/counted.ts';

// What neither the database nor XML can hold. Tab and newline stay.
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text as notes have it: newlines are \n, and what cannot be kept is gone, with a remark that says so. */
export function tidyText(text: string): { text: string; remarks: string[] } {
  // A page break, and Word's line break within a paragraph, are ends of lines.
  const even = normaliseNewlines(text).replace(/[\f\v]/g, '\n');
  const removed = even.match(FORBIDDEN)?.length ?? 0;
  if (removed === 0) return { text: even, remarks: [] };
  const remark = `${counted(removed, 'invisible or broken character')} that cannot be kept ${removed === 1 ? 'was' : 'were'} removed.`;
  return { text: even.replace(FORBIDDEN, ''), remarks: [remark] };
}
