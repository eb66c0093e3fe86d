import { z } from 'zod';
import { id, line } from '../web/forms.ts';

export const newStudyForm = z.object({
  id: id('Reload the page and try again'),
  name: line({ max: 200, what: 'a name for the study' }),
  // A box that is not ticked is not sent.
  secondStep: z.literal('on').optional(),
});

export const secondStepRuleForm = z.object({ secondStep: z.literal('on').optional() });
