import { z } from 'zod';
import { id, line } from '../../web/forms.ts';

const AGAIN = 'Press the button again, and let your device answer';

const base64 = z
  .string()
  .max(16_384)
  .regex(/^[\w-]*$/);
const transports = z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);

const credential = { id: base64.min(1), rawId: base64.min(1), type: z.literal('public-key') };

const madePasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64,
    attestationObject: base64,
    // What a browser says that we do not know is left out.
    transports: z.array(z.unknown()).max(20).optional(),
  }),
});

const usedPasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64,
    authenticatorData: base64,
    signature: base64,
    userHandle: base64.optional(),
  }),
});

/** What the browser code has put into the form, as JSON. */
function answer<S extends z.ZodType>(schema: S) {
  return z
    .string({ error: AGAIN })
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: AGAIN });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

export const newPasskeyForm = z.object({
  name: line({ max: 100, what: 'a name for the passkey' }),
  password: z.string().default(''),
  code: z.string().default(''),
});

export const madePasskeyForm = z.object({
  answer: answer(
    madePasskey.transform(({ response, ...rest }) => ({
      ...rest,
      clientExtensionResults: {},
      response: {
        ...response,
        transports: (response.transports ?? []).flatMap((one) => {
          const known = transports.safeParse(one);
          return known.success ? [known.data] : [];
        }),
      },
    })),
  ),
});

export const usedPasskeyForm = z.object({
  answer: answer(
    usedPasskey.transform(({ response: { userHandle, ...response }, ...rest }) => ({
      ...rest,
      clientExtensionResults: {},
      response: { ...response, ...(userHandle !== undefined && { userHandle }) },
    })),
  ),
});

export const removalForm = z.object({
  passkey: id('Choose the passkey to remove'),
  'removal-password': z.string().default(''),
  'removal-code': z.string().default(''),
});

export type MadePasskey = z.infer<typeof madePasskeyForm>['answer'];
export type UsedPasskey = z.infer<typeof usedPasskeyForm>['answer'];
