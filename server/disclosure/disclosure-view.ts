import { filterFields } from '../extracts/extract-filter.ts';
import { counted } from '../shared/counted.ts';
import { formatDateTime } from '../shared/dates.ts';
import type { Choices } from './choices.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { fileWords } from './files.ts';
import { formatsFor, formatWords } from './formats.ts';
import type { KnownKind } from './disguise.ts';
import { type Preview, riskKindsOf } from './preview.ts';
import type { RiskField, RiskKind } from './risks.ts';
import { kindWords, riskWords } from './risk-words.ts';
import type { Shown } from './sample-service.ts';

type Place = { path: string; timeZone: string };
type Option = { value: string; text: string; hint?: string };

const OPTIONS: Record<string, Option[]> = {
  agencies: [
    { value: 'masked', text: 'By letter: Agency A, Agency B', hint: 'Their names and codes are replaced in texts too' },
    { value: 'code', text: 'By their code', hint: 'Their names are replaced by the code in texts too' },
  ],
  coders: [
    { value: 'number', text: 'By number: Coder 1, Coder 2' },
    { value: 'initials', text: 'By their initials' },
  ],
  member_names: [
    { value: 'replaced', text: 'Replaced', hint: 'A note that says “Priya asked…” says “[Coder 2] asked…”' },
    {
      value: 'kept',
      text: 'Kept',
      hint: 'For a reader who knows the team anyway. Names of agency staff are replaced all the same',
    },
  ],
  dates: [
    {
      value: 'month',
      text: 'The month alone: 2011-11',
      hint: 'Of visits, and of writing and coding, which are often done on the same day',
    },
    {
      value: 'day',
      text: 'The day: 2011-11-14',
      hint: 'A day, an agency and a role together often tell who somebody is',
    },
  ],
  notes: [
    { value: 'releasable', text: 'Only notes that were de-identified, checked and released' },
    {
      value: 'every',
      text: 'Every note, for a reason that is kept on record',
      hint: 'Known names are replaced, but nobody has read these notes for what else could tell who somebody is',
    },
  ],
};

/** The form, with what was typed where it was refused. */
export function disclosureFormView(typed: Record<string, unknown>, filter: Parameters<typeof filterFields>[0]) {
  const options = (field: string) =>
    OPTIONS[field]!.map((option) => ({
      ...option,
      checked: (typed[field] ?? OPTIONS[field]![0]!.value) === option.value,
    }));
  const offered = formatsFor(filter);
  return {
    fields: filterFields(filter).map(([name, value]) => ({ name, value })),
    recipient: typed.recipient ?? '',
    purpose: typed.purpose ?? '',
    unreleasedReason: typed.unreleased_reason ?? '',
    byteOrderMark: typed.byte_order_mark === 'yes',
    formats: offered.map((format) => ({
      value: format,
      text: formatWords(format).name,
      hint: formatWords(format).hint,
      checked: (typed.format ?? offered[0]) === format,
    })),
    agencies: options('agencies'),
    coders: options('coders'),
    memberNames: options('member_names'),
    dates: options('dates'),
    notes: options('notes'),
  };
}

const FILES = 20;
const KINDS: Record<string, string> = {
  participant: 'Real names of participants',
  contact: 'Telephone numbers, addresses and dates of birth that are on record',
  agency: 'Names of agencies',
  member: 'Names of the team and of agency staff',
};

/** The page of one: what leaves, what is replaced, what stays, and what to look at. */
export function disclosureView(one: Disclosure, shown: Shown, place: Place, ticked: readonly string[] = []) {
  const path = `${place.path}/disclosures/${one.id}`;
  return {
    path,
    id: one.id,
    title: one.exportNumber === null ? 'Preview: nothing has left yet' : `Export ${one.exportNumber}`,
    what: formatWords(one.format).name,
    recipient: one.recipient,
    purpose: one.purpose,
    filter: one.filter.read,
    choices: choiceWords(one.choices),
    unreleasedReason: one.unreleasedReason,
    prepared: `${formatDateTime(one.requestedAt, place.timeZone)} by ${one.requestedBy}`,
    previewed: one.previewedAt ? formatDateTime(one.previewedAt, place.timeZone) : undefined,
    isPreviewing: one.state === 'previewing',
    failure: one.state === 'failed' ? one.failure : undefined,
    isOpen: one.state === 'previewed',
    confirmed:
      one.confirmedAt === null
        ? undefined
        : {
            at: formatDateTime(one.confirmedAt, place.timeZone),
            by: one.confirmedBy,
            reason: one.reason,
            accepted: one.accepted.map((kind) => kindWords(kind as RiskKind)),
            file: `${path}/file`,
            record: `${place.path}/exports/${one.exportId}`,
          },
    fingerprint: one.fingerprint,
    preview: one.preview && previewView(one.preview, shown, place, ticked),
  };
}

function previewView(preview: Preview, shown: Shown, place: Place, ticked: readonly string[]) {
  const href = (note: string, extract: string) =>
    extract === '' ? `${place.path}/notes/${note}` : `${place.path}/notes/${note}/coding#passage-${extract}`;
  const hrefOf = (field: RiskField, extract: string, note: string): string => {
    if (field === 'themeText') return `${place.path}/themes/${extract}`;
    return field === 'memoText' ? `${place.path}/memos` : href(note, extract);
  };
  const moreFiles = (preview.files ?? []).length - FILES;
  return {
    isEmpty: preview.rows === 0 && preview.notes === 0 && (preview.themes ?? 0) === 0,
    leaves: leavesInWords(preview),
    swapped: Object.entries(KINDS).map(([kind, text]) => ({
      text,
      count: (preview.swapped[kind as KnownKind] ?? 0).toLocaleString('en-GB'),
      samples: shown.samples
        .filter((sample) => sample.kind === kind)
        .map(({ cut, note, extract }) => ({ ...cut, href: href(note, extract) })),
    })),
    withheld: withheldView(preview),
    files: (preview.files ?? [])
      .slice(0, FILES)
      .map((file, index) => ({ text: fileWords(file, index), href: href(file.note, '') })),
    moreFiles: moreFiles > 0 ? `and ${counted(moreFiles, 'other', 'others')}` : undefined,
    nameless:
      preview.nameless === 0
        ? undefined
        : `${counted(preview.nameless, 'participant', 'participants')} of ${preview.participants.toLocaleString('en-GB')} ${preview.nameless === 1 ? 'has' : 'have'} no real name on record. A name that nobody has entered cannot be looked for: if their notes hold it, it is found only as far as it looks like a name.`,
    hasRisks: preview.risks.length > 0,
    rare: preview.risks.some(({ kind }) => kind.startsWith('rare-')),
    kinds: riskKindsOf(preview).map((kind, index) => ({
      id: index === 0 ? 'accepted' : `accepted-${index}`,
      value: kind,
      text: kindWords(kind),
      count: counted(
        preview.risks.filter((risk) => risk.kind === kind).reduce((sum, { count }) => sum + count, 0),
        'place',
      ),
      checked: ticked.includes(kind),
    })),
    risks: preview.risks.map((risk, index) => {
      const places = shown.risks[index] ?? [];
      return {
        ...riskWords(risk.kind, risk.about),
        count: counted(risk.count, 'place', 'places'),
        more:
          risk.count - places.length > 0 ? `and ${counted(risk.count - places.length, 'other', 'others')}` : undefined,
        places: places.map(({ cut, note, extract, field }) => ({
          ...cut,
          href: hrefOf(field, extract, note),
        })),
      };
    }),
  };
}

function leavesInWords({ rows, notes, agencies, coders, changedRows, paragraphs, themes }: Preview): string {
  if (themes !== undefined) return `${counted(themes, 'theme', 'themes')}.`;
  const changed =
    paragraphs === undefined ? counted(changedRows, 'passage', 'passages') : counted(changedRows, 'note', 'notes');
  return `${counted(rows, 'passage', 'passages')} of ${counted(notes, 'note', 'notes')}, from ${counted(agencies, 'agency', 'agencies')}, by ${counted(coders, 'coder', 'coders')}. Words are replaced in ${changed}.`;
}

function withheldView(preview: Preview) {
  const { withheld, consent, shorterContexts, paragraphs, attachments = 0, themes } = preview;
  const always: [text: string, number: number][] = [
    ['Passages of personal notes (paragraphs that begin with PN:)', withheld.personal],
    ['Passages withheld because somebody declined or withdrew (in the whole study)', consent],
  ];
  const ofExtracts: typeof always = [
    ['Passages of notes that were not released', withheld.unreleased],
    ['Passages that wait for review, whose words are no longer in their note', withheld.outdated],
    ['Passages whose surroundings are cut at the paragraph', shorterContexts],
  ];
  const ofNotes: typeof always = [
    ['Notes that were not released', withheld.unreleased],
    [
      'Paragraphs replaced by “[withheld]”: personal ones, and those of people who declined or withdrew',
      paragraphs ?? 0,
    ],
    ['Files kept with notes: no program can say what a picture or a recording tells', attachments],
  ];
  const lines = themes === undefined ? [...always, ...(paragraphs === undefined ? ofExtracts : ofNotes)] : [];
  return lines.map(([text, number]) => ({ text, count: number.toLocaleString('en-GB') }));
}

function choiceWords(choices: Choices): string[] {
  const words = (field: string, value: string) => OPTIONS[field]!.find((option) => option.value === value)!.text;
  return [
    `Agencies: ${words('agencies', choices.agencies)}`,
    `Coders: ${words('coders', choices.coders)}`,
    `Names of the team in texts: ${words('member_names', choices.memberNames)}`,
    `Dates: ${words('dates', choices.dates)}`,
    words('notes', choices.notes),
  ];
}

/** Those that were prepared and have not left. */
export function openDisclosuresView(open: Disclosure[], place: Place) {
  return open.map((one) => ({
    href: `${place.path}/disclosures/${one.id}`,
    what: formatWords(one.format).name,
    recipient: one.recipient,
    prepared: `${formatDateTime(one.requestedAt, place.timeZone)} by ${one.requestedBy}`,
  }));
}
