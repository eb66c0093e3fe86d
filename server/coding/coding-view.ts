import { pathText, themesInOrder } from '../codebook/theme-tree.ts';
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
import type { CodedNote, ShownCoding } from './coding-queries.ts';
import { lanesOf, segmentsOf } from './segments.ts';

const LABEL_NAMES: Record<ParagraphLabel, string> = {
  ON: 'Observation',
  TN: 'Theoretical note',
  MN: 'Methodological note',
  PN: 'Personal note',
};
// Underlines lie below each other; a fifth would reach into the next line.
const UNDERLINES = 4;
const SHOWN_QUOTE = 320;

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
export function paragraphViews(paragraphs: readonly Paragraph[], codings: readonly ShownCoding[], actor: Actor) {
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
function codingsByParagraph(paragraphs: readonly Paragraph[], codings: readonly ShownCoding[]): ShownCoding[][] {
  const touching: ShownCoding[][] = paragraphs.map(() => []);
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
  const paths = new Map(themesInOrder(given.themes).map((theme) => [theme.id, pathText(theme.path)]));
  return codings.map((coding) => {
    const paragraph = coding.needsReviewAt === null ? paragraphAt(given.paragraphs, coding.start) : undefined;
    return {
      id: coding.id,
      start: coding.start,
      end: coding.end,
      themeId: coding.themeId,
      themeName: coding.themeName,
      themePath: paths.get(coding.themeId) ?? coding.themeName,
      themeRemoved: coding.themeRemoved,
      extracts: `${given.path}/extracts?theme=${coding.themeId}`,
      quote: shortened(coding.quote),
      who: coding.coderId === given.actor.membershipId ? 'you' : coding.coderName,
      when: formatDateTime(coding.createdAt, given.actor.timeZone),
      paragraph: paragraph?.number,
      revision: coding.revision,
      base: `${given.path}/codings/${coding.id}`,
      canRemove: coding.coderId === given.actor.membershipId || given.actor.role === 'lead',
    };
  });
}

/** The codebook as a choice: in reading order, each with its depth and where it belongs. */
export function themeChoices(themes: readonly Theme[], chosen: readonly string[] = []) {
  return themesInOrder(themes).map((theme) => ({
    id: theme.id,
    name: theme.name,
    depth: Math.min(theme.depth, 4),
    parents: pathText(theme.path.slice(0, -1)),
    path: pathText(theme.path),
    definition: shortened(theme.definition),
    isChosen: chosen.includes(theme.id),
  }));
}

/** The page in full: reading and coding by selecting words. */
export function codingPageView(
  note: CodedNote,
  given: { codings: readonly ShownCoding[]; themes: readonly Theme[]; actor: Actor; path: string },
) {
  const paragraphs = paragraphsOf(note.body ?? '');
  const inPlace = given.codings.filter(({ needsReviewAt }) => needsReviewAt === null);
  const lost = given.codings.filter(({ needsReviewAt }) => needsReviewAt !== null);
  const context = { ...given, paragraphs };
  return {
    paragraphs: paragraphViews(paragraphs, inPlace, given.actor),
    items: codingItems(inPlace, context),
    needsReview: codingItems(lost, context),
    needsReviewHeading: lost.length === 1 ? '1 coding needs review' : `${lost.length} codings need review`,
    themes: themeChoices(given.themes),
  };
}

function shortened(text: string): string {
  if (text.length <= SHOWN_QUOTE) return text;
  const index = indexText(text);
  return index.length <= SHOWN_QUOTE ? text : `${index.slice(0, SHOWN_QUOTE).trimEnd()}…`;
}
