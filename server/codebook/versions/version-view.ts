import { formatDate, formatDateTime } from '../../shared/dates.ts';
import type { Part } from '../../notes/revisions/comparison.ts';
import { outline } from '../theme-outline.ts';
import type { Theme } from '../theme-tree.ts';
import { colourName } from '../theme-view.ts';
import type { ThemeDifference } from './codebook-comparison.ts';
import type { CodebookVersion } from './version-queries.ts';
import { counted } from '../../shared/counted.ts';

type Place = { path: string; timeZone: string };

export function versionListView(versions: readonly CodebookVersion[], { path, timeZone }: Place) {
  const base = `${path}/codebook/comparison`;
  return versions.map((version, index) => {
    const earlier = versions[index + 1];
    return {
      number: version.number,
      name: version.name,
      note: version.note,
      themes: counted(version.themeCount, 'theme'),
      by: version.by,
      when: formatDateTime(version.at, timeZone),
      sinceThen: `${base}?from=${version.number}&to=now`,
      sinceEarlier: earlier && `${base}?from=${earlier.number}&to=${version.number}`,
      earlier: earlier?.number,
    };
  });
}

export function versionChoices(versions: readonly CodebookVersion[], selected: number | undefined) {
  return versions.map(({ number, name }) => ({
    value: number,
    text: `Version ${number}: ${name}`,
    selected: number === selected,
  }));
}

/** The differences of two codebooks, worded. */
export function differencesView(differences: readonly ThemeDifference[], { path }: Place) {
  const count = (kind: ThemeDifference['kind']) => differences.filter((each) => each.kind === kind).length;
  return {
    summary: (
      [
        ['added', count('added')],
        ['changed', count('changed')],
        ['merged', count('merged')],
        ['removed', count('removed')],
      ] as const
    )
      .filter(([, number]) => number > 0)
      .map(([what, number]) => `${counted(number, 'theme')} ${what}`)
      .join(', '),
    items: differences.map((each) => ({
      name: each.name,
      href: `${path}/themes/${each.id}`,
      tag: each.kind === 'merged' ? 'Merged' : { added: 'Added', removed: 'Removed', changed: 'Changed' }[each.kind],
      tagClass: {
        added: 'govuk-tag--green',
        removed: 'govuk-tag--red',
        merged: 'govuk-tag--purple',
        changed: 'govuk-tag--blue',
      }[each.kind],
      facts: [
        ...(each.mergedInto === undefined ? [] : [`Merged into “${each.mergedInto}”`]),
        ...(each.kind === 'added' && each.where !== '' ? [`Under ${each.where}`] : []),
        ...(each.moved ? [`Moved from ${placeWords(each.moved.from)} to ${placeWords(each.moved.to)}`] : []),
        ...(each.retired === undefined ? [] : [each.retired ? 'Retired' : 'In use again']),
        ...(each.recoloured
          ? [`Colour: ${colourName(each.recoloured.from)} became ${colourName(each.recoloured.to)}`]
          : []),
      ],
      renamed: each.renamed && partsView(each.renamed),
      texts: each.texts.map(({ label, parts }) => ({ label, parts: partsView(parts) })),
    })),
  };
}

/** Every theme with its rules, as the codebook is printed. */
export function printedView(
  {
    themes,
    counts,
    studyName,
    at,
  }: { themes: readonly Theme[]; counts: Map<string, number>; studyName: string; at: Date },
  { path, timeZone }: Place,
) {
  const outlined = outline(themes, counts);
  const codings = outlined.reduce((sum, { own }) => sum + own, 0);
  return {
    studyName,
    when: formatDate(at, timeZone),
    summary: `${counted(themes.length, 'theme')}, ${counted(codings, 'coding')}`,
    themes: outlined.map((theme) => ({
      number: theme.number,
      name: theme.name,
      colour: theme.colour,
      href: `${path}/themes/${theme.id}`,
      isTop: theme.depth === 0,
      isRetired: theme.retiredAt !== null,
      count:
        theme.total === theme.own
          ? counted(theme.own, 'coding')
          : `${counted(theme.total, 'coding')} with sub-themes, ${theme.own.toLocaleString('en-GB')} of its own`,
      texts: [
        { label: 'Definition', text: theme.definition },
        { label: 'Use it when', text: theme.whenToUse },
        { label: 'Do not use it when', text: theme.whenNotToUse },
        { label: 'Example', text: theme.example },
      ].filter(({ text }) => text !== ''),
    })),
  };
}

function placeWords(path: string): string {
  return path === '' ? 'the top of the codebook' : `“${path}”`;
}

function partsView(parts: readonly Part[]) {
  return parts.map(({ kind, text }) => ({
    text,
    removed: kind === 'removed',
    added: kind === 'added',
    words: kind === 'same' ? '' : kind,
  }));
}
