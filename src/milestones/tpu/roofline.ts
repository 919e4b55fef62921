/**
 * How much of a chip's peak can a model use before the memory that its weights come from runs out? Williams, Waterman &
 * Patterson 2009 (roofline): multiply-adds for each byte that is read, against what the chip needs to be busy.
 */
import type { Work } from './options';

/** TPU v1 by its paper: 92 tera-operations a second are 46 multiply-adds; weights come at 30 GiB/s (figure 1). */
const PEAK = 46e12;
const WEIGHT_BYTES_A_SECOND = 30 * 1024 * 1024 * 1024;

/** Multiply-adds for each byte of weights below which its memory keeps a TPU v1 waiting. */
export const TPU_NEEDS = PEAK / WEIGHT_BYTES_A_SECOND;

/** Multiply-adds for each byte of weights, where `tokens` are computed at once and each weight is read once for them. */
export function intensity({ perToken, tokenBytes, allBytes }: Work, tokens: number): number {
  // Many tokens go to all experts between them; what one reads is the least.
  return (perToken * tokens) / (tokens === 1 ? tokenBytes : allBytes);
}

/** Share of the peak that the memory leaves, 0 … 1. */
export const roof = (multiplyAddsOfAByte: number): number => Math.min(1, multiplyAddsOfAByte / TPU_NEEDS);
