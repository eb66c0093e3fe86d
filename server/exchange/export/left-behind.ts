import type { Remarks } from '../refi/refusal.ts';

const SENTENCES: [key: string, sentence: string, isAlsoInArchive: boolean][] = [
  [
    'sealed',
    'Codings that are sealed while their notes are coded blind stay behind until the codings are opened.',
    false,
  ],
  [
    'blind',
    'Notes that are being coded blind: what others have coded in them is not in the file, whoever makes it.',
    false,
  ],
  ['review', 'Codings that wait for review have no words in the present text; they stay behind.', true],
  ['revisions', 'Earlier revisions of notes have no place in the format.', true],
  ['participants', 'Participants have no place in the format.', true],
  ['summaries', 'Summaries for agencies have no place in the format.', true],
];

/** Says what of the study is not in the file. A complete archive holds most of it beside the project. */
export function leftBehindRemarks(remarks: Remarks, counts: Record<string, number>, format: string): void {
  for (const [key, sentence, isAlsoInArchive] of SENTENCES) {
    const count = counts[key] ?? 0;
    if (count > 0 && !(format === 'archive' && isAlsoInArchive)) remarks.add('lost', sentence, undefined, count);
  }
  remarks.add('lost', 'Who participants really are is never in any file: identities stay in this installation.');
}
