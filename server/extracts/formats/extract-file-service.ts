import { inPieces } from '../../documents/parts.ts';
import { zipped } from '../../documents/zip-service.ts';
import type { ExtractFormat } from '../export-formats.ts';
import type { ExtractSource, LeavingOrder } from '../extract-source.ts';
import { extractsCsv } from './extracts-csv.ts';
import { extractsDocx } from './extracts-docx.ts';
import { extractsHtml } from './extracts-html.ts';
import { extractsJsonl } from './extracts-jsonl.ts';
import { extractsXlsx } from './extracts-xlsx.ts';

/** The order in which a format wants its extracts. */
export function orderOf(format: ExtractFormat): LeavingOrder {
  return format === 'docx' || format === 'html' ? 'theme' : 'reading';
}

/** A file of extracts in any format, made as it is read and never all in memory: the same source makes the same bytes. */
export function extractFile(format: ExtractFormat, source: ExtractSource): AsyncGenerator<Buffer> {
  switch (format) {
    case 'csv':
      return inPieces(extractsCsv(source));
    case 'xlsx':
      return zipped(extractsXlsx(source));
    case 'docx':
      return zipped(extractsDocx(source));
    case 'html':
      return inPieces(extractsHtml(source));
    case 'jsonl':
      return inPieces(extractsJsonl(source));
  }
}
