/** Named rightly by 250, 1,000 and 4,000 drawings, as the page shows it as recorded; see moreDrawings.mjs. */
import { writeFileSync } from 'node:fs';
import { visionTransformer } from '../src/milestones/vision-transformer/experiment';
import { CONTENDERS, controls, type Contender } from '../src/milestones/vision-transformer/options';
import { defaults, type Inputs } from '../src/milestones/experiment';

const DRAWINGS = 4000;

/** By each seed, in their order. */
type BySeed = Partial<Record<Contender, number[]>>;

/** Written after every seed: what is done is kept. */
export async function record(file: string, examples: number, seeds: number): Promise<void> {
  const options = { ...defaults(controls), drawings: DRAWINGS, examples };
  const levels: { drawings: number; right: BySeed; known: BySeed }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const began = performance.now();
    const { result } = await visionTransformer.run(options, seed, async () => {}, new AbortController().signal, {} as Inputs); // prettier-ignore
    result.levels.forEach(({ drawings, right, known }, at) => {
      const level = (levels[at] ??= { drawings, right: {}, known: {} });
      for (const contender of CONTENDERS) {
        if (right[contender] !== undefined) (level.right[contender] ??= []).push(right[contender]);
        if (contender !== 'nearest' && known[contender] !== undefined) (level.known[contender] ??= []).push(known[contender]); // prettier-ignore
      }
      console.log(`seed ${seed}, ${drawings} drawings: ${JSON.stringify(right)}, of those learned from ${JSON.stringify(known)}`); // prettier-ignore
    });
    console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`);
    const { tested } = options;
    writeFileSync(file, `${JSON.stringify({ examples, tested, seeds: seed, levels }, null, 2)}\n`);
  }
}
