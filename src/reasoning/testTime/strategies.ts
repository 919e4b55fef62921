/** Ways of spending tokens on one problem: write once, write anew from a wrong sum or from a random line, correct sums. */
import { GREEDY, type SamplingOptions } from '../../engine/generate';
import { findEquations } from '../arithmetic/equations';
import { finalAnswer } from '../import/answer';
import type { Decoder } from '../solve/decoder';
import { buildPrompt } from '../solve/prompt';
import type { Reasoner } from '../solve/reasoner';
import { writeOn } from '../solve/write';
import { logSumExp } from '../../shared/softmax';

/** More than any right solution of eight steps. */
const MAX_TOKENS = 320;
/** A solution that is still wrong after so many new beginnings is handed in as it is. */
export const MAX_RESTARTS = 12;

/** What writes: one model, one problem. The decoder is shared, so that the question is read once. */
export interface Writer {
  reasoner: Reasoner;
  decoder: Decoder;
  question: string;
  /** Awaited after each token; may throw to stop. */
  pause: () => Promise<void>;
}

export interface Attempt {
  /** The whole solution: what was kept, and what was written after it. */
  text: string;
  /** What stands behind ####; null where it did not come to that. */
  answer: string | null;
  /** Tokens written now. */
  tokens: number;
  /** Of those tokens, at temperature 1, in nats. */
  logProbability: number;
}

/** Writes a solution on from `kept` (whole lines, or nothing). */
export async function attempt(
  { reasoner, decoder, question, pause }: Writer,
  kept: string,
  sampling: SamplingOptions = GREEDY,
): Promise<Attempt> {
  const prompt = reasoner.encodePrompt(buildPrompt(reasoner.style, question, true));
  const written = kept === '' ? [] : reasoner.model.tokenizer.encode(kept);
  let logProbability = 0;
  const { ids, text, ending } = await writeOn(reasoner, decoder, {
    from: [...prompt, ...written].map(({ id }) => id),
    written: kept,
    maxTokens: MAX_TOKENS,
    sampling,
    onToken: (id, logits) => void (logProbability += logits[id] - logSumExp(logits)),
    onText: pause,
  });
  const whole = kept + text;
  return { text: whole, answer: ending === 'length' ? null : finalAnswer(whole), tokens: ids.length, logProbability };
}

/** Where the line of the first wrong sum begins; null where the checker finds none. It sees sums, not their meaning. */
export function firstWrongLine(solution: string): number | null {
  let start = 0;
  for (const line of solution.split('\n')) {
    if (findEquations(line).some(({ right }) => !right)) return start;
    start += line.length + 1;
  }
  return null;
}

export const passes = ({ text, answer }: Attempt): boolean => answer !== null && firstWrongLine(text) === null;

export interface Search {
  /** [new beginnings + 1] */
  attempts: Attempt[];
}

export const lastOf = ({ attempts }: Search): Attempt => attempts.at(-1)!;
export const tokensOf = ({ attempts }: Search): number => attempts.reduce((sum, { tokens }) => sum + tokens, 0);

/** Cuts at the first wrong sum and writes anew from there (with other seeds) until there is none, or too many were tried. */
export async function refine(
  writer: Writer,
  first: Attempt,
  sampling: (restart: number) => SamplingOptions,
): Promise<Search> {
  const attempts = [first];
  while (!passes(attempts.at(-1)!) && attempts.length <= MAX_RESTARTS) {
    const { text } = attempts.at(-1)!;
    // A solution without an answer and without a wrong sum ran in circles: it is written anew from the beginning.
    attempts.push(await attempt(writer, text.slice(0, firstWrongLine(text) ?? 0), sampling(attempts.length)));
  }
  return { attempts };
}

/** The control: cuts at lines drawn by chance until at least as many tokens are spent. */
export async function restartAnywhere(
  writer: Writer,
  first: Attempt,
  budget: number,
  sampling: (restart: number) => SamplingOptions,
  random: () => number,
): Promise<Search> {
  const attempts = [first];
  while (tokensOf({ attempts }) < budget) {
    const { text } = attempts.at(-1)!;
    const starts = lineStarts(text);
    const kept = text.slice(0, starts[Math.floor(random() * starts.length)]);
    attempts.push(await attempt(writer, kept, sampling(attempts.length)));
  }
  return { attempts };
}

function lineStarts(text: string): number[] {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
  return [0, ...ends.filter((at) => at < text.length)];
}

/** Greedy; the first wrong sum gets its right result, and the model goes on behind it. */
export async function withCalculator(writer: Writer): Promise<Search> {
  const attempts = [await attempt(writer, '')];
  while (attempts.length <= MAX_RESTARTS) {
    const { text } = attempts.at(-1)!;
    const wrong = firstWrongLine(text);
    const corrected = wrong === null ? null : correct(text.slice(wrong).split('\n', 1)[0]);
    if (corrected === null) break;
    attempts.push(await attempt(writer, `${text.slice(0, wrong!)}${corrected}\n`));
  }
  return { attempts };
}

/** The line up to its first wrong sum, with the right result; null where that is no whole number. */
export function correct(line: string): string | null {
  const wrong = findEquations(line).find(({ right }) => !right);
  if (!wrong || wrong.computed === null || !Number.isInteger(wrong.computed)) return null;
  const sum = line.slice(wrong.start, wrong.end);
  return line.slice(0, wrong.start) + sum.slice(0, sum.lastIndexOf('=') + 1) + ` ${wrong.computed}`;
}
