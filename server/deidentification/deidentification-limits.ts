/** How many places of one finding are listed one by one; more are decided together. */
export const LISTED_PLACES = 20;
