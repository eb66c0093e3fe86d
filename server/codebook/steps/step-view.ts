import { formatDateTime } from '../../shared/dates.ts';
import type { Theme } from '../theme-tree.ts';
import { reversalOf } from './reversal.ts';
import { differingFields, type StepKind, type ThemeState } from './step.ts';
import type { ShownStep } from './step-queries.ts';
import { counted } from '../../shared/counted.ts';

type Place = { path: string; timeZone: string };

const FIELDS: Partial<Record<keyof ThemeState, string>> = {
  definition: 'definition',
  whenToUse: 'when to use it',
  whenNotToUse: 'when not to use it',
  example: 'example',
  colour: 'colour',
};

const NOUNS: Record<StepKind, string> = {
  added: 'adding',
  changed: 'changing',
  moved: 'moving',
  merged: 'merging',
  split: 'splitting',
  retired: 'retiring',
  unretired: 'taking into use',
  removed: 'removing',
  restored: 'restoring',
  reversed: 'the reversal of',
  imported: 'taking in',
};

/** "Kit merged “Lifts” into “Practical support”: 12 codings moved." `codebook`: every theme, removed ones included. */
export function stepSentence(step: ShownStep, codebook: readonly Theme[]): string {
  return `${step.by} ${whatHappened(step, (id) => codebook.find((theme) => theme.id === id)?.name ?? '')}.`;
}

function whatHappened(step: ShownStep, nameOf: (id: string | null) => string): string {
  const subject = step.changes.find(({ themeId }) => themeId === step.subjectId);
  const name = `“${subject?.after.name ?? nameOf(step.subjectId)}”`;
  const under = (state?: ThemeState) =>
    state?.parentId ? `under “${nameOf(state.parentId)}”` : 'to the top of the codebook';
  const others = step.changes.filter(({ themeId }) => themeId !== step.subjectId);
  const withSubThemes = others.length > 0 ? ` with its ${counted(others.length, 'sub-theme')}` : '';
  switch (step.kind) {
    case 'added':
      return `added ${name} ${under(subject?.after)}`;
    case 'changed':
      return subject?.before ? changeWords(subject.before, subject.after, under) : `changed ${name}`;
    case 'moved':
      return subject?.before?.parentId === subject?.after.parentId
        ? `moved ${name} to place ${subject?.after.position} ${subject?.after.parentId ? under(subject.after) : 'at the top of the codebook'}`
        : `moved ${name} ${under(subject?.after)}`;
    case 'merged':
      return `merged ${name} into “${nameOf(step.intoId)}”: ${codingWords(step)}${others.length > 0 ? `, ${counted(others.length, 'sub-theme')} moved along` : ''}`;
    case 'split':
      return `split ${listed(others.map(({ after }) => `“${after.name}”`))} off “${nameOf(step.subjectId)}”: ${codingWords(step)}`;
    case 'retired':
      return `retired ${name}`;
    case 'unretired':
      return `took ${name} into use again`;
    case 'removed':
    case 'restored':
      return `${step.kind} ${name}${withSubThemes}`;
    case 'imported':
      return `took in another codebook: ${importWords(step)}`;
    case 'reversed':
      return `reversed step ${step.reverses} on ${name}${others.length > 0 ? ` and ${counted(others.length, 'other theme')}` : ''}`;
  }
}

function changeWords(before: ThemeState, after: ThemeState, under: (state: ThemeState) => string): string {
  const fields = differingFields(before, after);
  const texts = fields.flatMap((field) => FIELDS[field] ?? []);
  const clauses = [
    ...(fields.includes('name') ? [`renamed “${before.name}” to “${after.name}”`] : []),
    ...(texts.length > 0
      ? [`changed ${listed(texts.map((text) => (text.startsWith('when') ? text : `the ${text}`)))} of “${after.name}”`]
      : []),
    ...(fields.includes('parentId') ? [`moved “${after.name}” ${under(after)}`] : []),
  ];
  return listed(clauses);
}

function importWords({ changes }: ShownStep): string {
  const added = changes.filter(({ before }) => before === null).length;
  const parts = [
    ...(added > 0 ? [`${counted(added, 'theme')} added`] : []),
    ...(changes.length > added ? [`${counted(changes.length - added, 'theme')} changed`] : []),
  ];
  return parts.join(', ');
}

function codingWords({ moved, setAside }: ShownStep): string {
  const words = moved === 0 ? 'no codings moved' : `${counted(moved, 'coding')} moved`;
  return setAside === 0 ? words : `${words}, ${setAside.toLocaleString('en-GB')} set aside as said already`;
}

/** "a", "a and b", "a, b and c" */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** The history of the codebook, or of one theme of it. */
export function stepListView(
  { steps, codebook }: { steps: readonly ShownStep[]; codebook: readonly Theme[] },
  { path, timeZone }: Place,
) {
  return steps.map((step) => {
    const reversal = reversalOf(step, codebook);
    const open = step.kind !== 'reversed' && step.reversedBy === null;
    return {
      number: step.number,
      sentence: stepSentence(step, codebook),
      noun: NOUNS[step.kind],
      when: formatDateTime(step.at, timeZone),
      theme: `${path}/themes/${step.subjectId}`,
      reversedBy: step.reversedBy ?? undefined,
      reverse: open && !('obstacle' in reversal) ? `${path}/codebook/steps/${step.id}/reversal` : undefined,
      obstacle: open && 'obstacle' in reversal ? reversal.obstacle : undefined,
    };
  });
}
