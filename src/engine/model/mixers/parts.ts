/** Sizes of what mixes information between positions, and what a trace keeps of it, by kind. */
import type { Buf } from '../../kernel/kernel';
import { ATTENTION_REMEMBERS, attentionWidths, type AttentionShape, type AttentionTrace } from './attentionParts';

export type MixerShape = AttentionShape;
/** Whoever reads one asks for its kind first. */
export type MixerTrace = AttentionTrace;

export interface Part {
  name: string;
  /** Elements per token. */
  width: number;
  /** Whether later positions read it: a cache keeps it for every layer. */
  remembered: boolean;
}

/** The parts of this mixer's trace. */
export function mixerParts(shape: MixerShape): Part[] {
  switch (shape.kind) {
    case 'attention':
      return Object.entries(attentionWidths(shape)).map(([name, width]) => ({
        name,
        width,
        remembered: ATTENTION_REMEMBERS.includes(name),
      }));
  }
}

/** A trace of this mixer, each part as `make` gives it. */
export function mixerTrace(shape: MixerShape, make: (part: Part) => Buf): MixerTrace {
  const parts = Object.fromEntries(mixerParts(shape).map((part) => [part.name, make(part)]));
  return { kind: shape.kind, ...parts } as unknown as MixerTrace;
}

/** One part of a trace by its name. */
export const partOf = (trace: MixerTrace, name: string): Buf => (trace as unknown as Record<string, Buf>)[name];
