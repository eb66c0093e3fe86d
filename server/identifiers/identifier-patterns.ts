// What is told by its form alone: addresses, numbers, dates. Every pattern begins where it cannot begin a character
// earlier and is bounded in length, so that reading takes time in proportion to the text.

/** UTF-16 [from, to). */
export type Found = { from: number; to: number };

const LETTER = '\\p{L}\\p{N}';
const EMAIL = new RegExp(
  `(?<![${LETTER}._%+'’-])[${LETTER}][${LETTER}._%+'’-]{0,63}@(?:[${LETTER}](?:[${LETTER}-]{0,61}[${LETTER}])?\\.){1,8}[\\p{L}]{2,24}(?![${LETTER}])`,
  'gu',
);

export function emailAddresses(text: string): Found[] {
  return matches(text, EMAIL);
}

const AREAS = new Set(
  'AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE'.split(
    ' ',
  ),
);
const POSTCODE =
  /(?<![\p{L}\p{N}])(?:([A-Z]{1,2})\d[A-Z\d]?[^\S\n]{0,2}(\d[ABD-HJLNP-UW-Z]{2})|GIR[^\S\n]?0AA)(?![\p{L}\p{N}])/giu;
const ORDINAL = /^(?:1st|2nd|3rd|\dth)$/;

/** Whole postcodes of areas that exist; "m4 4th" is none. */
export function postcodes(text: string): Found[] {
  return matches(
    text,
    POSTCODE,
    ([, area, inward]) => area === undefined || (AREAS.has(area.toUpperCase()) && !ORDINAL.test(inward ?? '')),
  );
}

const NHS = /(?<![\p{L}\p{N}.+-])\d{3}([ -]?)\d{3}\1\d{4}(?![\p{L}\p{N}-])/gu;

/** Ten digits whose last is the check digit of the others (modulo 11); none is issued that begins with 0 or 2. */
export function nhsNumbers(text: string): Found[] {
  return matches(text, NHS, ([whole]) => isNhsNumber(whole.replaceAll(/\D/g, '')));
}

function isNhsNumber(digits: string): boolean {
  if (/^[02]/.test(digits) || /^(\d)\1{9}$/.test(digits)) return false;
  const sum = Array.from(digits.slice(0, 9)).reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === Number(digits[9]);
}

// A run of digits and what people put between them. The groups are counted afterwards.
const NUMBER_RUN = /(?<![\p{L}\p{N}.,/:£$€-])(?:\+|\(\+|\(0|0)(?:[ .()-]{0,3}\d){6,16}(?![\p{L}\p{N}])(?![.,/:]\d)/gu;
const LOCAL_RUN =
  /\b(?:tel|telephone|phone|mobile|mob|fax|ring|call(?:ed)?|number is)\b[.:]{0,2}[^\S\n]{1,3}(\d{3}[ -]?\d{3,4}(?:[ -]?\d{1,4})?)(?![\p{L}\p{N}]|[.,/:-]\d)/giu;

/** British numbers of ten or eleven digits, foreign ones with their +, and short ones where the words say so. */
export function telephoneNumbers(text: string): Found[] {
  const long: Found[] = [];
  const run = new RegExp(NUMBER_RUN);
  for (let match = run.exec(text); match; match = run.exec(text)) {
    const number = beginningThatIsTelephone(match[0]);
    if (number !== '') long.push({ from: match.index, to: match.index + number.length });
    // What follows the number may be another one.
    run.lastIndex = match.index + Math.max(number.length, 1);
  }
  return [...long, ...groups(text, LOCAL_RUN).filter(({ from, to }) => isShortNumber(text.slice(from, to)))];
}

// A figure may follow that is none of the number: "0161 496 0000 12 times".
function beginningThatIsTelephone(run: string): string {
  const [least, most] = lengthsAfter(run);
  let end = 0;
  for (let at = 0, digits = 0; at < run.length && digits <= most; at += 1) {
    if (!isDigit(run, at)) continue;
    digits += 1;
    if (!isDigit(run, at + 1) && digits >= least && digits <= most) end = at + 1;
  }
  return run.slice(0, end);
}

// How many figures a number has that begins so.
function lengthsAfter(run: string): [least: number, most: number] {
  if (/^\(?\+44[ )(]{0,3}0/.test(run)) return [12, 13];
  if (/^\(?\+44/.test(run)) return [11, 12];
  if (/^\(?\+/.test(run)) return [8, 15];
  if (/^00 ?44[ )(]{0,3}0/.test(run)) return [14, 15];
  if (/^00 ?44/.test(run)) return [13, 14];
  if (/^00[1-9]/.test(run)) return [10, 16];
  return /^\(?0[ ]?[1-35789]/.test(run) ? [10, 11] : [1, 0];
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x30 && unit <= 0x39;
}

function isShortNumber(number: string): boolean {
  return /^\d{6,8}$/.test(number.replaceAll(/\D/g, ''));
}

const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const NAMED_MONTHS = `(${MONTH})`;
// Two figures are a year after a mark, or where nothing follows that they could count.
const YEAR =
  "(?:(?:[ ,./-]{1,3}(?:18|19|20)\\d{2}|[./-]\\d{2}|[ ]?['’]\\d{2}|[ ]\\d{2}(?=[.,;:)\\]\\n]|$))(?![\\p{L}\\p{N}:%£]))";
const NUMERIC =
  /(?<![\p{L}\p{N}./-])(?:(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})|(\d{4})([/.-])(\d{1,2})\6(\d{1,2}))(?![\p{L}\p{N}]|[./-]\d)/gu;
const DAY_MONTH = new RegExp(
  `(?<![\\p{L}\\p{N}.,/:£-])(\\d{1,2})(st|nd|rd|th)?(?:[ -]{1,2}of)?[ .-]{0,2}${NAMED_MONTHS}(?![\\p{L}\\p{N}])${YEAR}?`,
  'giu',
);
const MONTH_DAY = new RegExp(
  `(?<![\\p{L}\\p{N}-])${NAMED_MONTHS}\\.?[ ]{1,2}(?:the )?(\\d{1,2})(st|nd|rd|th)?(?![\\p{L}\\p{N}:%£]|[.,]\\d)${YEAR}?`,
  'giu',
);
const BORN = new RegExp(
  `\\b(?:born|birthday|birth|d\\.?o\\.?b\\.?)(?:[^\\S\\n]{0,3}[:=-])?[^\\S\\n]{0,3}(?:(?:is|was|in|on|the|around|about)[^\\S\\n]{1,2}){0,3}((?:(?:${MONTH})[^\\S\\n]{1,2})?(?:18|19|20)\\d{2}|\\d{1,2}[/.-]\\d{1,2}|\\d{8}|\\d{6})(?![\\p{L}\\p{N}]|[./-]\\d)`,
  'giu',
);

/** Days in figures and in words, and years or months where the words say that somebody was born then. */
export function dates(text: string): Found[] {
  return [
    ...matches(text, NUMERIC, ([, day, mark, month, year, , , isoMonth, isoDay]) =>
      day === undefined
        ? isDay(isoDay!, isoMonth!)
        : (isDay(day, month!) || (mark !== '.' && isDay(month!, day))) && (mark !== '.' || /../.test(year!)),
    ),
    ...matches(text, DAY_MONTH, ([whole, day, ordinal, month]) => isNumbered(day!) && isMonth(month!, ordinal, whole)),
    ...matches(text, MONTH_DAY, ([whole, month, day, ordinal]) => isNumbered(day!) && isMonth(month!, ordinal, whole)),
    ...groups(text, BORN),
  ];
}

function isNumbered(day: string): boolean {
  return Number(day) >= 1 && Number(day) <= 31;
}

function isDay(day: string, month: string): boolean {
  return isNumbered(day) && Number(month) >= 1 && Number(month) <= 12;
}

// "12 may come": months that are words too need a capital, an ordinal or a year.
function isMonth(month: string, ordinal: string | undefined, whole: string): boolean {
  if (!/^(?:mar|march|may|dec|sep)$/.test(month)) return true;
  return ordinal !== undefined || /\d{4}$/.test(whole);
}

function matches(text: string, pattern: RegExp, isOne: (match: RegExpExecArray) => boolean = () => true): Found[] {
  return Array.from(text.matchAll(pattern))
    .filter(isOne)
    .map(({ 0: whole, index }) => ({ from: index, to: index + whole.length }));
}

/** The first group of each match, which ends where the match ends. */
function groups(text: string, pattern: RegExp): Found[] {
  return Array.from(text.matchAll(pattern), ({ 0: whole, 1: group, index }) => ({
    from: index + whole.length - group!.length,
    to: index + whole.length,
  }));
}
