/**
 * Something to remember: "Ann pen Bob cup … Bob?" Names and things by turns; after the statements names come again, each
 * with its thing. What is to be told is the thing after such a name.
 */
export const NAMES = 8;
export const THINGS = 8;
/** Names first. */
export const RECALL_SYMBOLS = NAMES + THINGS;
const QUESTIONS = 4;
import { log2 } from '../../shared/elementary';

/** Places that are read; the last thing is only told. */
export const recallLength = (statements: number): number => 2 * (statements + QUESTIONS) - 1;

export interface Windows {
  /** [texts][length] */
  read: Int32Array<ArrayBuffer>;
  target: Int32Array<ArrayBuffer>;
  /** [texts][length]: 1 where the place counts. */
  counts: Float32Array<ArrayBuffer>;
}

/** Names of one text differ; things may repeat. */
export function drawRecall(texts: number, statements: number, random: () => number): Windows {
  const length = recallLength(statements);
  const made = {
    read: new Int32Array(texts * length),
    target: new Int32Array(texts * length),
    counts: new Float32Array(texts * length),
  };
  const names = [...Array(NAMES).keys()];
  const symbols = new Int32Array(length + 1);
  for (let text = 0; text < texts; text++) {
    for (let at = 0; at < statements; at++) {
      const other = at + Math.floor(random() * (NAMES - at));
      [names[at], names[other]] = [names[other], names[at]];
      symbols[2 * at] = names[at];
      symbols[2 * at + 1] = NAMES + Math.floor(random() * THINGS);
    }
    for (let question = 0; question < QUESTIONS; question++) {
      const asked = Math.floor(random() * statements);
      const at = 2 * (statements + question);
      symbols[at] = symbols[2 * asked];
      symbols[at + 1] = symbols[2 * asked + 1];
      made.counts[text * length + at] = 1;
    }
    made.read.set(symbols.subarray(0, length), text * length);
    made.target.set(symbols.subarray(1), text * length);
  }
  return made;
}

/** Bits of who knows which things were stated, and how often each, but not whose they are. Mean over many texts. */
export function recallFloor(statements: number, random: () => number, texts = 4000): number {
  let bits = 0;
  for (let text = 0; text < texts; text++) {
    const counts = new Int32Array(THINGS);
    for (let at = 0; at < statements; at++) counts[Math.floor(random() * THINGS)]++;
    for (const count of counts) if (count > 0) bits -= ((count / statements) * log2(count / statements)) / texts;
  }
  return bits;
}
