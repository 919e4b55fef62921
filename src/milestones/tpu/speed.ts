/** How fast the engine's kernels are at each precision, one thread, on this machine now. */
import { generate } from '../../engine/generate';
import { forward } from '../../engine/model/forward';
import type { Model } from '../../engine/model/model';
import { Trace } from '../../engine/trace/trace';
import { median } from '../../shared/statistics';
import { generationSpeed, PRECISIONS, promptSpeed } from './options';

const ROUNDS = 5;
const GENERATED = 16;
/** Tokens before the generated ones. */
const BEHIND = 32;

/** Tokens a second, by name; the precisions take turns, so that a busy moment meets them all. `models` by PRECISIONS. */
export async function speeds(
  models: readonly Model[],
  ids: readonly number[],
  pause: () => Promise<void>,
): Promise<Record<string, number>> {
  const prompt = models.map((): number[] => []);
  const generation = models.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, model] of models.entries()) {
      const trace = new Trace(model.config, model.kernel, ids.length, { keepResidual: false });
      const started = performance.now();
      await forward(model, trace, ids);
      prompt[at].push(performance.now() - started);
      trace.release();

      let first = 0;
      await generate(model, ids.slice(0, BEHIND), {
        maxTokens: GENERATED + 1,
        // The prompt, and the first token with it, is not what is measured.
        onToken: () => void (first ||= performance.now()),
      });
      generation[at].push((performance.now() - first) / GENERATED);
      await pause();
    }
  }
  return Object.fromEntries(
    PRECISIONS.flatMap((precision, at) => [
      [promptSpeed(precision), (1000 * ids.length) / median(prompt[at])],
      [generationSpeed(precision), 1000 / median(generation[at])],
    ]),
  );
}
