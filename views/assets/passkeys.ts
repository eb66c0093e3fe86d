import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';

// A form whose button asks the device for a passkey, and which is sent once it has answered. What to ask for stands in
// the form, or is fetched when the button is pressed, so that a page that lies open does not grow too old.

const TRY_AGAIN = 'Nothing came of it: it was cancelled, or took too long. Press the button to try again.';
const NO_PASSKEYS = 'This browser cannot use passkeys.';

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) offer(form);

function offer(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>('button[hidden]');
  const words = form.querySelector<HTMLElement>('[data-passkey-words]');
  const answer = form.querySelector<HTMLInputElement>('input[name="answer"]');
  if (!button || !words || !answer) return;
  if (!browserSupportsWebAuthn()) {
    words.textContent = NO_PASSKEYS;
    return;
  }
  button.hidden = false;
  button.addEventListener('click', () => {
    button.disabled = true;
    words.textContent = 'Waiting for your device…';
    ask(form).then(
      (given) => {
        words.textContent = '';
        answer.value = JSON.stringify(given);
        form.requestSubmit();
      },
      (error: unknown) => {
        words.textContent = sentenceOf(error);
        button.disabled = false;
      },
    );
  });
  // Coming back by the browser's own “back”: a challenge counts once, so that another is asked for.
  window.addEventListener('pageshow', () => (button.disabled = false));
}

async function ask(form: HTMLFormElement): Promise<object> {
  const { passkey, options, challenge } = form.dataset;
  if (passkey === 'make') {
    const optionsJSON = JSON.parse(options ?? '') as PublicKeyCredentialCreationOptionsJSON;
    return startRegistration({ optionsJSON });
  }
  const token = form.querySelector<HTMLInputElement>('input[name="_csrf"]')?.value ?? '';
  const headers = { accept: 'application/json', 'x-csrf-token': token };
  const reply = await fetch(challenge ?? '', { method: 'POST', headers }).catch(() => undefined);
  if (!reply)
    throw new Refusal('The service could not be reached. Look at your connection, and press the button again.');
  const said: unknown = await reply.json().catch(() => undefined);
  if (!reply.ok)
    throw new Refusal((said as { error?: string } | undefined)?.error ?? 'Reload this page and try again.');
  return startAuthentication({ optionsJSON: said as PublicKeyCredentialRequestOptionsJSON });
}

/** What the service said, as a sentence that is shown as it stands. */
class Refusal extends Error {}

function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidStateError') return 'This device has a passkey for your account already.';
  if (name === 'NotSupportedError' || name === 'ConstraintError')
    return 'This device cannot make such a passkey: it needs a screen lock, a finger or a PIN. Set one up, or use another device.';
  if (name === 'SecurityError') return 'Passkeys cannot be used at this address.';
  return TRY_AGAIN;
}
