import type { Config } from '../config.ts';
import { addressFor } from './http-server.ts';

/**
 * Where links in messages lead, without a slash at its end. Never taken from a request: its Host header is whatever its
 * sender likes.
 */
export function publicAddress({ publicUrl, host, port }: Pick<Config, 'publicUrl' | 'host' | 'port'>): string {
  return publicUrl ?? addressFor(host, port);
}
