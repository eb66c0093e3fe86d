/** A theme as it can be chosen; `parents` and `path` worded from the root, `depth` counted from 0. */
export type ThemeChoice = {
  id: string;
  name: string;
  path: string;
  parents: string;
  depth: number;
  definition: string;
};

export type ThemeChoices = {
  /** In the order of the codebook. */
  all(): readonly ThemeChoice[];
  find(id: string): ThemeChoice | undefined;
  /** Up to nine, the last used first. */
  recent(): ThemeChoice[];
  /** Puts `ids` at the head of the recent ones. */
  use(ids: readonly string[]): void;
  /** The codebook as it is now. */
  replace(themes: readonly ThemeChoice[]): void;
  onChange(hear: () => void): void;
};

const MOST_RECENT = 9;

/** The codebook of the page, and which of its themes this person used last: kept in this browser, as ids alone. */
export function createThemeChoices(first: readonly ThemeChoice[], study: string): ThemeChoices {
  const key = `fieldnotes-recent-themes:${study}`;
  const listeners: (() => void)[] = [];
  let themes = first;
  const find = (id: string) => themes.find((theme) => theme.id === id);
  const ids = () => (localStorage.getItem(key) ?? '').split(' ').filter(Boolean);
  const changed = () => {
    for (const hear of listeners) hear();
  };
  return {
    all: () => themes,
    find,
    recent: () => ids().flatMap((id) => find(id) ?? []),
    use(used) {
      localStorage.setItem(key, [...new Set([...used, ...ids()])].slice(0, MOST_RECENT).join(' '));
      changed();
    },
    replace(fresh) {
      themes = fresh;
      changed();
    },
    onChange: (hear) => void listeners.push(hear),
  };
}

/** Those that have every word of `typed` in their path; all when nothing was typed. */
export function matching(themes: readonly ThemeChoice[], typed: string): ThemeChoice[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return themes.filter(({ path }) => words.every((word) => plain(path).includes(word)));
}

/** The one that is meant by `typed`: a name that begins so before one that holds it, or lies below one that does. */
export function bestMatch(themes: readonly ThemeChoice[], typed: string): ThemeChoice | undefined {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const found = matching(themes, typed);
  return (
    found.find(({ name }) => plain(name) === plain(typed)) ??
    found.find(({ name }) => plain(name).startsWith(words.join(' '))) ??
    found.find(({ name }) => words.every((word) => plain(name).includes(word))) ??
    found[0]
  );
}

/** Whether a theme of this very name stands somewhere in the codebook. */
export function isName(themes: readonly ThemeChoice[], typed: string): boolean {
  return themes.some(({ name }) => plain(name) === plain(typed));
}

// Letters without case and accents, so that "cafe" finds "Café".
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}
