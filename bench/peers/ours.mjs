/** This engine, trace capture on, as one of the peers; see peers/answer.mjs. */
import { answer } from './answer.mjs';

await answer(async ({ engine: bundle, model: path, threads, kernel }) => {
  const engine = await import(bundle);
  const source = new engine.FileSource(path);
  const model = await engine.loadModel(source, undefined, kernel, engine.nodeThreads(threads));
  source.close();
  return {
    version: `attention-explainer, kernel ${model.kernel.name}, Node ${process.version}`,
    facts: { threads: model.kernel.threads },
    async prompt(ids) {
      const started = performance.now();
      const trace = new engine.Trace(model.config, model.kernel, ids.length);
      await engine.forward(model, trace, ids);
      engine.logitsAt(model, trace, ids.length - 1);
      const ms = performance.now() - started;
      trace.release();
      return ms;
    },
    async generate(ids, count) {
      let first = 0;
      await engine.generate(model, ids, { maxTokens: count + 1, onToken: () => void (first ||= performance.now()) });
      return performance.now() - first;
    },
  };
});
