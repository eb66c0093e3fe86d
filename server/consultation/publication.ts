import type { SummaryCheck } from './summary-findings.ts';

/** Why a real name may stay in a summary. The trail keeps the class alone: a sentence might name people. */
export const KEEP_REASONS = ['another-word', 'somebody-else', 'agreed'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

export const KEEP_REASON_WORDS: Record<KeepReason, string> = {
  'another-word': 'It is an ordinary word here, and names nobody',
  'somebody-else': 'It is somebody else, who does not take part in the study',
  agreed: 'They agreed on record to be named to this agency',
};

/** What was said about what was found: `kept` in the order of the page, `seen` the digest of what that page showed. */
export type PublicationAnswer = {
  version: number;
  seen: string;
  isRead: boolean;
  kept: { words: string; reason: KeepReason | undefined }[];
};

/** The known names of a check, in the order in which the page asks about them. */
export function knownOf({ findings }: SummaryCheck): SummaryCheck['findings'] {
  return findings.filter(({ isKnown }) => isKnown);
}

/** What stands in the way of publishing, as errors of the page's fields; empty when nothing does. */
export function obstaclesTo(check: SummaryCheck, answer: PublicationAnswer): Record<string, string> {
  const { findings } = check;
  if (findings.length === 0) return {};
  const errors: Record<string, string> = {};
  for (const [index, { words }] of knownOf(check).entries())
    if (reasonFor(words, answer) === undefined)
      errors[`keep-${index}`] =
        `“${words}” is the real name of somebody who takes part. Replace it in the text, or say why it may stay`;
  if (answer.seen !== check.digest)
    errors.findings = 'Look through what was found in this text before you publish it: it is shown below';
  else if (!answer.isRead) errors.read = 'Say that you have looked at each of these places';
  return errors;
}

/** What the trail says of what stayed: numbers and reasons, no words. */
export function keptInWords(check: SummaryCheck, answer: PublicationAnswer): Record<string, unknown> {
  const known = knownOf(check);
  if (check.findings.length === 0) return {};
  const reasons = known.flatMap(({ words }) => reasonFor(words, answer) ?? []);
  return {
    likelyIdentifiersKept: check.findings.length - known.length,
    realNamesKept: known.length,
    ...(reasons.length > 0 && { reasons }),
  };
}

function reasonFor(words: string, { kept }: PublicationAnswer): KeepReason | undefined {
  return kept.find((one) => one.words === words)?.reason;
}
