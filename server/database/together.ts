import pg from 'pg';

/**
 * A statement that each connection parses and plans once: of the short statements that are run at every request or
 * coding, planning is the greater part. Its values stand in `text` as $1, $2, …; `name` belongs to this text alone.
 */
export type Statement = { name: string; text: string; values: readonly unknown[] };

export const BEGIN: Statement = { name: 'begin', text: 'begin', values: [] };
export const COMMIT: Statement = { name: 'commit', text: 'commit', values: [] };

/** Sets each of `given` until the transaction ends. */
export function setting(given: Record<string, string>): Statement {
  const values = Object.entries(given).flat();
  const set = values.flatMap((_, index) => (index % 2 === 0 ? [`set_config($${index + 1}, $${index + 2}, true)`] : []));
  // Nobody reads it: one column is the least to send.
  return { name: `set-${set.length}`, text: `select concat(${set.join(', ')})`, values };
}

/**
 * Sends statements in one message, to save trips to the database: most of a short request is waiting for those. Answers
 * the rows of each. The first that fails is thrown and ends it: those before it stand only where they are not in a
 * transaction; without BEGIN all of them are one.
 */
export function together(connection: pg.Client, statements: readonly Statement[]): Promise<object[][]> {
  return new Promise((resolve, reject) => {
    connection.query(new Batch(statements, resolve, reject));
  });
}

/** What pg's own queries use of a connection, and its types do not tell. */
type Wire = {
  stream: { cork(): void; uncork(): void };
  close(what: { type: 'S'; name: string }): void;
  parse(what: { name: string; text: string }): void;
  bind(what: { statement: string; values: readonly unknown[] }): void;
  describe(what: { type: 'P'; name: string }): void;
  execute(what: object): void;
  sync(): void;
};
type Columns = pg.Result & { addFields(fields: unknown): void; parseRow(fields: unknown): object };
type Pg = typeof pg & { Result: new () => Columns; utils: { prepareValue(value: unknown): unknown } };
const { Result, utils } = pg as Pg;

/** What a connection knows of its statements, by name: what they say, and how a row of theirs is read. */
type Known = Map<string, { text: string; columns: Columns }>;
const known = new WeakMap<Wire, Known>();

// As pg's Query, which is for one statement: pg calls its methods as the answers arrive, one statement after the other.
class Batch implements pg.Submittable {
  private readonly statements: readonly (Statement & { rows: object[] })[];
  private readonly resolve: (rows: object[][]) => void;
  private readonly reject: (error: unknown) => void;
  private known: Known = new Map();
  private columns = new Result();
  private done = 0;

  constructor(given: readonly Statement[], resolve: Batch['resolve'], reject: Batch['reject']) {
    this.statements = given.map(({ name, text, values }) => ({
      name: `together-${name}`,
      text,
      values: values.map((value) => utils.prepareValue(value)),
      rows: [],
    }));
    this.resolve = resolve;
    this.reject = reject;
  }

  submit(connection: unknown): Error | null {
    const wire = connection as Wire;
    this.known = known.get(wire) ?? new Map();
    known.set(wire, this.known);
    const other = this.statements.find(({ name, text }) => (this.known.get(name)?.text ?? text) !== text);
    if (other) return new Error(`${other.name} is the name of another statement`);
    wire.stream.cork();
    for (const { name, text, values } of this.statements) {
      const isNew = !this.known.has(name);
      if (isNew) {
        // It is there already where it was parsed and failed afterwards. To close what is not there is no mistake.
        wire.close({ type: 'S', name });
        wire.parse({ name, text });
      }
      wire.bind({ statement: name, values });
      if (isNew) wire.describe({ type: 'P', name: '' });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { fields: unknown }): void {
    this.columns.addFields(fields);
  }

  handleDataRow({ fields }: { fields: unknown }): void {
    const { name, rows } = this.statements[this.done]!;
    try {
      rows.push((this.known.get(name)?.columns ?? this.columns).parseRow(fields));
    } catch (error) {
      this.reject(error);
    }
  }

  handleCommandComplete(): void {
    const { name, text } = this.statements[this.done]!;
    if (!this.known.has(name)) {
      this.known.set(name, { text, columns: this.columns });
      this.columns = new Result();
    }
    this.done += 1;
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve(this.statements.map(({ rows }) => rows));
  }
}
