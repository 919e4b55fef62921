/** What else a cut does, measures that are not linear: divergence of the whole prediction, and whether another token leads. */
import type { Edit } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import type { Outcome } from '../../protocol/receipts';
import { logSumExp } from '../../shared/softmax';
import { editedRun } from '../interventions';
import { logProbabilities, outputLogits, topIds } from '../model/logits';
import { normalize } from '../model/normalize';
import type { Taps } from '../model/rows';
import { namedToken } from '../tokenizer/namedToken';
import { totalsOfEdits, type Totals } from './totals';

/** Rows whose logits are there at once: vocabularies can be large. */
const ABREAST = 8;

export interface OutcomeCut {
  edit: Edit;
  /** First layer that it acts in. */
  layer: number;
}

/** KL(clean ‖ edited) in nats at the query, and the likeliest token, of each cut. */
export async function outcomesOf(on: Totals, cuts: readonly OutcomeCut[]): Promise<Outcome[]> {
  const found = new Map<OutcomeCut, Outcome>();
  for (const layer of new Set(cuts.map((cut) => cut.layer))) {
    const own = cuts.filter((cut) => cut.layer === layer);
    let at = 0;
    const taps: Taps = {
      last(x, { n }) {
        let clean: Spread | undefined;
        eachLogits(on, x.f32.slice(0, n * on.model.config.embedding), n, (logits) => {
          const here = spread(logits);
          clean ??= here;
          // The first row of a batch is cut nowhere.
          if (here === clean) return;
          const { edit } = own[at];
          found.set(own[at++], {
            edit: printEdit(edit),
            kl: divergence(clean, here),
            likeliest: namedToken(on.model.tokenizer, here.likeliest),
            flips: here.likeliest !== clean.likeliest,
            loss: null,
          });
        });
      },
    };
    await totalsOfEdits(
      on,
      layer,
      own.map(({ edit }) => [edit]),
      { taps },
    );
  }
  return cuts.map((cut) => found.get(cut)!);
}

/** How many nats more surprising the whole text is under each cut: one run of the rows from it on for each. */
export async function textLosses(on: Totals, cuts: readonly OutcomeCut[]): Promise<number[]> {
  const { model, trace, pause } = on;
  const total = (logprobs: Float32Array): number => logprobs.subarray(1).reduce((sum, one) => sum - one, 0);
  const clean = total(await logProbabilities(model, trace, pause));
  const losses: number[] = [];
  for (const { edit } of cuts) {
    const edited = await editedRun(model, trace.ids, [edit], { clean: trace });
    try {
      losses.push(total(await logProbabilities(model, edited, pause)) - clean);
    } finally {
      edited.release();
    }
  }
  return losses;
}

interface Spread {
  logits: Float32Array;
  normalizer: number;
  likeliest: number;
}

const spread = (logits: Float32Array): Spread => ({
  logits,
  normalizer: logSumExp(logits),
  likeliest: topIds(logits, 1)[0],
});

function divergence(clean: Spread, edited: Spread): number {
  let sum = 0;
  clean.logits.forEach((logit, id) => {
    const log = logit - clean.normalizer;
    sum += Math.exp(log) * (log - (edited.logits[id] - edited.normalizer));
  });
  // Rounding can take the same prediction a little below.
  return Math.max(0, sum);
}

/** Logits of each row of streams behind the last layer, a copy. */
function eachLogits({ model }: Totals, streams: Float32Array, n: number, use: (logits: Float32Array) => void): void {
  const { kernel, weights, config } = model;
  const { embedding: d } = config;
  const { rows: vocabulary } = weights.output;
  const [x, out] = [kernel.alloc(ABREAST * d), kernel.alloc(ABREAST * vocabulary)];
  try {
    for (let first = 0; first < n; first += ABREAST) {
      const count = Math.min(ABREAST, n - first);
      x.f32.set(streams.subarray(first * d, (first + count) * d));
      normalize(model, x, x, weights.outputNorm, count, d);
      outputLogits(model, out, x, count);
      for (let row = 0; row < count; row++) use(out.f32.slice(row * vocabulary, (row + 1) * vocabulary));
    }
  } finally {
    kernel.free(x);
    kernel.free(out);
  }
}
