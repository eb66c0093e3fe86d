const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

// Beside what must be escaped, what no XML file may hold: control characters but tab and newline, halves of surrogate
// pairs, and the two last places of the first plane.
const SPECIAL = /[&<>"\r\ufffe\uffff]|(?![\t\n\u007f-\u009f])\p{Cc}|\p{Cs}/gu;
const SURELY_PLAIN = /^[\t\n !#-%'-;=?-~]*$/;

/** `text` inside an element or an attribute. What XML forbids becomes U+FFFD, the sign for a character that is lost. */
export function xmlText(text: string): string {
  return SURELY_PLAIN.test(text) ? text : text.replaceAll(SPECIAL, (found) => ENTITIES[found] ?? '\ufffd');
}

const FIRST_LETTER = /\p{L}/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Whether the first letter of `text` belongs to a script that is written from right to left. */
export function isRightToLeft(text: string): boolean {
  const letter = FIRST_LETTER.exec(text)?.[0];
  return letter !== undefined && RIGHT_TO_LEFT.test(letter);
}
