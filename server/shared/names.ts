/**
 * A name as it is compared with others: as it looks, whatever its case. Databases differ in what the small letter of İ, and
 * the one of Σ at the end of a word, is; names are the same here where they are the same in any of them.
 */
export function asCompared(name: string): string {
  const small = Array.from(name.normalize('NFKC'), (letter) => Array.from(letter.toLowerCase())[0]).join('');
  return small.replaceAll('ς', 'σ').replaceAll('ı', 'i');
}
