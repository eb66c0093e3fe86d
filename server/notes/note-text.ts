/** The greatest lengths that are kept, in code points. */
export const TITLE_LIMIT = 300;
export const BODY_LIMIT = 5_000_000;

/** What a note says at one moment. */
export type NoteText = { title: string; body: string };

/** Whether two texts are the same, letter for letter. */
export function isSameText(one: NoteText, other: NoteText): boolean {
  return one.title === other.title && one.body === other.body;
}

/** How many words `text` has, as white space parts them. */
export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}
