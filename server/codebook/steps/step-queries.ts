import type { Transaction } from '../../database/connection.ts';
import type { MovedCoding } from './coding-moves.ts';
import type { StepKind, ThemeChange, ThemeState } from './step.ts';

/** A step as the history shows it. The counts are of codings that this reader may see. */
export type ShownStep = {
  id: string;
  number: number;
  kind: StepKind;
  subjectId: string;
  intoId: string | null;
  by: string;
  at: Date;
  changes: ThemeChange[];
  moved: number;
  setAside: number;
  reverses: number | null;
  reversedBy: number | null;
};

/** The number of the study's next step; only while the codebook is locked. */
export async function findNextStepNumber(trx: Transaction): Promise<number> {
  const last = await trx('codebook_steps').max('number as number').first();
  return Number(last?.number ?? 0) + 1;
}

export async function insertStep(
  trx: Transaction,
  step: {
    id: string;
    studyId: string;
    number: number;
    kind: StepKind;
    subjectId: string;
    intoId?: string | undefined;
    reverses?: string | undefined;
    by: string;
    changes: readonly ThemeChange[];
  },
): Promise<void> {
  await trx('codebook_steps').insert({
    id: step.id,
    study_id: step.studyId,
    number: step.number,
    kind: step.kind,
    subject_id: step.subjectId,
    into_id: step.intoId ?? null,
    reverses: step.reverses ?? null,
    made_by: step.by,
  });
  const rows = step.changes.map(({ themeId, before, after }) => ({ theme_id: themeId, before, after }));
  await trx.raw(
    `insert into codebook_step_themes (step_id, study_id, theme_id, before, after)
     select ?::uuid, ?::uuid, theme_id, before, after
       from jsonb_to_recordset(?::jsonb) as change (theme_id uuid, before jsonb, after jsonb)`,
    [step.id, step.studyId, JSON.stringify(rows)],
  );
}

export async function insertStepCodings(
  trx: Transaction,
  step: { id: string; studyId: string },
  moved: readonly MovedCoding[],
): Promise<void> {
  await trx.raw(
    `insert into codebook_step_codings (step_id, study_id, coding_id, from_theme_id, to_theme_id, set_aside)
     select ?::uuid, ?::uuid, coding_id, from_id, to_id, set_aside
       from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::boolean[]) as move (coding_id, from_id, to_id, set_aside)`,
    [
      step.id,
      step.studyId,
      moved.map(({ id }) => id),
      moved.map(({ fromThemeId }) => fromThemeId),
      moved.map(({ toThemeId }) => toThemeId),
      moved.map(({ setAside }) => setAside),
    ],
  );
}

/** The steps below number `below`, the latest first; `themeId`: only those that changed that theme. */
export async function listSteps(
  trx: Transaction,
  { below, themeId, limit }: { below?: number | undefined; themeId?: string | undefined; limit: number },
): Promise<ShownStep[]> {
  const steps = shownSteps(trx).orderBy('codebook_steps.number', 'desc').limit(limit);
  if (below !== undefined) void steps.where('codebook_steps.number', '<', below);
  if (themeId !== undefined)
    void steps.whereIn('codebook_steps.id', trx('codebook_step_themes').where({ theme_id: themeId }).select('step_id'));
  return withChanges(trx, await steps);
}

export async function findStep(trx: Transaction, id: string): Promise<ShownStep | undefined> {
  const [step] = await withChanges(trx, await shownSteps(trx).where('codebook_steps.id', id));
  return step;
}

/** What a step did to codings; with the seals looked through, to all of them. */
export async function listStepCodings(trx: Transaction, stepId: string): Promise<MovedCoding[]> {
  return trx('codebook_step_codings').where({ step_id: stepId }).orderBy('coding_id').select({
    id: 'coding_id',
    fromThemeId: 'from_theme_id',
    toThemeId: 'to_theme_id',
    setAside: 'set_aside',
  });
}

function shownSteps(trx: Transaction) {
  const count = (setAside: boolean) =>
    trx.raw(
      `(select count(*)::int from codebook_step_codings as moved
         where moved.step_id = codebook_steps.id and moved.set_aside = ?)`,
      [setAside],
    );
  return trx('codebook_steps')
    .join('memberships', 'memberships.id', 'codebook_steps.made_by')
    .leftJoin('codebook_steps as reversed', 'reversed.id', 'codebook_steps.reverses')
    .leftJoin('codebook_steps as reversing', 'reversing.reverses', 'codebook_steps.id')
    .select({
      id: 'codebook_steps.id',
      number: 'codebook_steps.number',
      kind: 'codebook_steps.kind',
      subjectId: 'codebook_steps.subject_id',
      intoId: 'codebook_steps.into_id',
      by: 'memberships.name',
      at: 'codebook_steps.made_at',
      moved: count(false),
      setAside: count(true),
      reverses: 'reversed.number',
      reversedBy: 'reversing.number',
    });
}

async function withChanges(trx: Transaction, steps: Omit<ShownStep, 'changes'>[]): Promise<ShownStep[]> {
  const changes: { stepId: string; themeId: string; before: ThemeState | null; after: ThemeState }[] = await trx(
    'codebook_step_themes',
  )
    .whereIn(
      'step_id',
      steps.map(({ id }) => id),
    )
    .orderBy('theme_id')
    .select({ stepId: 'step_id', themeId: 'theme_id', before: 'before', after: 'after' });
  return steps.map((step) => ({
    ...step,
    changes: changes
      .filter(({ stepId }) => stepId === step.id)
      .map(({ themeId, before, after }) => ({ themeId, before, after })),
  }));
}
