import { z } from 'zod';
import { counter, id, list, optionalText } from '../web/forms.ts';
import { CATEGORIES } from './categories.ts';
import type { Choice } from './decisions.ts';
import { RETURN_REASONS } from './return-reasons.ts';

const RELOAD = 'Reload the page and go through the note again';

const PLACE = z
  .string({ error: RELOAD })
  .regex(/^\d{1,5}:[tb]:\d{1,8}-\d{1,8}$/, { error: RELOAD })
  .transform((text) => {
    const [index = '', field, stretch = ''] = text.split(':');
    const [start = 0, end = 0] = stretch.split('-').map(Number);
    return { index: Number(index), field: field === 't' ? ('title' as const) : ('body' as const), start, end };
  });
const INDEX = z.coerce
  .number({ error: RELOAD })
  .int({ error: RELOAD })
  .min(0, { error: RELOAD })
  .max(99_999, { error: RELOAD });
const WORDS = optionalText({ max: 500, what: 'the words to replace' });
const REPLACEMENT = optionalText({ max: 150, what: 'the replacement' });
const CATEGORY = z.enum(CATEGORIES, { error: 'Choose what kind of thing it is' });

// One field for each finding, in their order: an empty one counts, unlike in list().
function rows<S extends z.ZodType>(item: S) {
  return z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));
}

/**
 * The decisions about a note. `words`, `text` and `category` come once for each finding, in one order; `do` holds the
 * indices of those to be replaced, `at` their places ("index:b:12-15"), `all` the indices of those replaced everywhere.
 * What the person added themselves comes in the three `more` lists.
 */
export const decisionsForm = z
  .object({
    id: id(RELOAD),
    base: counter(RELOAD),
    words: rows(WORDS),
    text: rows(REPLACEMENT),
    category: rows(CATEGORY),
    do: list(INDEX),
    at: list(PLACE),
    all: list(INDEX),
    moreWords: rows(WORDS),
    moreText: rows(REPLACEMENT),
    moreCategory: rows(CATEGORY),
  })
  .refine(
    ({ words, text, category, moreWords, moreText, moreCategory }) =>
      words.length === text.length &&
      words.length === category.length &&
      moreWords.length === moreText.length &&
      moreWords.length === moreCategory.length,
    { error: RELOAD, path: ['form'] },
  );
export type Decided = z.infer<typeof decisionsForm>;

/** What the form says as choices about the text. */
export function choicesOf(form: Decided): Choice[] {
  const [chosen, everywhere] = [new Set(form.do), new Set(form.all)];
  const findings = form.words.flatMap((words, index) => {
    const places = everywhere.has(index) ? undefined : form.at.filter((place) => place.index === index);
    if (!chosen.has(index) || words === '' || places?.length === 0) return [];
    return [{ words, text: form.text[index]!, category: form.category[index]!, places }];
  });
  const more = form.moreWords.flatMap((words, index) =>
    words.trim() === ''
      ? []
      : [{ words: words.trim(), text: form.moreText[index]!, category: form.moreCategory[index]!, places: undefined }],
  );
  return [...findings, ...more];
}

export const checkForm = z.object({
  revision: counter(RELOAD),
  read: z.literal('yes', { error: 'Say that you have read the whole text' }),
});

export const returnForm = z.object({
  from: z.enum(['de-identified', 'checked', 'releasable'], { error: RELOAD }),
  reason: z.enum(RETURN_REASONS, { error: 'Choose a reason' }),
});
