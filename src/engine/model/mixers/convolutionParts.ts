/** A gated short convolution's sizes, and what a trace keeps of it. */
import type { Buf } from '../../kernel/kernel';

export interface ConvolutionShape {
  kind: 'convolution';
  /** All channels stand beside each other as one head. */
  heads: 1;
  /** Channels: the width of the stream. */
  headDim: number;
  /** How many positions it spans, the present one among them. */
  taps: number;
}

export interface ConvolutionTrace {
  kind: 'convolution';
  written: Buf; // [tokens][headDim], what the convolution runs over: later positions read it as they read keys and values
  gate: Buf; // [tokens][headDim], what its result is multiplied by
  /** Of each of the last `taps` tokens, itself last: how much of what is given comes from it (`shareOut`). */
  shares: Buf; // [tokens][taps]
}

/** Elements per token of each part of the trace. */
export const convolutionWidths = ({
  headDim,
  taps,
}: ConvolutionShape): Record<Exclude<keyof ConvolutionTrace, 'kind'>, number> => ({
  written: headDim,
  gate: headDim,
  shares: taps,
});

/** What later positions read. */
export const CONVOLUTION_REMEMBERS: readonly string[] = ['written'];
