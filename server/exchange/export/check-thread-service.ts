import { createHash } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import { standBack } from '../../web/standing-back.ts';
import { openProjectFile, type ProjectFile, readText, readUnits } from '../import/project-file-service.ts';
import { carriersOf } from '../refi/carriers.ts';
import { createCheck } from '../refi/check.ts';
import { type Element, element } from '../refi/element.ts';
import type { Profile } from '../refi/profile.ts';
import { createRemarks } from '../refi/refusal.ts';

/** What the thread is told: a piece of the project as it is being written, and in the end the finished file. */
export type ToCheck = { piece: Uint8Array } | { file: string };
/** What it answers: how many bytes of pieces it has taken, and in the end what is wrong with the file. */
export type FromCheck = { taken: number } | { faults: string[] };

/**
 * Checks a project while it is written, in a thread of its own; then that what lies in the finished file are the very
 * bytes that passed, and every text in it.
 */
export async function checkPassing(
  port: MessagePort,
  { profile, limit }: { profile: Profile; limit: number },
): Promise<void> {
  standBack();
  const tell = (message: FromCheck): void => port.postMessage(message);
  const passed = createHash('sha256');
  let file = '';
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const message of messagesOf(port)) {
      if ('file' in message) {
        ({ file } = message);
        return;
      }
      const { piece } = message;
      passed.update(piece);
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      tell({ taken: piece.byteLength });
    }
  }
  const check = createCheck();
  const remarks = createRemarks();
  const carriers: Carrier[] = [];
  for await (const { head, unit } of readUnits({ archive: undefined, pieces, close: () => {} }, remarks)) {
    if (head) check.head(head.attributes);
    else {
      check.unit(unit);
      for (const carrier of carriersOf(unit)) carriers.push(...remembered(carrier));
    }
  }
  const opened = await openProjectFile(file, { total: limit, entries: Infinity });
  try {
    if (passed.digest('hex') !== (await digestOf(opened)))
      tell({ faults: ['the project is not the one that was written'] });
    else {
      for (const carrier of carriers) {
        const whole = unpacked(carrier);
        const text = await readText(opened, whole, remarks);
        if (text) check.text(whole, text, profile);
      }
      const names = [...opened.archive!.entries.keys()].filter((name) => name.startsWith('sources/'));
      tell({
        faults: [
          ...check.faults(names.map((name) => name.slice('sources/'.length))),
          ...remarks.list().map(({ sentence }) => sentence),
        ],
      });
    }
  } finally {
    opened.close();
    port.close();
  }
}

async function* messagesOf(port: MessagePort): AsyncGenerator<ToCheck> {
  const waiting: ToCheck[] = [];
  let wake = (): void => {};
  port.on('message', (message: ToCheck) => {
    waiting.push(message);
    wake();
  });
  for (;;) {
    yield* waiting.splice(0);
    if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  }
}

/** A text and the positions in it, of which there may be hundreds of thousands. */
type Carrier = { path: string; positions: Float64Array };

function remembered({ attributes, children }: Element): Carrier[] {
  if (attributes.plainTextPath === undefined) return [];
  const places = children.filter(({ name }) => name === 'PlainTextSelection').map((child) => child.attributes);
  const positions = Float64Array.from(
    places.flatMap(({ startPosition, endPosition }) => [Number(startPosition), Number(endPosition)]),
  );
  // A text of its own: what is cut out of a piece would hold the whole of it.
  return [{ path: Buffer.from(attributes.plainTextPath).toString(), positions }];
}

function unpacked({ path, positions }: Carrier): Element {
  const children = Array.from({ length: positions.length / 2 }, (_, index) =>
    element('PlainTextSelection', {
      startPosition: String(positions[index * 2]),
      endPosition: String(positions[index * 2 + 1]),
    }),
  );
  return element('TextSource', { plainTextPath: path }, children);
}

async function digestOf(opened: ProjectFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of opened.pieces()) hash.update(piece);
  return hash.digest('hex');
}
