import type { Readable } from 'node:stream';
import yazl from 'yazl';

/** Always the same, so that the same data make the same bytes: 1 January 1980, the first day that a ZIP knows. */
const NO_TIME = new Date(1980, 0, 1);
const OPTIONS = { mtime: NO_TIME, mode: 0o100644, forceDosTimestamp: true } as const;

export type ZipWriting = {
  /** `open` is called when it is the entry's turn: only one is read at a time. */
  add: (name: string, open: () => Promise<NodeJS.ReadableStream>) => void;
  end: () => void;
  output: NodeJS.ReadableStream;
};

/** A ZIP whose bytes depend on nothing but what is put into it and in which order. */
export function createZip(): ZipWriting {
  const zip = new yazl.ZipFile();
  // What cannot be read ends the output, for whoever writes it down to hear of.
  zip.on('error', (error: Error) => (zip.outputStream as Readable).destroy(error));
  return {
    add(name, open) {
      zip.addReadStreamLazy(name, OPTIONS, (done) => {
        open().then(
          (stream) => done(null, stream),
          (error: unknown) => done(error, undefined as never),
        );
      });
    },
    end: () => zip.end(),
    output: zip.outputStream,
  };
}
