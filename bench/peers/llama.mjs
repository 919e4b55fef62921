/** node-llama-cpp (native llama.cpp), as one of the peers that run.mjs talks to; see peers/answer.mjs. */
import { getLlama } from 'node-llama-cpp';
import { answer } from './answer.mjs';

await answer(async ({ model: modelPath, threads, context }) => {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' });
  const model = await llama.loadModel({ modelPath });
  const made = await model.createContext({ contextSize: context, batchSize: context, threads, flashAttention: false });
  const sequence = made.getSequence();
  return {
    version: `node-llama-cpp 3.22.1, llama.cpp ${llama.llamaCppRelease.release}`,
    async prompt(ids) {
      await sequence.clearHistory();
      const started = performance.now();
      await sequence.evaluateWithoutGeneratingNewTokens(ids);
      return performance.now() - started;
    },
    async generate(ids, count) {
      await sequence.clearHistory();
      await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(0, -1));
      let first = 0;
      let made = 0;
      for await (const _ of sequence.evaluate([ids.at(-1)], { temperature: 0, yieldEogToken: true })) {
        first ||= performance.now();
        if (++made > count) break;
      }
      return performance.now() - first;
    },
  };
});
