import { z } from 'zod';
import { SCOPES, WAYS } from '../consent/consent.ts';
import { id, list, orNull } from '../web/forms.ts';

const PARAGRAPH = /^([0-9a-f-]{36}):(\d{1,9})$/i;

export const withdrawalForm = z.object({
  id: id('Reload the page and try again'),
  scope: z.enum(SCOPES, { error: 'Choose what they ask for' }),
  withdrawnOn: z.iso.date({ error: 'Enter the day on which they said so' }),
  how: orNull(z.enum(WAYS)),
  /** Paragraphs that stay although they mention them: "<note>:<start>". */
  keep: list(
    z
      .string()
      .regex(PARAGRAPH, { error: 'Choose paragraphs of the list' })
      .transform((value) => {
        const [noteId, start] = value.split(':');
        return { noteId: noteId!.toLowerCase(), start: Number(start) };
      }),
  ),
  attachments: list(z.uuid({ error: 'Choose attachments of the list' })),
});
export type NewWithdrawal = z.infer<typeof withdrawalForm>;

export const confirmationForm = z.object({
  pseudonym: z.string({ error: 'Type the pseudonym' }).transform((value) => value.replace(/\s+/g, ' ').trim()),
  digest: z.string({ error: 'Reload the page and read it again' }),
});
