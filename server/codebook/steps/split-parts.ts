/** Into how many new themes one split can go. */
export const MOST_PARTS = 6;
