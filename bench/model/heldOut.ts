/** How well does the model predict text that it never saw, and how well do general compressors? */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { forward } from '../../src/engine/model/forward';
import { logProbabilities } from '../../src/engine/model/logits';
import type { LoadedModel } from '../../src/engine/model/load';
import { Trace } from '../../src/engine/trace/trace';

export interface HeldOutFile {
  /**
   * first: whole packages and scopes held out, by hash; second: packages chosen for it, of which, and of whose scope, no edition's corpus
   * has anything; npm: npm's own commands.
   */
  set?: 'first' | 'second' | 'npm';
  kind: 'code' | 'english' | 'chinese';
  /** Of code: typescript, python, …; of others no more than their kind. */
  language?: string;
  name: string;
  text: string;
}

/** Tokens that the model sees at once; a longer file goes on in windows of which half is new. */
const WINDOW = 1024;

/** In sorted order of their names. */
export function heldOut(file: string): HeldOutFile[] {
  const all = JSON.parse(readFileSync(file, 'utf8')) as HeldOutFile[];
  return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What a file is counted with, as training/ngram.py names it: its set and kind. */
export const groupOf = ({ set = 'first', kind }: HeldOutFile): string => `${set} ${kind}`;

/** Part of a set: all but these files, and packages (with a slash behind their names), of training/second.json. */
interface Narrower {
  set: string;
  says: string;
  without: string[];
}

const narrower = (): Narrower[] =>
  (JSON.parse(readFileSync('training/second.json', 'utf8')) as { narrower: Narrower[] }).narrower;

const isOf = (each: string, name: string): boolean => name === each || (each.endsWith('/') && name.startsWith(each));

/** Throws an Error where something that a part leaves out is not held out: the text was collected anew, and second.py was not run. */
export function checkNarrower(files: readonly HeldOutFile[]): void {
  for (const { set, without } of narrower()) {
    const absent = without.filter((each) => !files.some((file) => file.set === set && isOf(each, file.name)));
    if (absent.length > 0)
      throw new Error(`training/second.json leaves out what is not held out: ${absent.join(', ')}`);
  }
}

/** Of the files of one group those parts that are less than all of it and more than nothing. */
export function narrowerOf(files: readonly HeldOutFile[]): [says: string, part: HeldOutFile[]][] {
  return narrower().flatMap(({ set, says, without }): [string, HeldOutFile[]][] => {
    const isWithout = (name: string): boolean => without.some((each) => isOf(each, name));
    const part = files.filter((file) => file.set === set && !isWithout(file.name));
    return part.length > 0 && part.length < files.length ? [[says, part]] : [];
  });
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** What a file costs a model: nats over all its tokens, and how many tokens and bytes it has. */
export interface TextCost {
  nats: number;
  tokens: number;
  bytes: number;
}

/** Every byte counts, and the file begins afresh after BOS. */
async function costOf(model: LoadedModel, { text }: HeldOutFile): Promise<TextCost> {
  const ids = model.tokenizer.encode(text, { bos: true }).map(({ id }) => id);
  let nats = 0;
  for (let [start, charged] = [0, 1]; charged < ids.length; start = charged - WINDOW / 2) {
    const piece = ids.slice(start, start + WINDOW);
    const trace = new Trace(model.config, model.kernel, piece.length);
    await forward(model, trace, piece);
    const logprobs = await logProbabilities(model, trace);
    trace.release();
    for (const logprob of logprobs.subarray(charged - start)) nats -= logprob;
    charged = start + piece.length;
  }
  return { nats, tokens: ids.length - 1, bytes: bytesOf(text) };
}

/** One for each file. */
export async function costsOf(model: LoadedModel, files: readonly HeldOutFile[]): Promise<TextCost[]> {
  const costs: TextCost[] = [];
  for (const file of files) costs.push(await costOf(model, file));
  return costs;
}

/** Bits per byte and bytes per token of all of them together. */
export function rates(costs: readonly TextCost[]): { bits: number; bytesPerToken: number } {
  const sum = (of: keyof TextCost): number => costs.reduce((total, cost) => total + cost[of], 0);
  return { bits: sum('nats') / Math.LN2 / sum('bytes'), bytesPerToken: sum('bytes') / sum('tokens') };
}

export const bitsPerByte = async (model: LoadedModel, files: readonly HeldOutFile[]): Promise<number> =>
  rates(await costsOf(model, files)).bits;

/** The same files, concatenated: bits per byte of brotli at its best, and of xz -9e where it is installed. */
export function compressors(files: readonly HeldOutFile[]): { brotli: number; xz?: number } {
  const all = Buffer.from(files.map(({ text }) => text).join(''));
  const bits = (compressed: Buffer): number => (compressed.length * 8) / all.length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const brotli = bits(brotliCompressSync(all, { params }));
  try {
    return { brotli, xz: bits(execFileSync('xz', ['-9e', '-c'], { input: all, maxBuffer: 1 << 28 })) };
  } catch {
    return { brotli };
  }
}
