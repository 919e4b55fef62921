/** Bits per byte of texts: gzip, and the bundled transformer. */
import { forward } from '../../engine/model/forward';
import type { LoadedModel } from '../../engine/model/load';
import { logProbabilities } from '../../engine/model/logits';
import { Trace } from '../../engine/trace/trace';

/** Bytes of the gzip file, level as the platform has it (6). */
export async function gzipBytes(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** What deflate can look back on. */
const WINDOW = 32_768;

/** What gzip adds for `text` when it has just read the end of `before`. */
export async function gzipBytesAfter(before: string, text: string): Promise<number> {
  const tail = before.slice(-WINDOW + 1024);
  return (await gzipBytes(tail + text)) - (await gzipBytes(tail));
}

/** −log₂ of the text's probability. */
export async function transformerBits(model: LoadedModel, text: string, pause: () => Promise<void>): Promise<number> {
  const ids = model.tokenizer.encode(text, { bos: model.tokenizer.addBos }).map(({ id }) => id);
  const trace = new Trace(model.config, model.kernel, ids.length);
  try {
    await forward(model, trace, ids);
    await pause();
    const logs = await logProbabilities(model, trace, pause);
    return logs.subarray(1).reduce((sum, each) => sum - each, 0) / Math.LN2;
  } finally {
    trace.release();
  }
}
