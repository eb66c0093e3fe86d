import { type Consent, consentTag, CONSENT_WORDS } from '../agencies/participants/participant.ts';
import { formatCalendarDate, formatDate, formatDateTime } from '../shared/dates.ts';
import { type ConsentChange, GIVEN, SCOPE_WORDS, type Scope, WAY_WORDS, wayChoices } from './consent.ts';
import type { MentioningNote, StandingConsent, VisitConsent } from './consent-queries.ts';
import type { ShownMention } from './mention-queries.ts';

type Place = { path: string; timeZone: string };

function consentWords(consent: Consent, scope: Scope | null): string {
  return scope === null
    ? CONSENT_WORDS[consent]
    : `${CONSENT_WORDS[consent]}: ${SCOPE_WORDS[scope].title.toLowerCase()}`;
}

/** The page about somebody's consent. `values` is what the form shows. */
export function consentView(
  standing: StandingConsent,
  given: {
    visits: VisitConsent[];
    history: ConsentChange[];
    notes: MentioningNote[];
    values: Record<string, unknown>;
  },
  { path, timeZone }: Place,
) {
  const { values } = given;
  const chosen = values.visit ?? '';
  return {
    base: `${path}/participants/${standing.id}`,
    pseudonym: standing.pseudonym,
    agency: standing.agencyName,
    isErased: standing.erasedAt !== null,
    waits: standing.scope === 'erasure' && standing.erasedAt === null,
    now: { text: consentWords(standing.consent, standing.scope), tag: consentTag(standing.consent) },
    scopeMeans: standing.scope === null ? undefined : SCOPE_WORDS[standing.scope].means,
    since: standing.withdrawnOn === null ? undefined : formatCalendarDate(standing.withdrawnOn),
    values,
    choices: {
      consents: GIVEN.map((value) => ({
        value,
        text: CONSENT_WORDS[value],
        checked: values.consent === value,
      })),
      visits: [
        { value: '', text: 'As it stands from now on', selected: chosen === '' },
        ...given.visits.map(({ visitId, startsAt, setting }) => ({
          value: visitId,
          text: `At the visit of ${formatDate(startsAt, timeZone)}, ${setting}`,
          selected: chosen === visitId,
        })),
      ],
      ways: wayChoices(values.how),
    },
    visits: given.visits.map((visit) => ({
      href: `${path}/visits/${visit.visitId}`,
      date: formatDate(visit.startsAt, timeZone),
      setting: visit.setting,
      consent: { text: CONSENT_WORDS[visit.consent], tag: consentTag(visit.consent) },
    })),
    notes: given.notes.map((note) => ({
      href: `${path}/notes/${note.noteId}`,
      title: note.title,
      date: formatDate(note.startsAt, timeZone),
      paragraphs: note.paragraphs.map((number) => ({
        number,
        href: `${path}/notes/${note.noteId}/paragraphs/${number}/people`,
      })),
      withheld: note.withheld,
    })),
    history: given.history.map((change) => ({
      recorded: formatDateTime(change.recordedAt, timeZone),
      by: change.recordedBy,
      about: change.visitedAt === null ? 'As it stands' : `At the visit of ${formatDate(change.visitedAt, timeZone)}`,
      consent: { text: consentWords(change.consent, change.scope), tag: consentTag(change.consent) },
      givenOn: change.givenOn === null ? undefined : formatCalendarDate(change.givenOn),
      how: change.how === null ? undefined : WAY_WORDS[change.how],
      formVersion: change.formVersion,
      note: change.note,
    })),
  };
}

const FOUND_BY: Record<ShownMention['source'], string> = {
  pseudonym: 'by the pseudonym',
  name: 'by the real name',
  hand: 'by hand',
};

/** The page on which somebody says whom a paragraph is about. */
export function paragraphPeopleView(
  paragraph: { number: number; start: number; body: string; mentions: ShownMention[]; isWithheld: boolean },
  people: { id: string; pseudonym: string }[],
) {
  const ids = [...new Set(paragraph.mentions.map(({ participantId }) => participantId))];
  return {
    ...paragraph,
    mentioned: ids.map((id) => {
      const mentions = paragraph.mentions.filter(({ participantId }) => participantId === id);
      const byHand = mentions.find(({ source }) => source === 'hand');
      return {
        id,
        pseudonym: mentions[0]!.pseudonym,
        foundBy: mentions
          .filter(({ about }) => about)
          .map(({ source }) => FOUND_BY[source])
          .join(' and '),
        isDenied: byHand?.about === false,
        isByHand: byHand !== undefined,
      };
    }),
    people: people.map(({ id, pseudonym }) => ({ value: id, text: pseudonym })),
  };
}
