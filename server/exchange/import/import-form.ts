import { z } from 'zod';
import { id, line } from '../../web/forms.ts';
import { LONGEST_STUDY_NAME } from './names.ts';

/** The fields beside the file. */
export const newImportForm = z.object({ id: id('Reload the page and choose the file again') });

/** What somebody decides once the file has been read: its name as a study, and how its positions are counted. */
export const importStudyForm = z.object({
  name: line({ max: LONGEST_STUDY_NAME, what: 'a name for the study' }),
  profile: z.string().max(100).optional(),
});
