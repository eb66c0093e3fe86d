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
  return { name: `set-${set.length}`, text: `select ${set.join(', ')}`, values };
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
  parsedStatements: Record<string, string | undefined>;
  close(what: { type: 'S'; name: string }): void;
  parse(what: { name: string; text: string }): void;
  bind(what: { statement: string; values: readonly unknown[] }): void;
  describe(what: { type: 'P'; name: string }): void;
  execute(what: object): void;
  sync(): void;
};
type Rows = pg.Result & { addFields(fields: unknown): void; parseRow(fields: unknown): object };
type Pg = typeof pg & { Result: new () => Rows; utils: { prepareValue(value: unknown): unknown } };
const { Result, utils } = pg as Pg;

// As pg's Query, which is for one statement: pg calls its methods as the answers arrive, one statement after the other.
class Batch implements pg.Submittable {
  private readonly statements: readonly (Statement & { rows: Rows })[];
  private readonly resolve: (rows: object[][]) => void;
  private readonly reject: (error: unknown) => void;
  private wire: Wire | undefined;
  private done = 0;

  constructor(given: readonly Statement[], resolve: Batch['resolve'], reject: Batch['reject']) {
    this.statements = given.map(({ name, text, values }) => ({
      name,
      text,
      values: values.map(utils.prepareValue),
      rows: new Result(),
    }));
    this.resolve = resolve;
    this.reject = reject;
  }

  submit(connection: unknown): Error | null {
    const wire = connection as Wire;
    this.wire = wire;
    const other = this.statements.find(({ name, text }) => (wire.parsedStatements[name] ?? text) !== text);
    if (other) return new Error(`${other.name} is the name of another statement`);
    wire.stream.cork();
    for (const { name, text, values } of this.statements) {
      if (wire.parsedStatements[name] === undefined) {
        // It is there already where it was parsed and failed afterwards. To close what is not there is no mistake.
        wire.close({ type: 'S', name });
        wire.parse({ name, text });
      }
      wire.bind({ statement: name, values });
      wire.describe({ type: 'P', name: '' });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { fields: unknown }): void {
    this.statements[this.done]!.rows.addFields(fields);
  }

  handleDataRow({ fields }: { fields: unknown }): void {
    const { rows } = this.statements[this.done]!;
    try {
      rows.rows.push(rows.parseRow(fields));
    } catch (error) {
      this.reject(error);
    }
  }

  handleCommandComplete(): void {
    const { name, text } = this.statements[this.done]!;
    this.wire!.parsedStatements[name] = text;
    this.done += 1;
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve(this.statements.map(({ rows }) => rows.rows));
  }
}
