/**
 * Two texts of as many tokens, one prediction: what of the one run, put into the other, brings its answer along? Denoising
 * puts the clean run's vector into the corrupted run, noising the other way round (Meng et al. 2022; Heimersheim & Nanda 2024).
 */
import type { Edit, HeadEdit, StreamEdit } from '../../protocol/edit';
import { Problem } from '../../protocol/problem';
import { printEdit } from '../../protocol/editText';
import type { DifferingToken, PatchedTexts, Patching, PatchSite } from '../../protocol/patching';
import { replaceTokens, split } from '../interventions';
import { takeDonors } from '../model/takeDonors';
import { HEAD_TOP } from '../kernel/kernel';
import { forward } from '../model/forward';
import { headRows, type HeadRows } from '../model/head';
import type { LoadedModel } from '../model/load';
import { logitsAt, logitsOfOne, topIds } from '../model/logits';
import { rerun } from '../model/rerun';
import { hasNetwork } from '../model/shape';
import { sideBySide } from '../model/sideBySide';
import { namedToken } from '../tokenizer/namedToken';
import { Trace } from '../trace/trace';

/** A gap between the two answers below this, in logits, has no shares. */
const LEAST_GAP = 0.1;

/** The names under which the runs stand in the edits. */
const [CLEAN, CORRUPTED] = ['clean', 'corrupted'];

export interface PatchOptions {
  site: PatchSite;
  /** Both when left out; another is empty in the answer. */
  ways?: readonly (keyof Patching['patched'])[];
  target?: number;
  foil?: number;
  pause?: () => Promise<void> | void;
  progress?: (share: number) => void;
}

/**
 * Costs a re-run for each cell and way; of a model larger than memory these share its passes. Both runs without edits, with their streams. The answer is read after the last token; without `target` and `foil` the
 * likeliest of either run. Throws Problem edit-invalid for texts that do not align, and as rerun.
 */
export async function patching(
  model: LoadedModel,
  clean: Trace,
  corrupted: Trace,
  { site, ways = ['denoising', 'noising'], target, foil, pause, progress = () => {} }: PatchOptions,
): Promise<Patching> {
  const tokens = clean.ids.length;
  checkAligned(tokens, corrupted.ids.length);
  const first = clean.ids.findIndex((id, i) => id !== corrupted.ids[i]);
  if (first < 0) throw new Problem('edit-invalid', 'The texts have the same tokens: there is nothing to patch.');
  const last = tokens - 1;
  const [cleanLogits, corruptedLogits] = [await logitsAt(model, clean, last), await logitsAt(model, corrupted, last)];
  const a = target ?? topIds(cleanLogits, 1)[0];
  const b = foil ?? topIds(corruptedLogits, 2).find((id) => id !== a)!;
  const difference = (logits: Float32Array): number => logits[a] - logits[b];
  const [cleanD, corruptedD] = [difference(cleanLogits), difference(corruptedLogits)];

  const cells = cellsOf(model, site, first, tokens);
  const { embedding: d } = model.config;
  const patched = { denoising: [] as number[], noising: [] as number[] };
  let done = 0;
  for (const [how, base, from] of [
    ['denoising', corrupted, CLEAN],
    ['noising', clean, CORRUPTED],
  ] as const) {
    if (!ways.includes(how)) continue;
    const edits = cells.map((cell): Edit => ({ ...cell, do: 'from', source: from, sourcePos: cell.pos!.from }));
    const sources = { byName: (name: string) => (name === CLEAN ? clean : corrupted).ids };
    const donors = await takeDonors(model, base.ids, edits, sources, { afterChunk: pause });
    const run = (edit: Edit) => async (on: LoadedModel) => {
      const trace = await rerun(on, base, { edits: [edit], donors, afterChunk: pause });
      try {
        const x = trace.final.slice(last * d, d);
        return (await logitsOfOne(on, a, x, 1, pause))[0] - (await logitsOfOne(on, b, x, 1, pause))[0];
      } finally {
        trace.release();
        progress(++done / (ways.length * cells.length));
      }
    };
    patched[how] = await sideBySide(model, edits.map(run));
  }
  const gap = cleanD - corruptedD;
  const shares = (values: number[], from: number, sign: number): (number | null)[] =>
    values.map((value) => (Math.abs(gap) < LEAST_GAP ? null : (sign * (value - from)) / gap));
  return {
    target: namedToken(model.tokenizer, a),
    foil: namedToken(model.tokenizer, b),
    firstDifference: first,
    sites: cells.map((cell) => ({
      edit: printEdit({ ...cell, do: 'from', source: CLEAN, sourcePos: cell.pos!.from }),
      layer: cell.layer,
      ...(cell.site === 'z' && { head: cell.head }),
      position: cell.pos!.from,
    })),
    clean: cleanD,
    corrupted: corruptedD,
    patched,
    normalised: { denoising: shares(patched.denoising, corruptedD, 1), noising: shares(patched.noising, cleanD, -1) },
  };
}

/** The clean run's text with other tokens as the corrupted one. Throws as `patching`, and for edits that are none of tokens. */
export async function patchingOfTokens(
  model: LoadedModel,
  clean: Trace,
  edits: readonly Edit[],
  options: PatchOptions,
): Promise<PatchedTexts> {
  const { replaced, acting } = split(edits);
  if (acting.length > 0) throw interventions();
  const tokens = clean.ids.map((id) => ({ id, start: 0, end: 0 }));
  const ids = replaceTokens(model, tokens, replaced).map(({ id }) => id);
  return patchedTexts(model, clean, ids, options);
}

/** Another text as the corrupted run. Throws as `patching`. */
export async function patchingOfText(
  model: LoadedModel,
  clean: Trace,
  text: string,
  options: PatchOptions,
): Promise<PatchedTexts> {
  const { tokenizer } = model;
  const ids = tokenizer.encode(text, { bos: tokenizer.addBos }).map(({ id }) => id);
  checkAligned(clean.ids.length, ids.length); // before a text of any length is run
  return patchedTexts(model, clean, ids, options);
}

async function patchedTexts(
  model: LoadedModel,
  clean: Trace,
  ids: readonly number[],
  options: PatchOptions,
): Promise<PatchedTexts> {
  if (clean.edits.length > 0) throw interventions();
  const corrupted = new Trace(model.config, model.kernel, ids.length);
  try {
    await forward(model, corrupted, ids, { afterChunk: options.pause });
    const found = await patching(model, clean, corrupted, options);
    return {
      ...found,
      differences: await differencesOf(model, clean, corrupted, found.firstDifference, options.pause),
    };
  } finally {
    corrupted.release();
  }
}

const interventions = (): Problem =>
  new Problem('edit-invalid', 'Two texts are compared as the model reads them: take the interventions away.');

/** What stands at each place of two texts of as many tokens from `first` on, how expected it was, and what is expected next. */
async function differencesOf(
  model: LoadedModel,
  clean: Trace,
  corrupted: Trace,
  first: number,
  pause?: () => Promise<void> | void,
): Promise<DifferingToken[]> {
  const [one, other] = [await headRows(model, clean, pause), await headRows(model, corrupted, pause)];
  const there = ({ ids }: Trace, rows: HeadRows, position: number): DifferingToken['clean'] => ({
    text: model.tokenizer.labelOf(ids[position]),
    logProbability: position === 0 ? null : rows.logProbabilities[position - 1],
    next: model.tokenizer.labelOf(rows.ids[position * HEAD_TOP]),
  });
  return clean.ids
    .map((_, position) => ({
      position,
      clean: there(clean, one, position),
      corrupted: there(corrupted, other, position),
    }))
    .slice(first);
}

function checkAligned(tokens: number, others: number): void {
  if (others === tokens) return;
  throw new Problem(
    'edit-invalid',
    `The texts do not align: ${tokens} tokens against ${others}. A patch needs as many in both.`,
  );
}

type Cell = Pick<HeadEdit, 'site' | 'layer' | 'head' | 'pos'> | Pick<StreamEdit, 'site' | 'layer' | 'pos'>;

/** Of the layers that have the site, from the first token that differs on: before it the runs are the same. */
function cellsOf({ config }: LoadedModel, site: PatchSite, first: number, tokens: number): Cell[] {
  const cells: Cell[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    if (site === 'mlp_out' && !hasNetwork(config.shapes[layer])) continue;
    const heads = site === 'z' ? config.shapes[layer].mixer.heads : 1;
    for (let head = 0; head < heads; head++) {
      for (let from = first; from < tokens; from++) {
        const pos = { from, to: from + 1 };
        cells.push(site === 'z' ? { site, layer, head, pos } : { site, layer, pos });
      }
    }
  }
  return cells;
}
