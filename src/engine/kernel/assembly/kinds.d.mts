export type Kind =
  | ('q8' | 'q4' | 'q41' | 'q5' | 'q51' | 'q2k' | 'q3k' | 'q4k' | 'q5k' | 'q6k' | 'iq4' | 'iq4xs' | 'mxfp4')
  | ('f32' | 'f16' | 'bf16');
export type Way = 'words' | 'halves' | 'dot';
export const KINDS: readonly Kind[];
export const WAYS: readonly Way[];
export const ROW_KINDS: Readonly<Record<Way, readonly Kind[]>>;
