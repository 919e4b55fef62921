/**
 * Vectors that edits put in place of the model's own: the mean over the text, another token's, those of another run. They are
 * taken from unedited runs before the edited one begins, so that what several edits give does not depend on their order.
 */
import type { Edit, HeadEdit, PatchSource, StreamEdit } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import { othersByChance, seededRandom } from '../../shared/random';
import type { Buf } from '../kernel/kernel';
import { Trace } from '../trace/trace';
import type { Donor, Donors } from './donors';
import { EVERY_TOKEN, refuse } from './edits';
import { forward, type Hooks } from './forward';
import type { Model } from './model';
import type { Taps } from './rows';

export interface Sources {
  /** Tokens of a text that a patch names. */
  byName?: (name: string) => readonly number[] | undefined;
  /** A kept trace by its number; throws Problem trace-gone. */
  byId?: (id: number) => Trace;
}

type Placed = HeadEdit | StreamEdit;

/**
 * One more run for the text itself, and one for every text that is patched from; none where no edit asks for it. `ids`: the
 * tokens that the edits are about. Throws Problem edit-invalid for a source that is not there or too short, and as forward.
 */
export async function takeDonors(
  model: Model,
  ids: readonly number[],
  edits: readonly Edit[],
  sources: Sources = {},
  hooks: Pick<Hooks, 'afterChunk'> = {},
): Promise<Donors> {
  const donors = new Map<Edit, Donor>();
  const own = edits.filter(ofOwnText);
  if (own.length > 0) {
    const seen = await watch(model, { ids }, own, hooks);
    for (const edit of own) donors.set(edit, ownDonor(edit, seen, ids.length));
  }
  const patches = edits.filter(isPatch);
  for (const named of new Set(patches.map(({ source }) => source))) {
    const here = patches.filter((edit) => edit.source === named);
    const source = sourceOf(here[0], sources);
    for (const edit of here) checkReach(edit, ids.length, source.ids.length);
    const seen = await watch(model, source, here, hooks);
    for (const edit of here) donors.set(edit, patchDonor(edit, seen, source.ids.length));
  }
  return donors;
}

const ofOwnText = (edit: Edit): boolean =>
  edit.do === 'mean' || edit.do === 'resample' || (edit.site === 'pattern' && edit.do === 'swap');

const isPatch = (edit: Edit): edit is Placed & PatchSource => edit.do === 'from';

/** A run that is watched: its tokens, and what it does otherwise than the model would. */
type Watched = { readonly ids: readonly number[] } & Partial<Pick<Trace, 'edits' | 'donors'>>;

function sourceOf(edit: Placed & PatchSource, { byName, byId }: Sources): Watched {
  const { source } = edit;
  if (typeof source === 'number') return byId?.(source) ?? refuse(`${printEdit(edit)}: no run #${source} is kept.`);
  const ids = byName?.(source) ?? refuse(`${printEdit(edit)}: the text “${source}” has not been run.`);
  return { ids: [...ids] };
}

/** Throws Problem edit-invalid where the patch reads behind the source's end. */
function checkReach(edit: Placed & PatchSource, tokens: number, sourceTokens: number): void {
  const { from, to } = edit.pos ?? EVERY_TOKEN;
  const end = edit.sourcePos + Math.min(to, tokens) - from;
  if (end <= sourceTokens) return;
  refuse(`The patch reads tokens ${edit.sourcePos} to ${end} of a text that has ${sourceTokens}: ${printEdit(edit)}.`);
}

/** Behind the text, where it goes on, too; throws Problem edit-invalid where the source has ended. */
function patchDonor(edit: Placed & PatchSource, seen: Seen, tokens: number): Donor {
  const rows = seen.at(edit, edit.layer);
  const width = rows.length / tokens;
  const shift = edit.sourcePos - (edit.pos ?? EVERY_TOKEN).from;
  return (position) => {
    const at = position + shift;
    if (at >= tokens) refuse(`The patch reads token ${at} of a text that has ${tokens}: ${printEdit(edit)}.`);
    return rows.subarray(at * width, (at + 1) * width);
  };
}

function ownDonor(edit: Edit, seen: Seen, tokens: number): Donor {
  if (edit.do !== 'resample') {
    const means = new Map<number, Float32Array>();
    return (_, layer) => {
      const mean = means.get(layer) ?? meanRow(seen.at(edit, layer), tokens);
      means.set(layer, mean);
      return mean;
    };
  }
  if (tokens < 2) refuse(`${printEdit(edit)}: the text has no other token.`);
  const others = othersByChance(edit.seed, tokens);
  return (position, layer) => {
    const rows = seen.at(edit, layer);
    const width = rows.length / tokens;
    // Behind the text, where it goes on, every token of it is another.
    const other = others[position] ?? Math.floor(seededRandom(edit.seed + position)() * tokens);
    return rows.subarray(other * width, (other + 1) * width);
  };
}

/** rows[tokens][width] → [width] */
export function meanRow(rows: Float32Array, tokens: number): Float32Array {
  const width = rows.length / tokens;
  return Float32Array.from({ length: width }, (_, i) => {
    let sum = 0;
    for (let token = 0; token < tokens; token++) sum += rows[token * width + i];
    return sum / tokens;
  });
}

interface Seen {
  /** What a run computed where an edit acts: [tokens][width]. */
  at(edit: Edit, layer: number): Float32Array;
}

/** Runs the tokens once and keeps what happens where the edits act. */
async function watch(
  model: Model,
  { ids, edits, donors }: Watched,
  asked: readonly Edit[],
  hooks: Pick<Hooks, 'afterChunk'>,
): Promise<Seen> {
  const { config, kernel } = model;
  const { layers } = config;
  const kept = new Map<string, Float32Array>();
  const wanted = new Set(asked.flatMap((edit) => layersOf(edit, layers).map((layer) => placeOf(edit, layer))));
  const keep = (
    place: string,
    buf: Buf,
    first: number,
    n: number,
    perRow: number,
    from: number,
    width: number,
  ): void => {
    if (!wanted.has(place)) return;
    const rows = kept.get(place) ?? new Float32Array(ids.length * width);
    kept.set(place, rows);
    const numbers = buf.f32;
    for (let i = 0; i < n; i++) {
      rows.set(numbers.subarray(i * perRow + from, i * perRow + from + width), (first + i) * width);
    }
  };
  const d = config.embedding;
  const taps: Taps = {
    stream: (layer, x, { first, n }) => keep(`stream ${layer}`, x, first, n, d, 0, d),
    heads: (layer, mixed, { first, n }) => {
      const { heads, headDim } = config.shapes[layer].mixer;
      for (let head = 0; head < heads; head++) {
        keep(`z ${layer} ${head}`, mixed, first, n, heads * headDim, head * headDim, headDim);
      }
    },
    attended: (layer, { v }, { first, n }) => {
      const { mixer } = config.shapes[layer];
      if (mixer.kind !== 'attention') return;
      const { kvHeads, headDim } = mixer;
      keep(`v ${layer}`, v, first, n, kvHeads * headDim, 0, kvHeads * headDim);
    },
    updated: (site, layer, update, { first, n }) => keep(`${site} ${layer}`, update, first, n, d, 0, d),
    last: (x, { first, n }) => keep(`stream ${layers}`, x, first, n, d, 0, d),
  };
  const trace = new Trace(config, kernel, ids.length, { edits, donors, keepResidual: false, keepQueries: false });
  try {
    await forward(model, trace, ids, { taps, ...hooks });
  } finally {
    trace.release();
  }
  return { at: (edit, layer) => kept.get(placeOf(edit, layer))! };
}

const layersOf = (edit: Edit, layers: number): number[] =>
  'layer' in edit && edit.layer !== undefined ? [edit.layer] : Array.from({ length: layers }, (_, layer) => layer);

/** Name of the place where an edit acts in a layer. */
function placeOf(edit: Edit, layer: number): string {
  switch (edit.site) {
    case 'pattern':
      return `v ${layer}`;
    case 'z':
      return `z ${layer} ${edit.head}`;
    case 'resid_pre':
      return `stream ${layer}`;
    case 'resid_post':
      return `stream ${layer + 1}`;
    default:
      return `${edit.site} ${layer}`;
  }
}
