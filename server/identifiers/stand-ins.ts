import type { IdentifierKind } from './likely-identifiers.ts';
import type { Mark } from './marks.ts';
import { bracketed } from './replacements.ts';

/** What stands for an identifier that no pseudonym stands for. */
export const STAND_INS: Record<IdentifierKind, string> = {
  name: 'name',
  place: 'place',
  date: 'date',
  postcode: 'postcode',
  telephone: 'telephone number',
  email: 'e-mail address',
  'nhs-number': 'NHS number',
};

/**
 * By what a mark can be replaced, in brackets: for a known name the pseudonyms of those who bear it, people of the
 * visit's agency first, and alone if anybody. `isSure`: it is known whose name it is.
 */
export function standInsFor(
  { kind, isCertain, people }: Pick<Mark, 'kind' | 'isCertain' | 'people'>,
  agencyId: string,
): { replacements: string[]; isSure: boolean } {
  if (kind !== 'known') return { replacements: [bracketed(STAND_INS[kind])], isSure: false };
  const here = people.filter((person) => person.agencyId === agencyId);
  const choices = here.length > 0 ? here : people;
  return {
    replacements: [...new Set(choices.map(({ pseudonym }) => bracketed(pseudonym)))],
    isSure: isCertain || (here.length === 1 && people.length > 1),
  };
}
