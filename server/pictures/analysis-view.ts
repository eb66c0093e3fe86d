/** What there is to analyse with, each with a sentence. */
export function analysisCards(path: string) {
  return [
    {
      title: 'Search',
      href: `${path}/search`,
      text: 'Find words and phrases in all notes, in their context, and code what you find on the spot.',
    },
    {
      title: 'Queries on themes',
      href: `${path}/queries`,
      text: 'Find passages where themes meet, follow or leave each other out, and keep the question under a name.',
    },
    {
      title: 'Agreement',
      href: `${path}/agreement`,
      text: 'See where coders disagree, passage by passage, settle it with a reason, and read how far they agree.',
    },
    {
      title: 'Double coding',
      href: `${path}/double-codings`,
      text: 'Give notes to several people who code them without seeing each other’s work, then compare.',
    },
    {
      title: 'Memos',
      href: `${path}/memos`,
      text: 'Read and write what you make of the notes, themes and passages.',
    },
    {
      title: 'Codebook history',
      href: `${path}/codebook/steps`,
      text: 'See how the themes came to be what they are, step by step, and take a step back.',
    },
  ];
}
