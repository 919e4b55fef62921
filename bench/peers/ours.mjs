/** This engine, trace capture on, as one of the peers; see peers/answer.mjs. */
import { answer, stopwatch } from './answer.mjs';

await answer(async ({ engine: bundle, model: path, threads, kernel }) => {
  const engine = await import(bundle);
  const source = new engine.FileSource(path);
  const model = await engine.loadModel(source, undefined, kernel, engine.nodeThreads(threads));
  source.close();
  return {
    version: `attention-explainer, kernel ${model.kernel.name}, Node ${process.version}`,
    facts: { threads: model.kernel.threads },
    async prompt(ids) {
      const stop = stopwatch();
      const trace = new engine.Trace(model.config, model.kernel, ids.length);
      await engine.forward(model, trace, ids);
      engine.logitsAt(model, trace, ids.length - 1);
      const measured = stop();
      trace.release();
      return measured;
    },
    async generate(ids, count) {
      let stop;
      await engine.generate(model, ids, { maxTokens: count + 1, onToken: () => void (stop ??= stopwatch()) });
      return stop();
    },
  };
});
