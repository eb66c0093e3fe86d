import { formatDateTime } from '../shared/dates.ts';
import { deviceOf } from './device-words.ts';
import type { OwnSession } from './session-queries.ts';

const ZONE = 'Europe/London';

/** The sessions in words. */
export function sessionsView(sessions: readonly OwnSession[]) {
  return sessions.map(({ name, beganAt, lastUsedAt, address, browser, isThis }) => ({
    device: deviceOf(browser),
    began: formatDateTime(beganAt, ZONE),
    used: formatDateTime(lastUsedAt, ZONE),
    address: address ?? 'not known',
    isThis,
    action: `/account/sessions/${name}/removal`,
  }));
}
