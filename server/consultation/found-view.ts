import { counted } from '../shared/counted.ts';
import { KEEP_REASON_WORDS, KEEP_REASONS, knownOf, type PublicationAnswer } from './publication.ts';
import type { FoundKind, SummaryCheck, SummaryFinding } from './summary-findings.ts';

const KIND_WORDS: Record<FoundKind, string> = {
  known: 'real name of somebody who takes part',
  agency: 'another agency',
  pseudonym: 'pseudonym',
  'withheld pseudonym': 'pseudonym of somebody who declined or withdrew',
  small: 'a word that is somebody’s name too',
  name: 'likely a name',
  place: 'likely a place',
  date: 'date',
  postcode: 'postcode',
  telephone: 'telephone number',
  email: 'e-mail address',
  'nhs-number': 'NHS number',
};

/** How many places of the same words are shown, and how many words. */
const LISTED_PLACES = 3;
const LISTED = 100;

/** What was found in a summary, for looking at it before it is published. `answer` is what was said when it was refused. */
export function foundView(
  { check, unreadable }: { check: SummaryCheck; unreadable: number },
  answer?: PublicationAnswer,
  errors: Record<string, string> = {},
) {
  const known = knownOf(check);
  const likely = check.findings.filter(({ isKnown }) => !isKnown);
  return {
    digest: check.digest,
    isAny: check.findings.length > 0,
    heading: `${counted(check.findings.length, 'thing')} to look at before you publish`,
    known: known.map((finding, index) => {
      const said = answer?.kept.find(({ words }) => words === finding.words)?.reason;
      return {
        ...findingView(finding),
        id: `keep-${index}`,
        error: errors[`keep-${index}`],
        reasons: [
          { value: '', text: 'It may not stay: I replace it first', selected: said === undefined },
          ...KEEP_REASONS.map((value) => ({ value, text: KEEP_REASON_WORDS[value], selected: said === value })),
        ],
      };
    }),
    likely: likely.slice(0, LISTED).map(findingView),
    left: Math.max(0, likely.length - LISTED),
    isRead: answer?.isRead ?? false,
    unreadable: unreadable > 0 ? counted(unreadable, 'real name') : undefined,
    nameless:
      check.nameless === 0
        ? undefined
        : check.nameless === check.participants
          ? 'No real name is on record for anybody who takes part, so none could be looked for.'
          : `No real name is on record for ${check.nameless.toLocaleString('en-GB')} of the ${counted(check.participants, 'person', 'people')} who take part: theirs could not be looked for.`,
  };
}

function findingView({ words, kind, places }: SummaryFinding) {
  return {
    words,
    what: KIND_WORDS[kind],
    count: places.length > 1 ? counted(places.length, 'place') : undefined,
    places: places.slice(0, LISTED_PLACES).map(({ isTitle, before, after }) => ({
      where: isTitle ? 'Title' : '',
      before: inLine(before),
      words,
      after: inLine(after),
    })),
    left: Math.max(0, places.length - LISTED_PLACES),
  };
}

function inLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
