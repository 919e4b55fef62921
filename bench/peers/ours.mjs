/** This engine, trace capture on, as one of the peers; see peers/answer.mjs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/engine.mjs';
import { answer, stopwatch } from './answer.mjs';

await answer(async ({ engine: bundle, model: file, threads, kernel }) => {
  const engine = await import(bundle);
  const source = new engine.FileSource(file);
  const model = await engine.loadModel(source, undefined, kernel, engine.nodeThreads(threads));
  source.close();
  return {
    version: `attention-explainer, kernel ${model.kernel.name}, Node ${process.version}`,
    facts: { threads: model.kernel.threads },
    async prompt(ids) {
      const stop = stopwatch();
      const trace = new engine.Trace(model.config, model.kernel, ids.length);
      await engine.forward(model, trace, ids);
      await engine.logitsAt(model, trace, ids.length - 1);
      const measured = stop();
      trace.release();
      return measured;
    },
    async generate(ids, count) {
      let stop;
      await engine.generate(model, ids, { maxTokens: count + 1, onToken: () => void (stop ??= stopwatch()) });
      return stop();
    },
    /** Beside the same weights in F32: what 8-bit activations cost. Of random weights perplexity says nothing. */
    async accuracy() {
      const text = readFileSync(path.join(root, 'test', 'workspace', 'long.ts'), 'utf8');
      const tokens = model.tokenizer.encode(text, { bos: model.tokenizer.addBos }).slice(0, 256);
      const ids = tokens.map(({ id }) => id);
      const full = await inFull();
      const [here, exact] = [await readingOf(model, ids), await readingOf(full, ids)];
      full.kernel.close();
      let largestLogitDifference = 0;
      here.rows.forEach((row, i) =>
        row.forEach((logit, j) => {
          largestLogitDifference = Math.max(largestLogitDifference, Math.abs(logit - exact.rows[i][j]));
        }),
      );
      return { perplexity: here.perplexity, inFull: exact.perplexity, largestLogitDifference };
    },
  };

  /** The logits of what comes next, row by row, and exp of the mean surprisal. */
  async function readingOf(loaded, ids) {
    const trace = new engine.Trace(loaded.config, loaded.kernel, ids.length);
    await engine.forward(loaded, trace, ids);
    const rows = [];
    for (const position of ids.keys()) rows.push(await engine.logitsAt(loaded, trace, position));
    const logs = [...(await engine.logProbabilities(loaded, trace))].slice(1);
    trace.release();
    return { rows, perplexity: Math.exp(-logs.reduce((sum, each) => sum + each) / logs.length) };
  }

  /** The same file with every matrix in F32. */
  async function inFull() {
    const again = new engine.FileSource(file);
    const gguf = engine.readGguf(again);
    const config = engine.readConfig(gguf);
    const kernel = await engine.createKernel();
    const [make, pack] = [kernel.newMatrix.bind(kernel), kernel.packRows.bind(kernel)];
    const types = new Map();
    kernel.newMatrix = (type, rows, cols) => {
      const matrix = make(engine.GgmlType.F32, rows, cols);
      types.set(matrix, type);
      return matrix;
    };
    kernel.packRows = (matrix, first, bytes, tensor) => {
      const type = types.get(matrix);
      const values = new Float32Array((bytes.length / engine.byteLengthOf(type, matrix.cols)) * matrix.cols);
      engine.dequantize(type, bytes, values);
      pack(matrix, first, new Uint8Array(values.buffer), tensor);
    };
    const weights = await engine.loadWeights(gguf, config, kernel, model.tokenizer.vocabSize);
    again.close();
    return { config, weights, kernel };
  }
});
