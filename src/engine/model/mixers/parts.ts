/** Sizes of what mixes information between positions, and what a trace keeps of it, by kind. */
import type { Buf } from '../../kernel/kernel';
import { ATTENTION_REMEMBERS, attentionWidths, type AttentionShape, type AttentionTrace } from './attentionParts';
import {
  CONVOLUTION_REMEMBERS,
  convolutionWidths,
  type ConvolutionShape,
  type ConvolutionTrace,
} from './convolutionParts';
import { RECURRENT_REMEMBERS, recurrentWidths, type RecurrentShape, type RecurrentTrace } from './recurrentParts';

export type MixerShape = AttentionShape | RecurrentShape | ConvolutionShape;
/** Whoever reads one asks for its kind first. */
export type MixerTrace = AttentionTrace | RecurrentTrace | ConvolutionTrace;

export interface Part {
  name: string;
  /** Elements of one row. */
  width: number;
  /** Tokens that a row stands for: 1; so many, each row then being before the first of them; Infinity: one row for all. */
  every: number;
  /** Whether later positions read it: a cache keeps it for every layer. */
  remembered: boolean;
}

/** Rows of a part when there are so many tokens. */
export const rowsOf = ({ every }: Part, tokens: number): number =>
  every === 1 ? tokens : Math.floor(tokens / every) + 1;

/** The parts of this mixer's trace. */
export function mixerParts(shape: MixerShape): Part[] {
  switch (shape.kind) {
    case 'attention':
      return perToken(attentionWidths(shape), ATTENTION_REMEMBERS);
    case 'convolution':
      return perToken(convolutionWidths(shape), CONVOLUTION_REMEMBERS);
    case 'delta':
    case 'mamba':
      return Object.entries(recurrentWidths(shape)).map(([name, size]) => {
        return { name, ...size, remembered: RECURRENT_REMEMBERS.includes(name) };
      });
  }
}

const perToken = (widths: Record<string, number>, remembered: readonly string[]): Part[] =>
  Object.entries(widths).map(([name, width]) => ({ name, width, every: 1, remembered: remembered.includes(name) }));

/** A trace of this mixer, each part as `make` gives it. */
export function mixerTrace(shape: MixerShape, make: (part: Part) => Buf): MixerTrace {
  const parts = Object.fromEntries(mixerParts(shape).map((part) => [part.name, make(part)]));
  return { kind: shape.kind, ...parts } as unknown as MixerTrace;
}

/** One part of a trace by its name. */
export const partOf = (trace: MixerTrace, name: string): Buf => (trace as unknown as Record<string, Buf>)[name];
