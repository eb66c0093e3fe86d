import { z } from 'zod';
import { id, plainText } from '../web/forms.ts';
import { type Subject, SUBJECT_KINDS } from './memo.ts';

const RELOAD = 'Reload the page and try again';

const body = plainText({ max: 20_000, what: 'the memo' }).refine((text) => text.trim() !== '', {
  error: 'Write the memo',
});

/** A new memo: its id, made by the page, and what it is on (`kind`, and `subject` unless that is the study). */
export const newMemoForm = z
  .object({
    id: id(RELOAD),
    kind: z.enum(SUBJECT_KINDS, { error: RELOAD }),
    subject: z.union([z.literal(''), id(RELOAD)], { error: RELOAD }).optional(),
    body,
  })
  .transform(({ kind, subject, ...rest }, context): { id: string; body: string; subject: Subject } => {
    if (kind === 'study') return { ...rest, subject: { kind } };
    if (!subject) context.addIssue({ code: 'custom', path: ['form'], message: RELOAD });
    return { ...rest, subject: { kind, id: subject ?? '' } };
  });

export const memoForm = z.object({
  version: z.coerce.number({ error: RELOAD }).int().min(1, { error: RELOAD }).max(2_147_483_647, { error: RELOAD }),
  body,
});

/** Which memos to list. What makes no sense is no filter. */
export const memoListForm = z.object({
  kind: z.enum(SUBJECT_KINDS).optional().catch(undefined),
  below: id(RELOAD).optional().catch(undefined),
});

export type NewMemo = z.infer<typeof newMemoForm>;
export type MemoChange = z.infer<typeof memoForm>;
