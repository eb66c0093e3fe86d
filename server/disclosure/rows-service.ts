import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Actor, Transaction } from '../database/connection.ts';
import type { ExtractFormat } from '../extracts/export-formats.ts';
import { type Asked as Wanted, listChoices } from '../extracts/extract-queries.ts';
import type { ExportDescription, ExtractSource, LeavingExtract, LeavingTheme } from '../extracts/extract-source.ts';
import { listLeavingExtracts, listLeavingThemes } from '../extracts/extract-source-queries.ts';
import { orderOf } from '../extracts/formats/extract-file-service.ts';
import { findAllKnownPeople } from '../identities/known-people-service.ts';
import { createMentionFinder } from '../identifiers/mentions.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { AppError } from '../shared/errors.ts';
import { type Disguised, disguiseFor } from './cast.ts';
import type { Choices } from './choices.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { listNamed, listPseudonyms, listRoleCounts } from './inside-queries.ts';
import { outsideFilter, outsideTheme } from './outside-theme.ts';
import { createRowGate } from './outside-row.ts';
import { createSurvey, type Preview, type Rules, type Survey } from './preview.ts';

const UNREADABLE =
  'Some real names of this study are kept under a key that this installation does not have, so they cannot be looked for. Nothing can leave until the key is there: ask whoever runs this installation.';
// Where it is not done in a thread, other people's requests have their turn after so long.
const AT_ONCE_MS = 12;

/** Everything that a text is compared with before it leaves, and how much of it there is. */
export type Ready = {
  disguised: Disguised;
  rules: Rules;
  known: Pick<Preview, 'consent' | 'nameless' | 'participants'>;
};

/**
 * Makes a study's names ready to be looked for. AppError (409) where some cannot be read: what is not known cannot be
 * replaced.
 */
export async function makeReady(trx: Transaction, choices: Choices): Promise<Ready> {
  const { people, contacts, unreadable } = await findAllKnownPeople(trx);
  if (unreadable > 0) throw new AppError(409, UNREADABLE);
  const named = await listNamed(trx);
  const pseudonyms = await listPseudonyms(trx);
  const counts = await listRoleCounts(trx);
  const disguised = disguiseFor({ people, contacts, ...named }, choices);
  const mentioned = createMentionFinder([
    { participantId: '', agencyId: '', pseudonym: '\n', names: pseudonyms.map(({ pseudonym }) => pseudonym) },
  ]);
  const hasIdentity = new Set(people.map(({ participantId }) => participantId));
  return {
    disguised,
    rules: {
      disguised,
      isPseudonym: (words) => mentioned(words).length > 0,
      // Who does not know the agency has the whole study to guess from.
      roleCount: (agencyId, role) =>
        counts
          .filter((one) => one.role === role && (choices.agencies === 'masked' || one.agencyId === agencyId))
          .reduce((total, { count }) => total + count, 0),
    },
    known: {
      consent: await countWithheld(trx),
      nameless: pseudonyms.filter(({ id }) => !hasIdentity.has(id)).length,
      participants: pseudonyms.length,
    },
  };
}

/** What was found by looking through all that is to leave. The fingerprint is of all of it, whatever its format. */
export type Looked = {
  ready: Ready;
  wanted: Wanted;
  survey: Survey;
  themes: LeavingTheme[];
  preview: Preview;
  fingerprint: string;
};

/** What a file says of itself. */
export type MadeUnder = { number: number; at: Date; codebook: string };

type Asked = Pick<Disclosure, 'filter' | 'choices' | 'format'>;

/** Looks through the extracts that are to leave, in the order in which they will. */
export async function lookThroughExtracts(
  trx: Transaction,
  actor: Actor,
  asked: Asked,
  isDeep: boolean,
): Promise<Looked> {
  const ready = await makeReady(trx, asked.choices);
  const survey = createSurvey(ready.rules, isDeep);
  const wanted = { filter: asked.filter, choices: await listChoices(trx), timeZone: actor.timeZone };
  const hash = createHash('sha256');
  for await (const row of outsideRows(trx, asked, { ready, wanted, survey })) hash.update(`${JSON.stringify(row)}\n`);
  const themes = (await listLeavingThemes(trx, wanted)).map((theme) => ({
    ...outsideTheme(theme, ready.disguised),
    count: survey.themeCount(theme.id),
  }));
  for (const theme of themes) survey.addTheme(theme);
  hash.update(JSON.stringify([asked.format, themes, outsideFilter(asked.filter, ready.disguised, asked.choices)]));
  return { ready, wanted, survey, themes, preview: survey.result(ready.known), fingerprint: hash.digest('hex') };
}

/** The same extracts once more, as what a file is made of. */
export function outsideSource(
  trx: Transaction,
  actor: Actor,
  asked: Asked,
  { ready, wanted, survey, themes }: Looked,
  made: MadeUnder,
): ExtractSource {
  return {
    description: descriptionFor(actor, asked, ready.disguised, made),
    counts: survey.counts(),
    themes,
    rows: outsideRows(trx, asked, { ready, wanted }),
  };
}

/** What a file for people outside says of itself. */
export function descriptionFor(
  { studyName, timeZone }: Actor,
  { filter, choices }: Pick<Disclosure, 'filter' | 'choices'>,
  disguised: Disguised,
  made: MadeUnder,
): ExportDescription {
  return {
    study: disguised.apply(studyName),
    number: made.number,
    madeBy: 'The research team',
    madeAt: made.at,
    timeZone,
    filter: outsideFilter(filter, disguised, choices),
    codebook: disguised.apply(made.codebook),
    audience: 'People outside the research team: known names are replaced',
  };
}

async function* outsideRows(
  trx: Transaction,
  { choices, format }: Asked,
  { ready, wanted, survey }: { ready: Ready; wanted: Wanted; survey?: Survey },
): AsyncGenerator<LeavingExtract> {
  const gate = createRowGate(ready.disguised, choices);
  let began = performance.now();
  for await (const inside of listLeavingExtracts(trx, wanted, orderOf(format as ExtractFormat))) {
    if (performance.now() - began > AT_ONCE_MS) {
      await setImmediate();
      began = performance.now();
    }
    const judged = gate(inside);
    survey?.add(inside, judged);
    if (judged.withheld === null) yield judged.row;
  }
}
