import { z } from 'zod';
import type { FieldError } from '../shared/errors.ts';
import { normaliseNewlines, codePointLength, unstorableCharacter } from '../shared/text.ts';

export type FieldErrors = Record<string, string>;

/** One line of the summary on top of a form: a sentence, and the anchor of the field it is about. */
export type ErrorSummaryItem = { href: string; text: string };

export type FormResult<T> =
  | { ok: true; values: T }
  | { ok: false; typed: Record<string, unknown>; errors: FieldErrors; errorSummary: ErrorSummaryItem[] };

/** What was refused, for rendering the form again. */
export type Refused = Extract<FormResult<unknown>, { ok: false }>;

/**
 * Checks a submitted body, query or params against `schema`. On failure: what was typed, one sentence a field, and the
 * error summary. Fields that the schema does not name are dropped.
 */
export function readForm<S extends z.ZodType>(schema: S, body: unknown): FormResult<z.infer<S>> {
  const typed = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const parsed = schema.safeParse(typed);
  if (parsed.success) return { ok: true, values: parsed.data };
  const errors: FieldErrors = {};
  for (const issue of parsed.error.issues) {
    const field = String(issue.path[0] ?? 'form');
    errors[field] ??= issue.message;
  }
  return { ok: false, typed, errors, errorSummary: errorSummary(errors) };
}

/** The same shape for a refusal that a service made (FieldError), so that a page shows both alike. */
export function errorSummary(errors: FieldErrors): ErrorSummaryItem[] {
  return Object.entries(errors).map(([field, text]) => ({ href: `#${field}`, text }));
}

/** What a service refused about one field, in the shape in which readForm() refuses. */
export function refusedBy(error: FieldError, body: unknown): Refused {
  const errors = { [error.field]: error.message };
  return { ok: false, typed: body as Record<string, unknown>, errors, errorSummary: errorSummary(errors) };
}

/** Text kept exactly as typed but for its newlines. Lengths in code points. */
export function plainText({ max, what }: { max: number; what: string }) {
  return z
    .string({ error: `Enter ${what}` })
    .transform(normaliseNewlines)
    .superRefine((text, context) => {
      const unstorable = unstorableCharacter(text);
      if (unstorable !== undefined) context.addIssue({ code: 'custom', message: unstorable });
      else if (codePointLength(text) > max)
        context.addIssue({
          code: 'custom',
          message: `Shorten ${what} to ${max.toLocaleString('en-GB')} characters or fewer; it has ${codePointLength(text).toLocaleString('en-GB')}`,
        });
    });
}

// Characters that show nothing and part nothing: two names that differ by them alone look the same. Joiners stay, emoji
// and some scripts need them.
const INVISIBLE = /[\u00ad\u200b\u2060-\u2064\ufeff]/gu;

/** A single line that must not be empty; blanks around it are cut off, and invisible characters dropped. */
export function line({ max, what }: { max: number; what: string }) {
  return plainText({ max, what })
    .transform((text) => text.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim())
    .refine((text) => text !== '', { error: `Enter ${what}` });
}

/** Text that may be left empty, and is empty when the field was not sent. */
export function optionalText({ max, what }: { max: number; what: string }) {
  return z.preprocess((value) => value ?? '', plainText({ max, what }));
}

/** A field that may be left empty: null then, and when it was not sent. */
export function orNull<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === undefined || value === '' ? null : value), z.nullable(schema));
}

/** A version or revision number from a hidden field: from 1 to the greatest that a column holds. */
export function counter(message = 'Reload the page and try again') {
  return z.coerce
    .number({ error: message })
    .int({ error: message })
    .min(1, { error: message })
    .max(2_147_483_647, { error: message });
}

/** A UUID from a hidden field or a select. */
export function id(message: string) {
  return z.uuid({ error: message }).transform((value) => value.toLowerCase());
}

/** Zero, one or several fields of one name, as an array. */
export function list<S extends z.ZodType>(item: S) {
  return z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(item),
  );
}
