/** The task: read a number digit by digit, then write it out digit by digit. Plain arrays, laid out as the nets take them. */

import type { Order } from './options';

export const DIGITS = 10;
/** Ends what is written; and is what the decoder gets before the first digit, as in Sutskever et al. 2014. */
export const END = DIGITS;
/** Digits and END. */
export const SYMBOLS = DIGITS + 1;

/** Time runs slowest, so that one step of all numbers lies together. */
export interface Batch {
  /** [longest][numbers][DIGITS]: 1 for the digit; numbers end at the last step, so steps before a short one are all 0. */
  source: Float32Array<ArrayBuffer>;
  /** [longest][numbers]: 1 where there is no digit. */
  absent: Float32Array<ArrayBuffer>;
  /** [longest + 1][numbers][SYMBOLS]: what the decoder is given, END first, then the right symbol of the step before. */
  given: Float32Array<ArrayBuffer>;
  /** [longest + 1][numbers][SYMBOLS]: 1 for the right symbol; all 0 after END. */
  target: Float32Array<ArrayBuffer>;
}

export const randomNumber = (length: number, random: () => number): number[] =>
  Array.from({ length }, () => Math.floor(random() * DIGITS));

export const answerTo = (number: readonly number[], order: Order): number[] =>
  order === 'same' ? [...number] : [...number].reverse();

/** `sources` in the order in which they are read, each with the digits to be written. */
export function batchOf(sources: readonly (readonly number[])[], answers: readonly number[][], longest: number): Batch {
  const numbers = sources.length;
  const batch: Batch = {
    source: new Float32Array(longest * numbers * DIGITS),
    absent: new Float32Array(longest * numbers),
    given: new Float32Array((longest + 1) * numbers * SYMBOLS),
    target: new Float32Array((longest + 1) * numbers * SYMBOLS),
  };
  sources.forEach((digits, number) => {
    const start = longest - digits.length;
    for (let step = 0; step < longest; step++) {
      if (step < start) batch.absent[step * numbers + number] = 1;
      else batch.source[(step * numbers + number) * DIGITS + digits[step - start]] = 1;
    }
    [...answers[number], END].forEach((symbol, step, written) => {
      const row = (step * numbers + number) * SYMBOLS;
      batch.given[row + (step === 0 ? END : written[step - 1])] = 1;
      batch.target[row + symbol] = 1;
    });
  });
  return batch;
}

/** Symbols to be written for a batch with each length from 1 to `longest` in turn. */
export const symbolsIn = (numbers: number, longest: number): number => {
  let sum = 0;
  for (let number = 0; number < numbers; number++) sum += lengthOf(number, longest) + 1;
  return sum;
};

/** Of the n-th number of a batch. */
export const lengthOf = (number: number, longest: number): number => 1 + (number % longest);
