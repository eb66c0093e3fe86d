import { formatDate } from '../../shared/dates.ts';
import type { SecondStepState } from './second-step-queries.ts';

const ZONE = 'Europe/London';

/** The dark squares of a QR code as the path of an SVG, with the four empty squares around it that scanners want. */
export function qrView({ size, data }: { size: number; data: boolean[][] }) {
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { viewBox: `0 0 ${size} ${size}`, path };
}

/** The page that asks for the second step at sign-in, by what the person has. */
export function signInStepView({ hasApp, hasPasskeys }: { hasApp: boolean; hasPasskeys: boolean }) {
  const code = 'a recovery code such as k7mw-x2pa-9rte.';
  return {
    hasApp,
    hasPasskeys,
    codeHint: hasApp ? `Six digits from the app, or ${code}` : `${code.charAt(0).toUpperCase()}${code.slice(1)}`,
    scripts: hasPasskeys ? ['passkeys'] : [],
  };
}

/** What stands on the page of one's own second step. */
export function secondStepView({ appSince, passkeys, recoveryCodesLeft }: SecondStepState) {
  return {
    isOn: appSince !== null || passkeys > 0,
    passkeys: passkeys === 0 ? undefined : passkeys === 1 ? 'one passkey' : `${passkeys} passkeys`,
    app: appSince && formatDate(appSince, ZONE),
    codesLeft: recoveryCodesLeft === 1 ? 'One recovery code is left' : `${recoveryCodesLeft} recovery codes are left`,
    fewCodes: recoveryCodesLeft < 4,
  };
}
