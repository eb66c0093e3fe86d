import { type KnownContact, type KnownPerson, namesOf } from '../identities/known-names.ts';
import { agencyLabel, type Choices, initialsOf } from './choices.ts';
import { createDisguise, type Disguise, type Known } from './disguise.ts';
import { createOutsideIds } from './outside-id.ts';

/** Everybody whom a text of the study may name. In an order that later rows do not change, so that labels stay. */
export type Cast = {
  people: readonly KnownPerson[];
  contacts?: readonly KnownContact[];
  members: readonly { id: string; name: string; role: 'lead' | 'researcher' | 'agency'; agencyId: string | null }[];
  agencies: readonly { id: string; name: string; code: string }[];
  /** What nobody is shown, and ids outside are made with. */
  secret: string;
};

export type Disguised = Disguise & {
  /** What stands for the agency: its code, or "Agency A" with "A" for its code. */
  agency: (id: string) => { agencyCode: string; agencyName: string };
  /** What stands for a member: "Coder 2", or initials. */
  coder: (id: string) => string;
  /** The same by the name that the member has. */
  author: (name: string) => string;
  /** What stands for the id of a row. Themes keep theirs, so that a codebook that comes back is known again. */
  id: (id: string) => string;
};

/** How a study's people and agencies appear outside its team. */
export function disguiseFor(cast: Cast, choices: Choices): Disguised {
  const agencies = new Map(
    cast.agencies.map(({ id, code }, index) => [id, choices.agencies === 'code' ? code : agencyLabel(index)]),
  );
  const coders = coderLabels(cast.members, choices);
  const known: Known[] = [
    ...cast.people.map(({ participantId, agencyId, pseudonym, names }): Known => ({
      id: participantId,
      kind: 'participant',
      agencyId,
      label: pseudonym,
      names,
    })),
    ...cast.members
      .filter(({ role }) => choices.memberNames === 'replaced' || role === 'agency')
      .map(({ id, name, agencyId }): Known => ({
        id,
        kind: 'member',
        agencyId: agencyId ?? '',
        label: coders.get(id)!,
        names: namesOf(name),
      })),
    ...cast.agencies.map(({ id, name, code }): Known => ({
      id,
      kind: 'agency',
      agencyId: id,
      label: agencies.get(id)!,
      names: choices.agencies === 'masked' ? [...agencyNames(name), code] : agencyNames(name),
    })),
  ];
  return {
    ...createDisguise(known, cast.contacts),
    agency: (id) => {
      const agencyName = agencies.get(id) ?? 'Agency';
      return { agencyName, agencyCode: agencyName.replace(/^Agency /, '') };
    },
    coder: (id) => coders.get(id) ?? 'Coder',
    author: (name) => coders.get(cast.members.find((member) => member.name === name)?.id ?? '') ?? 'Coder',
    id: createOutsideIds(cast.secret),
  };
}

// What services are called besides their name: without it people say "Newbridge" and "Orchard Lane".
const GENERIC =
  /[\s,]+(?:early|intervention|services?|teams?|community|mental|health|centre|center|projects?|trust|enterprises?|cmht|nhs|foundation|ltd|limited|charity|group|organisation|association|network)\.?$/iu;

/** By what an agency may be called in a note: its whole name, and the name without what kind of service it is. */
export function agencyNames(name: string): string[] {
  let short = name.replace(/^the\s+/iu, '').trim();
  while (GENERIC.test(short)) short = short.replace(GENERIC, '');
  return [...new Set([name, short])];
}

// Staff of agencies code nothing; where they are named they are not told apart.
function coderLabels(members: Cast['members'], choices: Choices): Map<string, string> {
  const labels = new Map<string, string>();
  const taken = new Map<string, number>();
  for (const { id, name, role } of members) {
    if (role === 'agency') {
      labels.set(id, 'agency staff');
      continue;
    }
    const base = choices.coders === 'initials' ? initialsOf(name) || 'Coder' : 'Coder';
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    labels.set(id, base === 'Coder' ? `Coder ${count}` : count === 1 ? base : `${base} ${count}`);
  }
  return labels;
}
