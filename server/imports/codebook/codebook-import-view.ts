import { pathsOf } from '../../codebook/theme-tree.ts';
import { formatDateTime } from '../../shared/dates.ts';
import { shortened } from '../../shared/text.ts';
import { counted } from '../../shared/counted.ts';
import type { Decision, Difference, Matched } from './codebook-matching.ts';
import type { CodebookImport } from './codebook-import-queries.ts';
import type { Compared } from './codebook-import-service.ts';
import { waitsUntil } from '../../exchange/import/waiting.ts';
import type { IncomingTheme } from './incoming-theme.ts';

type Place = { path: string; timeZone: string };

const FIELDS: Record<Difference, string> = {
  name: 'Name',
  place: 'Place',
  definition: 'Definition',
  whenToUse: 'When to use it',
  whenNotToUse: 'When not to use it',
  example: 'Example',
  colour: 'Colour',
};

/** What a theme becomes when nobody has chosen anything: what is new comes in, what is here stays as it is. */
export function usualDecision({ theme, differences }: Matched): Decision {
  return {
    choice: theme === undefined ? 'add' : 'keep',
    fields: differences.filter((field) => !AT_FIRST_OURS.has(field)),
  };
}

// Where a theme stands and what it is called matter to people who know the codebook: taken over only on purpose.
const AT_FIRST_OURS = new Set<Difference>(['name', 'place']);

/** The page on which a codebook is compared; `chosen` gives back what somebody has chosen before. */
export function codebookImportView(
  { found, comparison, present, seen }: Compared,
  chosen: (index: number) => Decision | undefined,
  place: Place,
) {
  const { matched, onlyHere } = comparison;
  const pathOf = pathsOf(present);
  const pathIn = pathsIn(found.themes);
  const same = matched.filter(({ theme, differences }) => theme && differences.length === 0);
  const lines = matched.map((one, index) => ({ one, index }));
  return {
    ...headOf(found, place),
    seen,
    counts: [
      { text: 'In the file', count: matched.length },
      { text: 'New', count: matched.filter(({ theme }) => !theme).length },
      { text: 'Different', count: matched.filter(({ theme, differences }) => theme && differences.length > 0).length },
      { text: 'The same', count: same.length },
      { text: 'Only here', count: onlyHere.length },
    ],
    fresh: lines
      .filter(({ one }) => !one.theme)
      .map(({ one, index }) => {
        const { choice } = chosen(index) ?? usualDecision(one);
        return {
          id: `choice-${index}`,
          legend: pathIn(one.incoming),
          definition: shortened(one.incoming.definition ?? '', 300),
          options: [
            { value: 'add', text: 'Add it', checked: choice !== 'skip' },
            { value: 'skip', text: 'Leave it out', checked: choice === 'skip' },
          ],
        };
      }),
    different: lines
      .filter(({ one }) => one.theme && one.differences.length > 0)
      .map(({ one, index }) => differentView(one, index, chosen(index) ?? usualDecision(one), { pathOf, pathIn })),
    same: same.map(({ theme }) => pathOf(theme!.id) ?? theme!.name),
    onlyHere: onlyHere.map((theme) => pathOf(theme.id) ?? theme.name),
    nothing: matched.every(({ theme, differences }) => theme && differences.length === 0),
  };
}

function headOf(found: CodebookImport, { path, timeZone }: Place) {
  return {
    path: `${path}/codebook/imports/${found.id}`,
    fileName: found.fileName,
    started: `${formatDateTime(found.startedAt, timeZone)}, ${found.startedBy}`,
    isReady: found.state === 'ready',
    waits: waitsUntil(found.startedAt, timeZone),
    isDone: found.state === 'done',
    undo: found.stepId === null ? undefined : `${path}/codebook/steps/${found.stepId}/reversal`,
    remarks: found.remarks,
  };
}

function differentView(
  { incoming, theme, differences, parentId }: Matched,
  index: number,
  { choice, fields }: Decision,
  { pathOf, pathIn }: { pathOf: (id: string) => string | undefined; pathIn: (theme: IncomingTheme) => string },
) {
  const said = (field: Difference): { here: string; file: string } => {
    if (field === 'place')
      return {
        here: theme!.parentId === null ? 'At the top' : `Under ${pathOf(theme!.parentId) ?? ''}`,
        file: parentId ? `Under ${pathOf(parentId) ?? ''}` : 'At the top',
      };
    return { here: theme![field] || '(empty)', file: incoming[field] || '(empty)' };
  };
  return {
    id: `choice-${index}`,
    legend: pathOf(theme!.id) ?? theme!.name,
    inFile: pathIn(incoming),
    rows: differences.map((field) => ({ field: FIELDS[field], ...said(field) })),
    options: [
      { value: 'keep', text: 'Keep it as it is here', checked: choice !== 'take' && choice !== 'separate' },
      { value: 'take', text: 'Take over from the file what is ticked below', checked: choice === 'take' },
      { value: 'separate', text: 'Add that of the file as a theme of its own', checked: choice === 'separate' },
    ],
    fieldsId: `fields-${index}`,
    fields: differences.map((field) => ({ value: field, text: FIELDS[field], checked: fields.includes(field) })),
  };
}

function pathsIn(themes: readonly IncomingTheme[]): (theme: IncomingTheme) => string {
  const byKey = new Map(themes.map((theme) => [theme.key, theme]));
  return (theme) => {
    const names = [theme.name];
    let top = theme;
    while (top.parentKey !== null) {
      top = byKey.get(top.parentKey)!;
      names.unshift(top.name);
    }
    return [...(top.parentPath ?? []), ...names].join(' > ');
  };
}

/** What is said once it was taken in. */
export function takenWords({ coming, taken }: { coming: number; taken: number }): string {
  if (coming + taken === 0) return 'Nothing was chosen, so the codebook is as it was.';
  return [
    ...(coming > 0 ? [`${counted(coming, 'theme was', 'themes were')} added`] : []),
    ...(taken > 0 ? [`${counted(taken, 'theme was', 'themes were')} changed`] : []),
  ]
    .join(', ')
    .concat('.');
}
