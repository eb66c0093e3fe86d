/**
 * How a program counts positions in a text: its unit, whether a byte order mark counts, whether CRLF counts as two, and
 * whether the end is the first place after the passage or the last place in it. The standard says code points and leaves
 * the rest open; programs differ (docs/decisions/0019-exchange.md).
 */
export type Profile = {
  unit: 'code point' | 'utf-16';
  mark: 'not counted' | 'counted';
  newline: 'two' | 'one';
  end: 'exclusive' | 'inclusive';
};

export const STANDARD: Profile = { unit: 'code point', mark: 'not counted', newline: 'two', end: 'exclusive' };
export const NVIVO: Profile = { unit: 'utf-16', mark: 'not counted', newline: 'two', end: 'exclusive' };

export const PROFILES: readonly Profile[] = (['code point', 'utf-16'] as const).flatMap((unit) =>
  (['not counted', 'counted'] as const).flatMap((mark) =>
    (['two', 'one'] as const).flatMap((newline) =>
      (['exclusive', 'inclusive'] as const).map((end): Profile => ({ unit, mark, newline, end })),
    ),
  ),
);

export function profileKey({ unit, mark, newline, end }: Profile): string {
  return [unit, mark, newline, end].join('_').replaceAll(' ', '-');
}

export function findProfile(key: string): Profile | undefined {
  return PROFILES.find((profile) => profileKey(profile) === key);
}

/** What is known of a program, by how it names itself in `origin`; `known` is false where nothing is. */
export function profileOfOrigin(origin: string): { profile: Profile; known: boolean } {
  const name = origin.toLowerCase();
  if (name.includes('nvivo')) return { profile: NVIVO, known: true };
  if (name.includes('atlas')) return { profile: { ...STANDARD, newline: 'one' }, known: false };
  if (name.includes('potato')) return { profile: { ...STANDARD, end: 'inclusive' }, known: true };
  if (/field notes|qualcoder|^qc\b|qualilab|taguette|lyze|qualia/.test(name)) return { profile: STANDARD, known: true };
  return { profile: STANDARD, known: false };
}

/** In words, for a report. */
export function profileInWords({ unit, mark, newline, end }: Profile): string {
  return [
    unit === 'utf-16' ? 'characters beyond U+FFFF (emoji) count as two' : 'every character counts as one',
    mark === 'counted' ? 'a byte order mark counts' : 'a byte order mark does not count',
    newline === 'two' ? 'CRLF counts as two' : 'CRLF counts as one',
    end === 'exclusive' ? 'the end is the place after the passage' : 'the end is the last character of the passage',
  ].join('; ');
}

const BYTE_ORDER_MARK = '\ufeff';

/** A source's text as the product keeps it, and the text as it came, which the positions are about. */
export type SourceText = {
  raw: string;
  text: string;
  length: number;
  hasAstral: boolean;
  hasReturn: boolean;
  hasMark: boolean;
};

/** `raw` is as it was decoded, its byte order mark and line ends included. */
export function sourceText(raw: string): SourceText {
  const hasMark = raw.startsWith(BYTE_ORDER_MARK);
  const text = (hasMark ? raw.slice(1) : raw).replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd');
  const hasAstral = /[\ud800-\udbff]/.test(text);
  let length = text.length;
  if (hasAstral) for (const { length: units } of text) length -= units - 1;
  return { raw, text, length, hasAstral, hasReturn: raw.includes('\r\n'), hasMark };
}

/** Where a position lies in the product's text (code points), or why it lies nowhere. */
export type Place = number | 'outside' | 'inside a character';

/** Converts positions of `source` counted as `profile` counts them. The end of a passage is for the caller. */
export function positionsOf(source: SourceText, profile: Profile): (position: number) => Place {
  const shift = source.hasMark && profile.mark === 'counted' ? 1 : 0;
  const wide = source.hasAstral && profile.unit === 'utf-16';
  const doubled = source.hasReturn && profile.newline === 'two';
  if (!wide && !doubled)
    return (position) => {
      const at = position - shift;
      // A place before the mark itself is the beginning.
      if (at === -1 && shift === 1) return 0;
      return at < 0 || at > source.length ? 'outside' : at;
    };
  const places = placesOf(source, wide, doubled);
  return (position) => {
    const at = position - shift;
    if (at === -1 && shift === 1) return 0;
    const place = at < 0 ? undefined : places[at];
    if (place === undefined) return 'outside';
    return place < 0 ? 'inside a character' : place;
  };
}

// For each unit of the raw text after its mark the place in ours; -1 in the middle of a pair. Between CR and LF lies the
// place before the newline that the two become.
function placesOf({ raw, hasMark, length }: SourceText, wide: boolean, doubled: boolean): Int32Array {
  const places = new Int32Array(raw.length + 1);
  let unit = 0;
  let place = 0;
  for (let index = hasMark ? 1 : 0; index < raw.length; index += 1, place += 1) {
    places[unit] = place;
    unit += 1;
    const code = raw.charCodeAt(index);
    if (code === 0x0d && raw.charCodeAt(index + 1) === 0x0a) {
      index += 1;
      if (doubled) places[unit++] = place;
    } else if (code >= 0xd800 && code <= 0xdbff) {
      index += 1;
      if (wide) places[unit++] = -1;
    }
  }
  places[unit] = length;
  return places.subarray(0, unit + 1);
}

export type Passage = { start: number; end: number };

/** The half-open passage in code points that a selection is about, or why there is none. */
export function passageOf(
  at: (position: number) => Place,
  profile: Profile,
  selection: { start: number; end: number },
): Passage | 'outside' | 'inside a character' | 'reversed' | 'empty' {
  const last = profile.end === 'inclusive' ? selection.end + 1 : selection.end;
  if (!Number.isSafeInteger(selection.start) || !Number.isSafeInteger(last)) return 'outside';
  if (last < selection.start) return 'reversed';
  const start = at(selection.start);
  const end = at(last);
  if (typeof start === 'string') return start;
  if (typeof end === 'string') return end;
  return end === start ? 'empty' : { start, end };
}
