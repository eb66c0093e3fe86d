/** The pictures, in the order in which they are offered. `reading` says in one sentence how to read it. */
export const PICTURES = [
  {
    kind: 'themes-by-agency',
    title: 'Themes by agency',
    about: 'Which themes were found at which agency.',
    reading:
      'Each row is a theme with its sub-themes, each column an agency: the darker the square, the more passages were coded there.',
  },
  {
    kind: 'themes-by-phase',
    title: 'Themes by phase',
    about: 'How the themes shift from one phase of fieldwork to the next.',
    reading:
      'Each row is a theme with its sub-themes, each column a phase: the darker the square, the more passages were coded in it.',
  },
  {
    kind: 'themes-together',
    title: 'Themes that occur together',
    about: 'Which themes are found on the same words, or in the same note.',
    reading:
      'Each square stands for two themes, one by its row and one by the number above: the darker it is, the more pairs of codings the two share.',
  },
  {
    kind: 'coding-over-time',
    title: 'Coding over time',
    about: 'How many passages were coded, month by month.',
    reading: 'Each bar is a month, and its height the number of passages.',
  },
  {
    kind: 'saturation',
    title: 'Saturation',
    about: 'How many themes were new in each note, in the order of the visits.',
    reading:
      'From left to right the coded notes in the order of their visits: a bar shows how many themes appear for the first time, the line how many there are so far.',
  },
  {
    kind: 'coders',
    title: 'What each coder has covered',
    about: 'How much of each agency’s notes each person has coded.',
    reading:
      'Each row is a coder, each column an agency: the darker the square, the more of that agency’s text the coder has coded.',
  },
] as const;

export type PictureKind = (typeof PICTURES)[number]['kind'];

/** Undefined for anything that is not a picture's name. */
export function pictureOf(kind: unknown) {
  return PICTURES.find((picture) => picture.kind === kind);
}
