/**
 * Does a head continue repetitions, whatever the text? A row of random tokens, given twice (Olsson et al. 2022): in the
 * second half an induction head looks at what followed the same token in the first. Nothing else could predict it.
 */
import type { RoleScores } from '../../protocol/explanation';
import type { Kernel } from '../kernel/kernel';
import { forward } from '../model/forward';
import { refuseBothWays } from '../model/bothWays';
import type { LoadedModel } from '../model/load';
import { seededRandom } from '../../shared/random';
import { scoresOf } from '../trace/roles';
import { Trace } from '../trace/trace';

/** Tokens in the row, and the seed that draws them unless another is given; the same for every model. */
export const PROBE = { length: 64, seed: 7 } as const;

/** By the kernel, which is a loaded model's own. */
const known = new WeakMap<Kernel, Promise<RoleScores[]>>();

/**
 * Induction and previous-token scores on the probe; computed once per loaded model, which costs a run of its tokens. What
 * failed for one who asked (cancelled, no memory) is tried again by the others, and may be later. Throws as forward, and
 * Problem both-ways.
 */
export async function probe(model: LoadedModel): Promise<RoleScores[]> {
  const { kernel } = model;
  for (;;) {
    const begun = known.get(kernel);
    const scores = begun ?? runProbe(model);
    known.set(kernel, scores);
    try {
      return await scores;
    } catch (thrown) {
      if (known.get(kernel) === scores) known.delete(kernel);
      if (!begun) throw thrown;
    }
  }
}

async function runProbe(model: LoadedModel): Promise<RoleScores[]> {
  refuseBothWays(model.config);
  const ids = probeIds(model);
  const before = ids.length - 2 * PROBE.length;
  const trace = new Trace(model.config, model.kernel, ids.length);
  try {
    await forward(model, trace, ids);
    // The first token of the second half is new to nobody: it has a copy, so all of the half counts.
    const second = Array.from({ length: PROBE.length }, (_, i) => before + PROBE.length + i);
    return [
      ...scoresOf(
        trace,
        'induction',
        second.map((query) => ({ query, keys: [query - PROBE.length + 1] })),
      ),
      ...scoresOf(
        trace,
        'previous-token',
        second.map((query) => ({ query, keys: [query - 1] })),
      ),
    ];
  } finally {
    trace.release();
  }
}

/** BOS where the model wants one, then the row twice. All tokens stand for text and, where there are enough, differ. */
export function probeIds({ tokenizer }: LoadedModel, seed: number = PROBE.seed): number[] {
  const random = seededRandom(seed);
  const row: number[] = [];
  for (let tries = 0; row.length < PROBE.length; tries++) {
    const id = Math.floor(random() * tokenizer.vocabSize);
    const usable = tokenizer.bytesOf(id).length > 0 && !row.includes(id);
    // A tiny vocabulary has to repeat itself.
    if (usable || tries > 100 * PROBE.length) row.push(id);
  }
  const { bosId } = tokenizer;
  return [...(tokenizer.addBos && bosId !== undefined ? [bosId] : []), ...row, ...row];
}
