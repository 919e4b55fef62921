/** How the bundled model spreads a text over its experts. */
import { forward } from '../../engine/model/forward';
import type { LoadedModel } from '../../engine/model/load';
import { Trace } from '../../engine/trace/trace';
import type { SelectedText } from '../../protocol/milestones';
import { variation } from './learn';
import type { BundledLoad } from './options';

/** Where nothing is selected. */
const SAMPLE = `The router reads one token and sends it to two experts of sixty-four. The other experts rest.
// Counts how often each expert is chosen.
export function countChoices(ids: readonly number[], experts: number): number[] {
  const load = new Array<number>(experts).fill(0);
  for (const id of ids) load[id] += 1;
  return load;
}
路由器读一个词元，把它交给六十四个专家中的两个，其余的专家休息。
Question: Tom has 5 apples. Tom buys 3 more. How many apples does Tom have now?
Steps:
Tom buys 3 more: 5 + 3 = 8
#### 8
`;

/** Enough to see a load, and read in about a second. */
const MOST_TOKENS = 512;

/** null for a dense model. The text is cut after so many tokens. */
export async function bundledLoad(model: LoadedModel, selection: SelectedText | null): Promise<BundledLoad | null> {
  const { config, kernel, tokenizer } = model;
  if (config.experts === 0) return null;
  const chosen = selection !== null && selection.text.trim() !== '' ? selection : null;
  const all = tokenizer.encode(chosen?.text ?? SAMPLE, { bos: tokenizer.addBos });
  const ids = all.slice(0, MOST_TOKENS).map(({ id }) => id);
  const trace = new Trace(config, kernel, ids.length, { keepResidual: false });
  try {
    await forward(model, trace, ids);
    const load = trace.layers.map(({ router }) => {
      const counts = new Array<number>(config.experts).fill(0);
      const choices = router!.ids.i32.subarray(0, ids.length * config.expertsUsed);
      for (const expert of choices) counts[expert] += 1 / choices.length;
      return counts;
    });
    const { experts, expertsUsed: used } = config;
    return {
      title: chosen?.title ?? null,
      tokens: ids.length,
      experts,
      used,
      load,
      variation: load.map(variation),
      chance: chanceVariation(ids.length, experts, used),
    };
  } finally {
    trace.release();
  }
}

/**
 * Root mean square coefficient of variation of the load when each token draws `used` different experts by lot: a count is
 * binomial with share used / experts, so its relative variance is (experts − used) / (used · tokens).
 */
export function chanceVariation(tokens: number, experts: number, used: number): number {
  return Math.sqrt((experts - used) / (used * tokens));
}
