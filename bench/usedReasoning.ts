/**
 * Is the reasoning used? Rates of each way in which steps are changed, for every model named, on fresh problems that it
 * solves (src/reasoning/ablation/usedReasoning.ts). Run by usedReasoning.mjs.
 */
import type { AlteredRow } from '../src/protocol/reasoning';
import { usedReasoning } from '../src/reasoning/ablation/usedReasoning';
import { loadReasoner } from '../src/reasoning/solve/load.node';

const percent = (share: number): string => `${Math.round(100 * share)}`;

export async function main(file: string, count: number, steps: number, seed: number): Promise<AlteredRow[]> {
  const reasoner = await loadReasoner(file);
  try {
    const options = {
      seed,
      count,
      steps,
      language: 'both' as const,
      onProblem: (): Promise<void> => Promise.resolve(),
    };
    const rows = await usedReasoning(reasoner, options);
    console.log(
      `${reasoner.model.card.name}, ${count} problems of ${steps} ${steps === 1 ? 'step' : 'steps'}, seed ${seed}`,
    );
    console.log('| changed | solved | as before, % | as implied, % | another, % |\n|---|---|---|---|---|');
    for (const { altered, trials, same, implied, other } of rows) {
      const cells = [same, implied, other].map(({ count: of, interval: [low, high] }) =>
        trials === 0 ? '–' : `${of} of ${trials} [${percent(low)}, ${percent(high)}]`,
      );
      console.log(`| ${altered} | ${trials} | ${cells.join(' | ')} |`);
    }
    const [{ after = [] }] = rows;
    console.log(`as before after 0, 1, … steps: ${after.map(({ same, trials: of }) => `${same} of ${of}`).join(', ')}`);
    return rows;
  } finally {
    reasoner.model.kernel.close();
  }
}
