import Bowser from 'bowser';

/** A browser in words: "Firefox on Windows". Browsers say of themselves what they like, so it is a hint only. */
export function deviceOf(browser: string | null): string {
  if (browser === null || browser.trim() === '') return 'A browser that does not say what it is';
  const { browser: found, os } = Bowser.parse(browser);
  if (!found.name) return 'A browser that does not say what it is';
  return os.name ? `${found.name} on ${os.name}` : found.name;
}
