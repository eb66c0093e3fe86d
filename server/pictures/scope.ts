import { EVERYTHING, type ExtractFilter } from '../extracts/extract-filter.ts';

/** Which part of the study a picture looks at, named as in the filter of extracts; an empty field means all. */
export type Scope = Pick<ExtractFilter, 'agency' | 'phase' | 'coder'>;

/** The extracts within `scope`, and within `more`: what a cell of a picture leads to. */
export function extractsWithin({ agency, phase, coder }: Scope, more: Partial<ExtractFilter>): ExtractFilter {
  return { ...EVERYTHING, agency, phase, coder, ...more };
}
