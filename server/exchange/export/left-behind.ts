import type { Remarks } from '../refi/refusal.ts';

const SENTENCES: [key: string, sentence: string][] = [
  ['sealed', 'Codings that are sealed while their notes are coded blind stay behind until the codings are opened.'],
  ['blind', 'Notes that are being coded blind: what others have coded in them is not in the file, whoever makes it.'],
  ['kept', 'Notes that only their author and the lead may read stay behind until they are de-identified.'],
  [
    'withheld',
    'Paragraphs about people who declined or withdrew consent are made unreadable (░); what was coded in them stays behind.',
  ],
  ['review', 'Codings that wait for review have no words in the present text; they stay behind.'],
  ['revisions', 'Earlier revisions of notes have no place in the format.'],
  ['participants', 'Participants have no place in the format.'],
  ['summaries', 'Summaries for agencies have no place in the format.'],
];

/** Says what of the study is not in the file. */
export function leftBehindRemarks(remarks: Remarks, counts: Record<string, number>): void {
  for (const [key, sentence] of SENTENCES) {
    const count = counts[key] ?? 0;
    if (count > 0) remarks.add('lost', sentence, undefined, count);
  }
  remarks.add('lost', 'Who participants really are is never in any file: identities stay in this installation.');
}
