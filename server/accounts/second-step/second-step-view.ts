import { formatDate } from '../../shared/dates.ts';
import type { SecondStepState } from './second-step-queries.ts';

const ZONE = 'Europe/London';

/** The dark squares of a QR code as the path of an SVG, with the four empty squares around it that scanners want. */
export function qrView({ size, data }: { size: number; data: boolean[][] }) {
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { viewBox: `0 0 ${size} ${size}`, path };
}

/** What stands on the page of one's own second step. */
export function secondStepView({ appSince, passkeys, recoveryCodesLeft }: SecondStepState) {
  return {
    isOn: appSince !== null || passkeys > 0,
    app: appSince && formatDate(appSince, ZONE),
    codesLeft: recoveryCodesLeft === 1 ? 'One recovery code is left' : `${recoveryCodesLeft} recovery codes are left`,
    fewCodes: recoveryCodesLeft < 4,
  };
}
