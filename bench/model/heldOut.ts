/** How well does the model predict text that it never saw, and how well do general compressors? */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { forward } from '../../src/engine/model/forward';
import { logProbabilities } from '../../src/engine/model/logits';
import type { LoadedModel } from '../../src/engine/model/load';
import { Trace } from '../../src/engine/trace/trace';

export interface HeldOutFile {
  /** first: whole packages and scopes held out; second: hands that the corpus has nothing of; npm: npm's own commands. */
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

/** What a file is counted with: its kind, and its set where that is not the first. */
export const groupOf = ({ set = 'first', kind }: HeldOutFile): string => (set === 'first' ? kind : `${set} ${kind}`);

/** How much text a token stands for. */
export function bytesPerToken(model: LoadedModel, files: readonly HeldOutFile[]): number {
  let [bytes, tokens] = [0, 0];
  for (const { text } of files) {
    bytes += bytesOf(text);
    tokens += model.tokenizer.encode(text).length;
  }
  return bytes / tokens;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Every byte of every file counts, and every file begins afresh after BOS. */
export async function bitsPerByte(model: LoadedModel, files: readonly HeldOutFile[]): Promise<number> {
  let [nats, bytes] = [0, 0];
  for (const { text } of files) {
    const ids = model.tokenizer.encode(text, { bos: true }).map(({ id }) => id);
    bytes += bytesOf(text);
    for (let [start, charged] = [0, 1]; charged < ids.length; start = charged - WINDOW / 2) {
      const piece = ids.slice(start, start + WINDOW);
      const trace = new Trace(model.config, model.kernel, piece.length);
      await forward(model, trace, piece);
      const logprobs = await logProbabilities(model, trace);
      trace.release();
      for (const logprob of logprobs.subarray(charged - start)) nats -= logprob;
      charged = start + piece.length;
    }
  }
  return nats / Math.LN2 / bytes;
}

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
