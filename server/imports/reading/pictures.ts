import { fileTypeFromBuffer } from 'file-type';
import { counted } from '../../shared/counted.ts';
import type { Picture } from './read-document.ts';

const KEPT = new Set(['jpg', 'png', 'gif', 'webp', 'heic']);
const MOST = 200;

/** The pictures of a document that can be kept with its note, judged by their bytes, and what is to be said of them. */
export async function judgePictures(
  held: readonly { name: string; bytes: Uint8Array }[],
): Promise<{ kept: Picture[]; remarks: string[] }> {
  const kept: Picture[] = [];
  let others = 0;
  for (const { name, bytes } of held) {
    const kind = bytes.length === 0 ? undefined : await fileTypeFromBuffer(bytes);
    if (kind && KEPT.has(kind.ext) && kept.length < MOST)
      kept.push({ name, extension: kind.ext, mediaType: kind.mime, bytes });
    else others += 1;
  }
  return {
    kept,
    remarks: [
      ...(kept.length > 0
        ? [`${counted(kept.length, 'picture')} kept as ${kept.length === 1 ? 'a file' : 'files'} of the note.`]
        : []),
      ...(others > 0
        ? [
            `${counted(others, 'drawing or picture', 'drawings or pictures')} of a kind that is not kept apart: see the original file.`,
          ]
        : []),
    ],
  };
}
