import type { SaverState } from './draft-saver.ts';

const TROUBLED = 'app-editor-status--troubled';
const KEPT_HERE = 'Your words are kept on this device.';
const ONLY_HERE = 'This browser keeps no copy: leave the page open.';

/** Whether what is in the form is safe, in words, beside the save button. */
export function statusLine(form: HTMLElement): (state: SaverState, keptHere: boolean) => void {
  const line = form.querySelector<HTMLElement>('[data-editor-status-line]')!;
  const words = form.querySelector<HTMLElement>('[data-editor-status]')!;
  const mark = form.querySelector<HTMLElement>('[data-editor-mark]')!;
  const live = form.querySelector<HTMLElement>('[data-editor-live]')!;
  let said: SaverState['kind'] = 'clean';
  line.hidden = false;
  return (state, keptHere) => {
    const isTroubled = !['clean', 'saving', 'saved'].includes(state.kind);
    line.classList.toggle(TROUBLED, isTroubled);
    mark.textContent = isTroubled ? '!' : state.kind === 'saved' ? '✓' : state.kind === 'saving' ? '…' : '';
    words.replaceChildren(...sentence(state, keptHere ? KEPT_HERE : ONLY_HERE));
    // Said aloud only when it matters: not at every autosave.
    const wasTroubled = !['clean', 'saving', 'saved'].includes(said);
    if (isTroubled ? state.kind !== said : wasTroubled && state.kind === 'saved') live.textContent = words.textContent;
    if (state.kind !== 'saving') said = state.kind;
  };
}

function sentence(state: SaverState, where: string): (string | Node)[] {
  if (state.kind === 'clean') return ['No changes yet'];
  if (state.kind === 'saving') return ['Saving'];
  if (state.kind === 'saved') return [`Saved ${state.time}`];
  if (state.kind === 'trying') return [`Not saved, still trying. ${where}`];
  if (state.kind === 'refused') return [`Not saved. ${state.why}`];
  if (state.kind === 'conflict') return ['Not saved: choose between the two texts above.'];
  if (state.kind === 'somebody-else')
    return [`Not saved: somebody else is signed in now. ${where} `, signInLink('Sign in as yourself')];
  return [`Not saved: you have been signed out. ${where} `, signInLink('Sign in again in another tab')];
}

function signInLink(text: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = '/sign-in';
  link.target = '_blank';
  link.className = 'govuk-link';
  link.textContent = text;
  return link;
}
