/** What else a cut does, measures that are not linear: divergence of the whole prediction, and whether another token leads. */
import type { Edit } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import type { Outcome } from '../../protocol/receipts';
import { divergence } from '../../shared/softmax';
import { editedRun } from '../interventions';
import type { LoadedModel } from '../model/load';
import { logProbabilities, outputLogits, topIds } from '../model/logits';
import { normalize } from '../model/normalize';
import { sideBySide } from '../model/sideBySide';
import type { Taps } from '../model/rows';
import { namedToken } from '../tokenizer/namedToken';
import { totalsOfEdits, type Totals } from './totals';

/** Rows whose logits are there at once: vocabularies can be large. More where each look reads the output matrix anew. */
const [ABREAST, ABREAST_PER_READ] = [8, 64];

export interface OutcomeCut {
  edit: Edit;
  /** First layer that it acts in. */
  layer: number;
}

/** A row of a batch; the first is cut nowhere (null). */
interface Row {
  cut: OutcomeCut | null;
  stream: Float32Array; // [embedding], behind the last layer
}

/** KL(clean ‖ edited) in nats at the query, and the likeliest token, of each cut. Costs `totalsOfEdits` for each layer with cuts, and the output matrix for every few. */
export async function outcomesOf(on: Totals, cuts: readonly OutcomeCut[]): Promise<Outcome[]> {
  const { embedding: d } = on.model.config;
  const jobs = [...new Set(cuts.map((cut) => cut.layer))].map((layer) => async (model: LoadedModel): Promise<Row[]> => {
    const own = cuts.filter((cut) => cut.layer === layer);
    const rows: Row[] = [];
    let at = 0;
    const taps: Taps = {
      last(x, { n }) {
        const all = x.f32;
        for (let row = 0; row < n; row++) {
          rows.push({ cut: row === 0 ? null : own[at++], stream: all.slice(row * d, (row + 1) * d) });
        }
      },
    };
    const edits = own.map(({ edit }) => [edit]);
    await totalsOfEdits({ ...on, model }, layer, edits, { taps });
    return rows;
  });
  const rows = (await sideBySide(on.model, jobs)).flat();
  const found = new Map<OutcomeCut, Outcome>();
  let clean: { logits: Float32Array; likeliest: number } | undefined;
  await eachLogits(on, rows, (logits, { cut }) => {
    const [likeliest] = topIds(logits, 1);
    if (cut === null || !clean) return void (clean = { logits, likeliest });
    found.set(cut, {
      edit: printEdit(cut.edit),
      kl: divergence(clean.logits, logits),
      likeliest: namedToken(on.model.tokenizer, likeliest),
      flips: likeliest !== clean.likeliest,
      loss: null,
    });
  });
  return cuts.map((cut) => found.get(cut)!);
}

/** How many nats more surprising the whole text is under each cut: one run of the rows from it on for each. */
export async function textLosses(on: Totals, cuts: readonly OutcomeCut[]): Promise<number[]> {
  const { model, trace, pause } = on;
  const total = (logprobs: Float32Array): number => logprobs.subarray(1).reduce((sum, one) => sum - one, 0);
  const clean = total(await logProbabilities(model, trace, pause));
  const lossOf =
    ({ edit }: OutcomeCut) =>
    async (own: LoadedModel) => {
      const edited = await editedRun(own, trace.ids, [edit], { clean: trace, afterChunk: pause });
      try {
        return total(await logProbabilities(own, edited, pause)) - clean;
      } finally {
        edited.release();
      }
    };
  return sideBySide(model, cuts.map(lossOf));
}

/** Logits of each of some rows, a copy, in their order. */
async function eachLogits(
  { model, pause }: Totals,
  rows: readonly Row[],
  use: (logits: Float32Array, row: Row) => void,
): Promise<void> {
  const { kernel, weights, config } = model;
  const { embedding: d } = config;
  const { words, whole } = weights.output;
  const abreast = Math.min(whole ? ABREAST : ABREAST_PER_READ, rows.length);
  const [x, out] = [kernel.alloc(abreast * d), kernel.alloc(abreast * words)];
  try {
    for (let first = 0; first < rows.length; first += abreast) {
      const own = rows.slice(first, first + abreast);
      const into = x.f32;
      own.forEach(({ stream }, i) => into.set(stream, i * d));
      normalize(model, x, x, weights.outputNorm, own.length, d);
      await outputLogits(model, out, x, own.length, pause);
      own.forEach((row, i) => use(out.f32.slice(i * words, (i + 1) * words), row));
    }
  } finally {
    kernel.free(x);
    kernel.free(out);
  }
}
