/** Pause in typing, in ms, after which the text is explained. */
export const REST_MS = 120;
