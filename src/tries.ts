/** How often a verb reads and decides anew where something else changes the same row at that moment. */
export const TRIES = 3;
