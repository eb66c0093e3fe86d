import { themeChoices } from '../codebook/theme-choices.ts';
import { pathsOf } from '../codebook/theme-tree.ts';
import type { Theme, ThemeNode } from '../codebook/theme-tree.ts';
import type { Actor } from '../database/connection.ts';
import {
  type Paragraph,
  paragraphAt,
  paragraphIndexAt,
  type ParagraphLabel,
  paragraphsOf,
} from '../notes/paragraphs.ts';
import { formatDate, formatDateTime } from '../shared/dates.ts';
import { indexText } from '../shared/text.ts';
import type { CodedNote, PlacedCoding, ShownCoding } from './coding-queries.ts';
import { cutPassage, sourceOf } from './passage.ts';
import { lanesOf, segmentsOf } from './segments.ts';
import { suggestedPlaces } from './suggested-place.ts';
import { withheldWords } from '../notes/withheld.ts';

const LABEL_NAMES: Record<ParagraphLabel, string> = {
  ON: 'Observation',
  TN: 'Theoretical note',
  MN: 'Methodological note',
  PN: 'Personal note',
};
// Underlines lie below each other; a fifth would reach into the next line.
const UNDERLINES = 4;
const SHOWN_QUOTE = 320;
// Of the list under the text. The others are a line each: thousands in full would take the browser a second to read.
const LISTED_IN_FULL = 100;

/** What every coding page says about its note. `path` is the study's. */
export function noteView(note: CodedNote, actor: Actor, path: string) {
  const base = `${path}/notes/${note.id}`;
  return {
    id: note.id,
    path: base,
    coding: `${base}/coding`,
    bySentences: `${base}/coding?by=sentences`,
    title: note.title ?? 'Untitled note',
    caption: `${note.agencyName}, ${note.setting}, ${formatDate(note.visitedAt, actor.timeZone)}`,
    revision: note.revision,
    isSaved: note.body !== null,
  };
}

/** The text in its numbered paragraphs, each with what it carries. `codings` in reading order, none that needs review. */
export function paragraphViews(
  paragraphs: readonly Paragraph[],
  codings: readonly PlacedCoding[],
  actor: Actor,
  withheld: ReadonlySet<number>,
) {
  const touchingEach = codingsByParagraph(paragraphs, codings);
  return paragraphs.map((paragraph, index) => {
    const touching = touchingEach[index]!;
    const lanes = lanesOf(touching);
    const text = indexText(paragraph.text);
    const isLabelled = paragraph.textStart > paragraph.start;
    return {
      number: paragraph.number,
      start: paragraph.start,
      label: paragraph.label,
      labelName: LABEL_NAMES[paragraph.label],
      isWithheld: withheld.has(paragraph.start),
      segments: segmentsOf(paragraph.start, paragraph.end, touching, [paragraph.textStart]).map((segment) => ({
        text: text.slice(segment.start - paragraph.start, segment.end - paragraph.start),
        isLabel: isLabelled && segment.end <= paragraph.textStart,
        marks: segment.codings.map(({ id, themeId }) => ({ id, themeId, lane: (lanes.get(id) ?? 0) % UNDERLINES })),
      })),
      stripes: touching.map((coding) => ({
        id: coding.id,
        themeId: coding.themeId,
        themeName: coding.themeName,
        who: coding.coderId === actor.membershipId ? 'you' : coding.coderName,
        isContinued: coding.start < paragraph.start,
      })),
    };
  });
}

// Found from each coding, not from each paragraph: a long note has hundreds of one and thousands of the other.
function codingsByParagraph(paragraphs: readonly Paragraph[], codings: readonly PlacedCoding[]): PlacedCoding[][] {
  const touching: PlacedCoding[][] = paragraphs.map(() => []);
  for (const coding of codings) {
    for (let index = paragraphIndexAt(paragraphs, coding.start); index < paragraphs.length; index += 1) {
      const { start, end } = paragraphs[index]!;
      if (start >= coding.end) break;
      if (end > coding.start) touching[index]!.push(coding);
    }
  }
  return touching;
}

/** Codings as the list under the text has them, and as those that need review are shown. */
export function codingItems(
  codings: readonly ShownCoding[],
  given: { paragraphs: readonly Paragraph[]; themes: readonly ThemeNode[]; actor: Actor; path: string },
) {
  const pathOf = pathsOf(given.themes);
  return codings.map((coding) => {
    const paragraph = coding.needsReviewAt === null ? paragraphAt(given.paragraphs, coding.start) : undefined;
    return {
      id: coding.id,
      start: coding.start,
      end: coding.end,
      themeId: coding.themeId,
      themeName: coding.themeName,
      themePath: pathOf(coding.themeId) ?? coding.themeName,
      themeRemoved: coding.themeRemoved,
      extracts: `${given.path}/extracts?theme=${coding.themeId}`,
      quote: shortened(coding.quote),
      who: coding.coderId === given.actor.membershipId ? 'you' : coding.coderName,
      when: formatDateTime(coding.createdAt, given.actor.timeZone),
      paragraph: paragraph?.number,
      revision: coding.revision,
      version: coding.version,
      base: `${given.path}/codings/${coding.id}`,
      canRemove: coding.coderId === given.actor.membershipId || given.actor.role === 'lead',
    };
  });
}

/** The page in full: reading and coding by selecting words. */
export function codingPageView(
  note: CodedNote,
  given: {
    codings: readonly ShownCoding[];
    themes: readonly Theme[];
    oldTexts: readonly { number: number; body: string }[];
    /** Where paragraphs begin that are withheld because of consent, and how many coded passages are. */
    withheld: ReadonlySet<number>;
    withheldCount: number;
    actor: Actor;
    path: string;
    /** Whether the list under the text has the words of every coding, however many there are. */
    inFull: boolean;
  },
) {
  const paragraphs = paragraphsOf(note.body ?? '');
  const inPlace = given.codings.filter(({ needsReviewAt }) => needsReviewAt === null);
  const lost = given.codings.filter(({ needsReviewAt }) => needsReviewAt !== null);
  const context = { ...given, paragraphs };
  const items = codingItems(inPlace, context);
  const inFull = given.inFull ? items.length : LISTED_IN_FULL;
  return {
    paragraphs: paragraphViews(paragraphs, inPlace, given.actor, given.withheld),
    withheld: withheldWords(given.withheldCount),
    count: inPlace.length,
    items: items.slice(0, inFull),
    brief: items.slice(inFull),
    needsReview: reviewItems(note, lost, { ...context, coding: noteView(note, given.actor, given.path).coding }),
    needsReviewHeading: lost.length === 1 ? '1 coding needs review' : `${lost.length} codings need review`,
    themes: themeChoices(given.themes),
  };
}

// Codings that lost their words, each with the place where it may belong now.
function reviewItems(
  note: CodedNote,
  lost: readonly ShownCoding[],
  given: Parameters<typeof codingItems>[1] & { oldTexts: readonly { number: number; body: string }[]; coding: string },
) {
  const body = note.body ?? '';
  const source = sourceOf(body);
  const places = new Map(
    given.oldTexts.flatMap(({ number, body: old }) => [
      ...suggestedPlaces(
        old,
        body,
        lost.filter(({ revision }) => revision === number),
      ),
    ]),
  );
  return codingItems(lost, given).map((item) => {
    const place = places.get(item.id);
    const cut = place && cutPassage(source, place);
    return {
      ...item,
      newest: note.revision,
      byHand: `${given.coding}?by=sentences&place=${item.id}`,
      suggestion: cut && {
        start: cut.start,
        end: cut.end,
        words: cut.quote,
        before: cut.contextBefore,
        after: cut.contextAfter,
      },
    };
  });
}

function shortened(text: string): string {
  if (text.length <= SHOWN_QUOTE) return text;
  const index = indexText(text);
  return index.length <= SHOWN_QUOTE ? text : `${index.slice(0, SHOWN_QUOTE).trimEnd()}…`;
}
