/** Kinds of packed panels and ways of multiplying bytes exactly (tiles.mjs), by the numbers that both sides use. */
export const KINDS = [
  'q8',
  'q4',
  'q41',
  'q5',
  'q51',
  'q2k',
  'q3k',
  'q4k',
  'q5k',
  'q6k',
  'iq4',
  'iq4xs',
  'mxfp4',
  'f32',
  'f16',
  'bf16',
];
export const WAYS = ['words', 'halves', 'dot'];
/** Of which single rows read the packed panels; the others unpack one first. */
const SMALL = ['q4', 'q41', 'q5', 'q51', 'q2k', 'q3k', 'q4k', 'q5k', 'q6k', 'iq4', 'iq4xs', 'mxfp4'];
export const ROW_KINDS = { words: ['q8', 'iq4', 'iq4xs'], halves: SMALL, dot: ['q8', ...SMALL] };
