/** Colours that can be told apart, each dark enough for a stripe on white (3:1 or more) and named for those who cannot. */
export const PALETTE: readonly { value: string; name: string }[] = [
  { value: '#1d70b8', name: 'Blue' },
  { value: '#00703c', name: 'Green' },
  { value: '#b3420e', name: 'Rust' },
  { value: '#4c2c92', name: 'Purple' },
  { value: '#b58500', name: 'Ochre' },
  { value: '#c2185b', name: 'Rose' },
  { value: '#00838f', name: 'Teal' },
  { value: '#6d4c41', name: 'Brown' },
  { value: '#d4351c', name: 'Red' },
  { value: '#3949ab', name: 'Indigo' },
  { value: '#558b2f', name: 'Moss' },
  { value: '#ad5fb8', name: 'Lilac' },
  { value: '#e8590c', name: 'Orange' },
  { value: '#2f8f83', name: 'Sea' },
  { value: '#5a6772', name: 'Slate' },
  { value: '#8f2d56', name: 'Plum' },
];

/** The colour of the palette that the fewest of `used` have, the first of several. */
export function leastUsedColour(used: readonly string[]): string {
  const count = (value: string): number => used.filter((colour) => colour === value).length;
  const [least] = PALETTE.toSorted((a, b) => count(a.value) - count(b.value));
  return least?.value ?? '#1d70b8';
}
