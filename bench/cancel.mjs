/**
 * How long a cancellation waits at most while attention is rolled out over all layers: node bench/cancel.mjs [MODEL.gguf]
 * The longest stretch between two looks at the worker's messages, by the clock.
 */
import { bundledModel, loadEngine, machine } from './lib/engine.mjs';

const engine = await loadEngine();
const source = new engine.FileSource(process.argv[2] ?? bundledModel());
const model = await engine.loadModel(source);
source.close();
const { kernel, config, tokenizer } = model;
const random = engine.seededRandom(1);

console.log(machine());
for (const tokens of [160, 1024, 8192]) {
  const trace = new engine.Trace(config, kernel, tokens, { keepResidual: false });
  const ids = Array.from({ length: tokens }, () => Math.floor(random() * tokenizer.vocabSize));
  await engine.forward(model, trace, ids);
  for (const method of tokens === 160 ? ['rollout', 'flow'] : ['rollout']) {
    let [looks, longest] = [0, 0];
    const started = performance.now();
    let last = started;
    await engine.layerFlow(kernel, trace, tokens - 1, { method }, () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      looks++;
    });
    const all = performance.now() - started;
    longest = Math.max(longest, performance.now() - last);
    console.log(
      `${method}, ${tokens} tokens: ${all.toFixed(0)} ms, ${looks} looks, longest stretch ${longest.toFixed(0)} ms`,
    );
  }
  trace.release();
}
