/**
 * A style sheet in which the class `theme-<id>` sets `--theme` to the theme's colour: pages may carry no inline style.
 * What is no "#rrggbb" is left out.
 */
export function colourStyles(themes: readonly { id: string; colour: string }[]): string {
  return themes
    .filter(({ colour }) => /^#[0-9a-f]{6}$/.test(colour))
    .map(({ id, colour }) => `.theme-${id}{--theme:${colour}}\n`)
    .join('');
}
