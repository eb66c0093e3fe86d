import { createHash } from 'node:crypto';
import { agencyNames } from '../disclosure/cast.ts';
import { createDisguise, type Known } from '../disclosure/disguise.ts';
import { type IdentifierKind, likelyIdentifiers } from '../identifiers/likely-identifiers.ts';
import { createMentionFinder } from '../identifiers/mentions.ts';
import { type Stretch, touches } from '../identifiers/replacements.ts';
import { isWrittenAsName, tokensOf } from '../identifiers/tokens.ts';
import type { KnownPerson } from '../identities/known-names.ts';
import { codePointLength, indexText, sliceCodePoints } from '../shared/text.ts';

/** Whom and what a summary may name. `people` are those whose real names are on record: never shown, logged or kept. */
export type Named = {
  people: readonly KnownPerson[];
  participants: readonly { id: string; agencyId: string; pseudonym: string; isWithheld: boolean }[];
  agencies: readonly { id: string; name: string; code: string }[];
};

/** `small`: written small, a word that is also somebody's name ("will"). */
export type FoundKind = 'known' | 'agency' | 'pseudonym' | 'withheld pseudonym' | 'small' | IdentifierKind;

/** One place, with some of what stands around it. */
export type FoundPlace = { isTitle: boolean; before: string; after: string };
/** Words of a summary that tell, or may tell, who somebody is, wherever they stand. `isKnown`: a real name on record. */
export type SummaryFinding = { words: string; kind: FoundKind; isKnown: boolean; places: FoundPlace[] };

export type SummaryCheck = {
  findings: SummaryFinding[];
  /** Where they stand: half-open [from, to) in UTF-16 of the text as it is read. */
  marks: { from: number; to: number; isKnown: boolean }[];
  /** Of all that was found: whoever publishes has looked at this and nothing else. */
  digest: string;
  /** Of how many participants the real name is not on record, and so cannot be looked for. */
  nameless: number;
  participants: number;
};

type Place = Stretch & { kind: FoundKind; isKnown: boolean };

const AROUND = 40;

/**
 * What in a summary for `agencyId` tells, or may tell, who somebody is. Stricter than while writing a note, as whatever
 * leaves the team: capitals and accents make no difference to a name, and part of a hyphenated word counts. `body` is the
 * text as it is read, without the signs of its layout.
 */
export function checkSummary({ title, body }: { title: string; body: string }, agencyId: string, named: Named) {
  const lead = `${title}\n\n`;
  const text = lead + body;
  const source = indexText(text);
  const found = new Map<string, SummaryFinding>();
  const marks: SummaryCheck['marks'] = [];
  for (const { start, end, kind, isKnown } of placesIn(text, agencyId, named)) {
    const words = source.slice(start, end);
    const [from, to] = [source.utf16(start), source.utf16(end)];
    const isTitle = from < title.length;
    const place = { isTitle, ...around(text, from, to) };
    if (!isTitle) marks.push({ from: from - lead.length, to: to - lead.length, isKnown });
    const key = `${kind} ${isKnown} ${words}`;
    const earlier = found.get(key);
    if (earlier) earlier.places.push(place);
    else found.set(key, { words, kind, isKnown, places: [place] });
  }
  const findings = [...found.values()];
  const known = new Set(named.people.map(({ participantId }) => participantId));
  return {
    findings,
    marks,
    digest: createHash('sha256')
      .update(JSON.stringify([title, body, findings]))
      .digest('hex'),
    nameless: named.participants.filter(({ id }) => !known.has(id)).length,
    participants: named.participants.length,
  } satisfies SummaryCheck;
}

// No further than the paragraph; an ellipsis where some of that is left out. `from` and `to` in UTF-16.
function around(text: string, from: number, to: number): { before: string; after: string } {
  const begin = text.lastIndexOf('\n\n', from - 1);
  const end = text.indexOf('\n\n', to);
  const before = text.slice(begin === -1 ? 0 : begin + 2, from);
  const after = text.slice(to, end === -1 ? text.length : end);
  const lead = codePointLength(before) - AROUND;
  return {
    before: lead > 0 ? `…${sliceCodePoints(before, lead, lead + AROUND)}` : before,
    after: codePointLength(after) > AROUND ? `${sliceCodePoints(after, 0, AROUND)}…` : after,
  };
}

/** In order and never overlapping: what is known goes before what is likely. */
function placesIn(text: string, agencyId: string, named: Named): Place[] {
  const disguise = createDisguise(knownTo(named, agencyId));
  const own = ownNames(text, agencyId, named);
  const isOwn = ({ start, end }: Stretch) => own.some((one) => one.start <= start && end <= one.end);
  const likely = likelyIdentifiers(text);
  // "On 3 May": a day, whoever is called May.
  const isInDate = ({ start, end }: Stretch) =>
    likely.some(
      (one) => one.kind === 'date' && one.start <= start && end <= one.end && end - start < one.end - one.start,
    );
  const swaps = disguise.swaps(text, agencyId).filter((swap) => !isInDate(swap));
  const taken: Place[] = [];
  const take = (places: readonly Place[]) => {
    for (const place of places) if (!taken.some((other) => touches(place, other))) taken.push(place);
  };
  take(
    swaps.filter(({ kind }) => kind === 'participant').map((swap) => ({ ...at(swap), kind: 'known', isKnown: true })),
  );
  take(swaps.filter(({ kind }) => kind === 'agency').map((swap) => ({ ...at(swap), kind: 'agency', isKnown: false })));
  take(pseudonymsIn(text, named));
  take(
    likely
      .filter((place) => !((place.kind === 'name' || place.kind === 'place') && isOwn(place)))
      .map(({ kind, ...place }) => ({ ...place, kind, isKnown: false })),
  );
  take(disguise.doubtful(text).map((place) => ({ ...place, kind: 'small', isKnown: false })));
  return taken.toSorted((one, other) => one.start - other.start);
}

function knownTo({ people, agencies }: Named, agencyId: string): Known[] {
  return [
    ...people.map((person): Known => ({
      id: person.participantId,
      kind: 'participant',
      agencyId: person.agencyId,
      label: person.pseudonym,
      names: person.names,
    })),
    ...agencies
      .filter(({ id }) => id !== agencyId)
      .map(({ id, name, code }): Known => ({
        id,
        kind: 'agency',
        agencyId: id,
        label: code,
        names: [...agencyNames(name), code],
      })),
  ];
}

// The agency that reads the summary may find itself named in it.
function ownNames(text: string, agencyId: string, { agencies }: Named): Stretch[] {
  const own = agencies.find(({ id }) => id === agencyId);
  if (!own) return [];
  const names = [...agencyNames(own.name), own.code];
  return createMentionFinder([{ participantId: '', agencyId, pseudonym: '\n', names }])(text);
}

// A pseudonym of one word is one only as it is written: "Rose", not "rose".
function pseudonymsIn(text: string, { participants }: Named): Place[] {
  const withheld = new Set(participants.filter(({ isWithheld }) => isWithheld).map(({ id }) => id));
  const finder = createMentionFinder(
    participants.map(({ id, agencyId, pseudonym }) => ({
      participantId: id,
      agencyId,
      pseudonym: '\n',
      names: [pseudonym],
    })),
  );
  return finder(text)
    .filter((mention) => {
      const [first, ...more] = tokensOf(mention.text);
      return first !== undefined && (more.length > 0 || isWrittenAsName(first));
    })
    .map((mention) => ({
      ...at(mention),
      kind: mention.people.some(({ participantId }) => withheld.has(participantId))
        ? 'withheld pseudonym'
        : 'pseudonym',
      isKnown: false,
    }));
}

function at({ start, end }: Stretch): Stretch {
  return { start, end };
}
