import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ensureWritable, keepOnce } from '../database/data-folder.ts';

/** SESSION_SECRET, or one made at the first start and kept in the data folder, so that a restart signs nobody out. */
export async function sessionSecret(config: {
  sessionSecret: string | undefined;
  dataFolder: string;
}): Promise<string> {
  if (config.sessionSecret !== undefined) return config.sessionSecret;
  const folder = await ensureWritable(config.dataFolder, 'DATA_FOLDER');
  return keepOnce(path.join(folder, 'session-secret'), () => randomBytes(32).toString('hex'));
}
