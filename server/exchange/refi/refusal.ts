/** Why a file cannot be read. `message` is a sentence for whoever chose the file. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Something that a person should know about a file. `where` says which part; `count` how many times it was met. */
export type Remark = { kind: RemarkKind; sentence: string; where: string[]; count: number };

/** What became of it: changed on the way, kept aside for the next export, lost, or merely unusual. */
export type RemarkKind = 'changed' | 'kept' | 'lost' | 'unusual';

const SHOWN = 50;

/** Gathers remarks: alike ones are counted, and the places of the first fifty named. */
export function createRemarks() {
  const found = new Map<string, Remark>();
  return {
    add(kind: RemarkKind, sentence: string, where?: string, count = 1): void {
      const remark = found.get(sentence) ?? { kind, sentence, where: [], count: 0 };
      remark.count += count;
      if (where !== undefined && remark.where.length < SHOWN) remark.where.push(where);
      found.set(sentence, remark);
    },
    list: (): Remark[] => [...found.values()],
  };
}

export type Remarks = ReturnType<typeof createRemarks>;
