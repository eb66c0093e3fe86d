import { EXPORT_FORMATS, type ExtractFormat } from '../extracts/export-formats.ts';

/** What can leave the team, in the order in which it is offered. */
export const FORMATS = ['csv', 'xlsx', 'docx', 'html', 'jsonl'] as const satisfies readonly ExtractFormat[];
export type OutsideFormat = (typeof FORMATS)[number];

export function formatWords(format: OutsideFormat): { name: string; hint: string } {
  const { name, hint } = EXPORT_FORMATS[format];
  return { name: `Extracts, ${name}`, hint: hint.charAt(0).toUpperCase() + hint.slice(1) };
}
