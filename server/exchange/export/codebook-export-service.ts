import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Transaction } from '../../database/connection.ts';
import { conform } from '../refi/conform.ts';
import { element } from '../refi/element.ts';
import { ORIGIN } from '../refi/program.ts';
import { createRemarks, type Remark } from '../refi/refusal.ts';
import { writeElement, XML_DECLARATION } from '../refi/xml-writer.ts';
import { codebookCsv } from '../codebook/codebook-csv.ts';
import { codeTree, type KeptCode } from './code-tree.ts';
import type { CodebookFormat } from './formats.ts';
import type { OutsideView } from './outside-view.ts';
import { prepareExport } from './prepare-service.ts';

/** Writes the codebook into `file`: as a .qdc, or as CSV with a line a theme. */
export async function exportCodebook(
  trx: Transaction,
  { format, file }: { format: CodebookFormat; file: string },
  view?: OutsideView,
): Promise<{ byteLength: number; sha256: string; remarks: Remark[]; counts: Record<string, number> }> {
  const remarks = createRemarks();
  const { themes, kept, naming } = await prepareExport(trx, view);
  const bytes = Buffer.from(format === 'qdc' ? qdc() : codebookCsv(themes), 'utf8');
  await writeFile(file, bytes, { mode: 0o600 });
  return {
    byteLength: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    remarks: remarks.list(),
    counts: { Code: themes.length },
  };

  function qdc(): string {
    const codes = codeTree(themes, {
      guidOf: naming.guidOf,
      kept: (id) => kept.get(id) as KeptCode | undefined,
      noteRefs: () => [],
    }).flatMap((code) => conform(code, remarks) ?? []);
    // The schema wants at least one code; a codebook without any is written as one without codes all the same.
    const root = element('CodeBook', { xmlns: 'urn:QDA-XML:codebook:1.0', origin: ORIGIN }, [
      element('Codes', {}, codes),
    ]);
    return XML_DECLARATION + writeElement(root);
  }
}
