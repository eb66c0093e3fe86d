import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { listedName } from '../notes/attachments/file-name.ts';
import { BODY_LIMIT, countWords, TITLE_LIMIT } from '../notes/note-text.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import { newId } from '../shared/ids.ts';
import { codePointLength, sliceCodePoints } from '../shared/text.ts';
import type { ImportStore, StoredFile } from './import-store-service.ts';
import { insertDocument, insertImportFile } from './document-queries.ts';
import type { Answer } from './reading/document-reading-service.ts';
import { endingOf, KINDS } from './reading/read-document.ts';

/** A document of an upload: where it stood in a ZIP (`folder`), the file that is kept of it, and why it is not read. */
export type Arrived = { name: string; folder: string; stored: StoredFile; refusal?: string };

const TOO_LONG_TEXT = 'It has more than five million characters, the most that one note holds. Divide it.';
const FAULT = 'It could not be read: it seems to be damaged. Open it in the program that made it and save it again.';

/** Writes down what was read of one document, with the pictures that were in it. What is refused keeps no file. */
export async function takeDocument(
  { db, store }: { db: Db; store: ImportStore },
  actor: Actor,
  importId: string,
  position: number,
  { name, folder, stored }: Arrived,
  answer: Answer,
): Promise<void> {
  const refusal = refusalOf(answer);
  const row = {
    id: newId(),
    studyId: actor.studyId,
    importId,
    by: actor.membershipId,
    position,
    fileName: listedName(name, endingOf(name) || 'txt'),
    folder: folder.slice(0, 500),
    byteLength: stored.byteLength,
    sha256: stored.sha256,
    refusal: refusal ?? null,
  };
  if (refusal !== undefined || answer.kind !== 'read') {
    await store.remove(stored.storedName);
    const nothing = { textSha256: null, kind: '', title: '', body: '', paragraphs: 0, words: 0, remarks: [] };
    await inStudy(db, actor, (trx) => insertDocument(trx, { ...row, ...nothing }));
    return;
  }
  const { document } = answer;
  const { extension, mediaType } = KINDS[document.kind];
  const files = [
    {
      fileName: fileNameOf(name, extension),
      mediaType:
        document.encoding === undefined ? mediaType : `${mediaType}; charset=${document.encoding.toLowerCase()}`,
      ...stored,
    },
  ];
  for (const picture of document.pictures)
    files.push({
      fileName: listedName(`${picture.name} of ${row.fileName}`, picture.extension),
      mediaType: picture.mediaType,
      ...(await store.write(oneBuffer(picture.bytes), picture.extension)),
    });
  await inStudy(db, actor, async (trx) => {
    await insertDocument(trx, {
      ...row,
      textSha256: createHash('sha256').update(document.text).digest('hex'),
      kind: document.kind,
      title: titleOf(name),
      body: document.text,
      paragraphs: paragraphsOf(document.text).length,
      words: countWords(document.text),
      remarks: document.remarks,
    });
    for (const [index, file] of files.entries())
      await insertImportFile(trx, {
        id: newId(),
        documentId: row.id,
        studyId: actor.studyId,
        by: actor.membershipId,
        position: index,
        ...file,
      });
  });
}

function refusalOf(answer: Answer): string | undefined {
  if (answer.kind === 'refused') return answer.sentence;
  if (answer.kind === 'failed') return FAULT;
  return codePointLength(answer.document.text) > BODY_LIMIT ? TOO_LONG_TEXT : undefined;
}

// A Word document with macros stays one by its name, so that Word says so when it is opened.
function fileNameOf(name: string, extension: string): string {
  const ending = endingOf(name);
  const isAlike = { docx: ['docm', 'dotx', 'dotm'], html: ['htm', 'xhtml'], md: ['markdown', 'txt'] }[extension];
  return listedName(name, isAlike?.includes(ending) ? ending : extension);
}

function titleOf(name: string): string {
  const { name: stem } = path.posix.parse(listedName(name, endingOf(name) || 'txt'));
  return sliceCodePoints(stem.replace(/_+/g, ' ').trim(), 0, TITLE_LIMIT);
}

async function* oneBuffer(bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
