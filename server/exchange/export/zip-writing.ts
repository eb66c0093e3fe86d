import { once } from 'node:events';
import type { PassThrough } from 'node:stream';
import yazl from 'yazl';

/** Always the same, so that the same data make the same bytes: 1 January 1980, the first day that a ZIP knows. */
const NO_TIME = new Date(1980, 0, 1);
const OPTIONS = { mtime: NO_TIME, mode: 0o100644, forceDosTimestamp: true } as const;

export type ZipWriting = {
  /** `open` is called when it is the entry's turn: only one is read at a time. */
  add: (name: string, open: () => Promise<NodeJS.ReadableStream>) => void;
  /** The same of bytes at hand, which is much quicker for many short entries. Resolves when there is room for the next. */
  addBytes: (name: string, bytes: Buffer) => Promise<void>;
  end: () => void;
  /** Lets go of everything, whether all has been read from `output` or not. */
  close: () => void;
  /** Fails when an entry cannot be read. */
  output: NodeJS.ReadableStream;
};

/** A ZIP whose bytes depend on nothing but what is put into it and in which order. */
export function createZip(): ZipWriting {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as PassThrough;
  // Without a listener the fault of one file would be nobody's, and end the program.
  zip.on('error', (error: Error) => output.destroy(error));
  const closed = new Promise<void>((resolve) => output.once('close', resolve));
  return {
    add(name, open) {
      zip.addReadStreamLazy(name, OPTIONS, (done) => {
        open().then(
          (stream) => done(null, stream),
          (error: unknown) => done(error, undefined as never),
        );
      });
    },
    async addBytes(name, bytes) {
      zip.addBuffer(bytes, name, OPTIONS);
      if (output.writableNeedDrain) await Promise.race([once(output, 'drain'), closed]);
    },
    end: () => zip.end(),
    close: () => void output.destroy(),
    output,
  };
}
