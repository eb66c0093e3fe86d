import { chosenValues, filterFields } from '../extracts/extract-filter.ts';
import { formatCalendarDate, formatDate } from '../shared/dates.ts';
import { coderPicture } from './coder-view.ts';
import { matrixPicture } from './matrix-view.ts';
import { monthPicture } from './month-view.ts';
import { type Picture, type Place } from './picture.ts';
import type { PictureRequest } from './picture-form.ts';
import { PICTURES, type PictureKind } from './picture-kinds.ts';
import type { PictureData, Shared } from './picture-queries.ts';
import { saturationPicture } from './saturation-view.ts';
import { extractsWithin } from './scope.ts';
import { togetherPicture } from './together-view.ts';

export function pictureView(data: PictureData, place: Place): Picture {
  const picture = drawn(data, place);
  const empty = emptiness(data, place) ?? picture.empty;
  return {
    ...picture,
    ...(empty && { empty }),
    facts: [...picture.facts, ...blindFact(data)],
    foot: [...picture.foot, ...blindFact(data)],
  };
}

function drawn(data: PictureData, place: Place): Picture {
  switch (data.kind) {
    case 'themes-by-agency':
    case 'themes-by-phase':
      return matrixPicture(data, place);
    case 'themes-together':
      return togetherPicture(data, place);
    case 'coding-over-time':
      return monthPicture(data, place);
    case 'saturation':
      return saturationPicture(data, place);
    case 'coders':
      return coderPicture(data, place);
  }
}

function hasCodings(data: PictureData): boolean {
  switch (data.kind) {
    case 'themes-by-agency':
    case 'themes-by-phase':
      return data.counts.some(({ themeId }) => data.themes.some(({ id }) => id === themeId));
    case 'coding-over-time':
      return data.months.length > 0;
    case 'saturation':
      return data.coded.length > 0;
    case 'coders':
      return data.coverage.length > 0;
    // Whether anything is coded at all cannot be told from what occurs together.
    case 'themes-together':
      return true;
  }
}

function emptiness(data: PictureData, { path }: Place): Picture['empty'] {
  if (data.themes.length === 0)
    return {
      text: 'The codebook is empty. Add themes, and give passages of the notes those themes.',
      next: { href: `${path}/themes/new`, text: 'Add the first theme' },
    };
  if (hasCodings(data)) return undefined;
  if (isNarrowed(data.request))
    return { text: 'Nothing is coded within these choices. Choose more agencies, phases or coders to see something.' };
  return {
    text: 'Nothing has been coded yet. Open a note and choose “Code” to give its passages themes.',
    next: { href: `${path}/notes`, text: 'Notes' },
  };
}

function blindFact({ blind }: Shared): string[] {
  if (blind === 0) return [];
  const notes = blind === 1 ? 'One note is' : `${blind.toLocaleString('en-GB')} notes are`;
  const there = blind === 1 ? 'there' : 'in them';
  return [
    `${notes} being coded by several people unseen by each other: what others code ${there} is left out for now, and appears when the comparison is opened.`,
  ];
}

const isNarrowed = ({ agency, phase, coder }: PictureRequest): boolean =>
  agency.length + phase.length + coder.length > 0;

/** Where a picture came from, for its foot when it has left the page. */
export function sourceLine(
  data: Shared,
  { studyName, timeZone, now }: { studyName: string; timeZone: string; now: Date },
): string {
  const chosen = chosenValues(extractsWithin(data.request, {}), data, formatCalendarDate).map(({ text }) => text);
  return [studyName, ...(chosen.length > 0 ? [`only ${chosen.join(', ')}`] : []), formatDate(now, timeZone)].join(
    ' · ',
  );
}

const LAYOUTS = ['wide', 'middle', 'narrow'] as const;
// Past this the page would be slow to open; the table has the same links.
const MOST_SPOTS = 4000;

type Options = {
  id: string;
  name: keyof PictureRequest;
  legend: string;
  options: { value: string; text: string; checked: boolean }[];
};

/** The ways to draw a picture, besides what to draw it of. */
function waysOf(kind: PictureKind, request: { [field in keyof PictureRequest]?: unknown }): Options[] {
  const way = (name: keyof PictureRequest, legend: string, options: [value: string, text: string][]): Options => ({
    id: name,
    name,
    legend,
    options: options.map(([value, text], index) => ({
      value,
      text,
      checked: request[name] === value || (index === 0 && !options.some(([each]) => each === request[name])),
    })),
  });
  switch (kind) {
    case 'themes-by-agency':
    case 'themes-by-phase':
      return [
        way('measure', 'Show', [
          ['codings', 'numbers of codings'],
          ['rate', 'codings for every 1,000 words'],
        ]),
        way('depth', 'Themes', [
          ['all', 'all themes'],
          ['top', 'top themes only'],
        ]),
      ];
    case 'themes-together':
      return [
        way('within', 'Two themes are together', [
          ['passage', 'on the same words'],
          ['note', 'in the same note'],
        ]),
      ];
    case 'coding-over-time':
      return [
        way('by', 'Months of', [
          ['visited', 'the visit'],
          ['coded', 'the coding'],
        ]),
      ];
    default:
      return [];
  }
}

/** The form above a picture, with what was asked for in it. */
export function pictureFormView(
  kind: PictureKind,
  request: { [field in keyof PictureRequest]?: unknown },
  choices: Pick<Shared, 'agencies' | 'phases' | 'coders'>,
) {
  const group = (name: 'agency' | 'phase' | 'coder', legend: string, known: { id: string; name: string }[]) => {
    const asked = [request[name] ?? []].flat();
    const options = known.map((each) => ({ value: each.id, text: each.name, checked: asked.includes(each.id) }));
    const count = options.filter(({ checked }) => checked).length;
    return { id: name, legend, options, isOpen: count > 0, ...(count > 0 && { count }) };
  };
  const groups = [
    group('agency', 'Agencies', choices.agencies),
    group('phase', 'Phases', choices.phases),
    group('coder', 'Coders', choices.coders),
  ].filter(({ options }) => options.length > 0);
  return { ways: waysOf(kind, request), groups, isOpen: groups.some(({ isOpen }) => isOpen) };
}

/** The page of a picture. `svg` gives it in either layout. */
export function picturePageView(kind: PictureKind, data: PictureData, picture: Picture, { path }: Place) {
  const query = new URLSearchParams([
    ...filterFields(extractsWithin(data.request, {})),
    ...waysOf(kind, data.request).map(({ name }): [string, string] => [name, String(data.request[name])]),
  ]);
  const file = (format: string): string => {
    const asked = new URLSearchParams(query);
    asked.set('format', format);
    return `${path}/pictures/${kind}/file?${asked}`;
  };
  const { empty, facts, table } = picture;
  return {
    ...(empty
      ? { empty }
      : {
          ...imageView(picture),
          table,
          files: ['svg', 'png', 'csv'].map((format) => ({ href: file(format), text: format.toUpperCase() })),
        }),
    facts,
    form: pictureFormView(kind, data.request, data),
    others: pictureLinks(path).filter((other) => other.kind !== kind),
  };
}

/** The picture for each breadth of window, and what in it can be opened. */
export function imageView(picture: Picture) {
  const drawings = LAYOUTS.map((layout) => ({ layout, ...picture.draw({ layout }) }));
  return {
    image: {
      alt: picture.alt,
      ...Object.fromEntries(drawings.map(({ layout, svg }) => [layout, dataAddress(svg)])),
    },
    links: drawings.filter(({ spots }) => spots.length > 0 && spots.length <= MOST_SPOTS),
  };
}

/** The six pictures as links, with their small signs. */
export function pictureLinks(path: string) {
  return PICTURES.map(({ kind, title, about }) => ({
    kind,
    title,
    about,
    href: `${path}/pictures/${kind}`,
    sign: `/assets/picture-${kind}.svg`,
  }));
}

// In the page itself: the picture and its table come from the same moment, and the numbers are counted once.
export const dataAddress = (svg: string): string => `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
