import pg from 'pg';

/** What a committed transaction did: an event's kind, and whom and what it concerns. Ids only. */
export type Change = {
  study: string | null;
  kind: string;
  subject: string | null;
  member: string | null;
  person: string | null;
};

/**
 * What a process hears. `changes` null: more than one message can hold, so read anew. `only`: nobody but this member may
 * learn of it. A change's `note` is the note that it happened in, where there is one.
 */
export type Announcement = {
  study: string | null;
  only: string | null;
  changes: (Omit<Change, 'study'> & { note: string | null })[] | null;
};

/** `undefined` stands for a gap: something may have been announced that nobody here heard. */
export type Hear = (said: Announcement | undefined) => void;

export type Announcements = {
  /** Tells all processes on this database, this one too, soon. Call it after the commit. */
  tell(changes: readonly Change[]): void;
  /** Calls `hear` from now on; answers how to stop. Resolves once nothing can be missed. */
  listen(hear: Hear): Promise<() => void>;
  close(): Promise<void>;
};

const CHANNEL = 'fieldnotes_changes';
// NOTIFY makes commits take turns: changes are gathered for a moment and sent apart from the transactions that made them.
const GATHER_MS = 20;
const MOST_WAITING = 2000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;

/** One connection, made when first needed and again whenever it is lost, for hearing and telling. */
export function createAnnouncements(config: pg.ClientConfig): Announcements {
  const hearers = new Set<Hear>();
  let waiting: Change[] = [];
  let gathering: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let retryAfter = FIRST_RETRY_MS;
  let connection: Promise<pg.Client> | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;

  function connect(): Promise<pg.Client> {
    connection ??= open().catch((error: unknown) => {
      connection = undefined;
      retryLater();
      throw error;
    });
    return connection;
  }

  async function open(): Promise<pg.Client> {
    const client = new pg.Client({ ...config, keepAlive: true, keepAliveInitialDelayMillis: 10_000 });
    // Once only: an error is followed by the end of the connection.
    let lost = false;
    const onLost = () => {
      if (lost) return;
      lost = true;
      connection = undefined;
      void client.end().catch(() => undefined);
      if (!closed) retryLater();
    };
    client.on('error', onLost).on('end', onLost);
    client.on('notification', ({ channel, payload }) => {
      if (channel !== CHANNEL || payload === undefined) return;
      const said = JSON.parse(payload) as Announcement;
      for (const hear of hearers) hear(said);
    });
    await client.connect();
    // A message of ids that is lost in a power cut is no loss: pages read anew when their streams come back.
    await client.query(`set synchronous_commit = off; listen ${CHANNEL}`);
    retryAfter = FIRST_RETRY_MS;
    for (const hear of hearers) hear(undefined);
    return client;
  }

  function retryLater(): void {
    if (closed || retrying || (hearers.size === 0 && waiting.length === 0)) return;
    retrying = setTimeout(() => {
      retrying = undefined;
      connect().then(gather, () => undefined);
    }, retryAfter).unref();
    retryAfter = Math.min(retryAfter * 2, LONGEST_RETRY_MS);
  }

  function gather(): void {
    if (waiting.length === 0 || sending || retrying) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      sending = send().finally(() => {
        sending = undefined;
        gather();
      });
    }, GATHER_MS).unref();
  }

  async function send(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const client = await connect();
      await client.query('select announce_changes($1::jsonb)', [JSON.stringify(batch)]);
    } catch {
      // Kept until the connection is back. Beyond what is reasonable the oldest go: pages also read anew by themselves.
      waiting = [...batch, ...waiting].slice(-MOST_WAITING);
      retryLater();
    }
  }

  return {
    tell(changes) {
      if (closed || changes.length === 0) return;
      waiting.push(...changes);
      if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING);
      gather();
    },
    async listen(hear) {
      hearers.add(hear);
      // Not reached just now: it is told of a gap once the connection stands.
      await connect().catch(() => undefined);
      return () => hearers.delete(hear);
    },
    async close() {
      closed = true;
      clearTimeout(gathering);
      clearTimeout(retrying);
      await sending;
      if (waiting.length > 0 && connection) await send();
      const client = await connection?.catch(() => undefined);
      await client?.end();
    },
  };
}
