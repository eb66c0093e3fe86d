import { z } from 'zod';
import { id } from '../../web/forms.ts';

/** `id` is that of the step, made by the page, so that sending twice merges once. */
export const mergeForm = z.object({
  id: id('Reload the page and try again'),
  target: id('Choose the theme to merge it into'),
});

export type Merge = z.infer<typeof mergeForm>;
