/** node-llama-cpp (native llama.cpp), as one of the peers that run.mjs talks to; see peers/answer.mjs. */
import { getLlama } from 'node-llama-cpp';
import { answer, stopwatch } from './answer.mjs';

await answer(async ({ model: modelPath, threads, context }) => {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' });
  const model = await llama.loadModel({ modelPath });
  const made = await model.createContext({ contextSize: context, batchSize: context, threads, flashAttention: false });
  const sequence = made.getSequence();
  return {
    version: `node-llama-cpp 3.22.1, llama.cpp ${llama.llamaCppRelease.release}`,
    async prompt(ids) {
      await sequence.clearHistory();
      const stop = stopwatch();
      await sequence.evaluateWithoutGeneratingNewTokens(ids);
      return stop();
    },
    async generate(ids, count) {
      await sequence.clearHistory();
      await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(0, -1));
      let stop;
      let made = 0;
      for await (const _ of sequence.evaluate([ids.at(-1)], { temperature: 0, yieldEogToken: true })) {
        stop ??= stopwatch();
        if (++made > count) break;
      }
      return stop();
    },
  };
});
