import { startEmbeddedServer } from './embedded-server.ts';

/** `isEmbedded`: it is the program's own server, which `release` stops when nobody else uses it. */
export type OpenDatabase = { url: string; isEmbedded: boolean; release(): Promise<void> };

/** The database that DATABASE_URL names, or else the program's own in the data folder. */
export async function openDatabase(
  config: { databaseUrl: string | undefined; dataFolder: string },
  hooks: { say: (line: string) => void; onLost?: (error: Error) => void },
): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) {
    return { url: config.databaseUrl, isEmbedded: false, release: async () => {} };
  }
  const server = await startEmbeddedServer({ folder: config.dataFolder, ...hooks });
  return { url: server.url, isEmbedded: true, release: () => server.release() };
}
