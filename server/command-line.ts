import { StartError } from './shared/errors.ts';

/** What `parse` reads of the command line; a word that it does not know becomes a StartError that ends with `usage`. */
export function readCommandLine<Read>(parse: () => Read, usage: string): Read {
  try {
    return parse();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    throw new StartError(`${/^[^.]*/.exec(message)![0]}. ${usage}`);
  }
}
