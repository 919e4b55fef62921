/** Right answers by tokens spent with many solutions of each problem, as the page shows it as recorded; see moreSamples.mjs. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { defaults } from '../src/milestones/experiment';
import { experimentModels, inputsOf } from '../src/milestones/inputs.node';
import { olympiad } from '../src/milestones/olympiad/experiment';
import { controls } from '../src/milestones/olympiad/options';
import type { ProblemRow } from '../src/protocol/testTime';
import { curvesOf, waysOf } from '../src/reasoning/testTime/tally';

/** Of media/models/index.json. */
interface ModelIndex {
  default: string;
  reasoner: string;
  models: { file: string; sha256: string }[];
}

/** Of all seeds' problems together. Written after every seed: what is done is kept. */
export async function record(file: string, index: ModelIndex, samples: number, seeds: number): Promise<void> {
  const pathOf = (model: string): string => path.resolve('media', 'models', model);
  const { signal } = new AbortController();
  const host = {
    workspace: [],
    selection: null,
    models: { default: pathOf(index.default), reasoner: pathOf(index.reasoner) },
    media: path.resolve('media'),
  };
  const inputs = inputsOf(host, experimentModels(), signal);
  const options = { ...defaults(controls), samples };
  const { scenes, steps } = options;
  const rows: ProblemRow[] = [];
  try {
    for (let seed = 1; seed <= seeds; seed++) {
      const began = performance.now();
      const { result } = await olympiad.run(options, seed, async () => {}, signal, inputs);
      rows.push(...result.rows);
      const [curves, ways] = [curvesOf(rows), waysOf(rows)];
      console.log(`seed ${seed}, ${((performance.now() - began) / 1000).toFixed(0)} s: ${curves.map(({ name, right }) => `${name} ${right.at(-1)!.toFixed(3)}`).join(', ')}`); // prettier-ignore
      const model = index.models.find((each) => each.file === index.reasoner)!.sha256;
      writeFileSync(file, `${JSON.stringify({ model, scenes, steps, samples, seeds: seed, problems: rows.length, curves, ways }, null, 1)}\n`); // prettier-ignore
    }
  } finally {
    inputs.release();
  }
}
