/** Lists of edits: whether they fit the model, what one layer has to do, and how much of an earlier run they leave valid. */
import type { EdgeEdit, Edit, StreamEdit, TokenRange } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import { Problem } from '../../protocol/problem';
import type { ModelConfig } from './config';

export type EditAt<Site extends Edit['site'], E = Edit> = E extends { site: infer Own }
  ? Site extends Own
    ? E & { site: Site }
    : never
  : never;

/** The edits of that site that act in this layer. */
export function editsAt<Site extends Edit['site']>(edits: readonly Edit[], site: Site, layer: number): EditAt<Site>[] {
  return edits.filter(
    (edit): edit is EditAt<Site> => edit.site === site && (!('layer' in edit) || (edit.layer ?? layer) === layer),
  );
}

/** Those of the stream that goes into this layer; behind the last one: into the one that would follow. */
export function streamEdits(edits: readonly Edit[], layer: number): StreamEdit[] {
  return edits.filter((edit): edit is StreamEdit => inStream(edit) && streamLayer(edit) === layer);
}

export const inStream = (edit: Edit): edit is StreamEdit => edit.site === 'resid_pre' || edit.site === 'resid_post';
const streamLayer = ({ site, layer }: StreamEdit): number => (site === 'resid_post' ? layer + 1 : layer);

/** The tokens of an edit that names none: all of them. */
export const EVERY_TOKEN: TokenRange = { from: 0, to: Infinity };

export const isIn = (token: number, { from, to }: TokenRange = EVERY_TOKEN): boolean => token >= from && token < to;

/** Edges as a kernel's `EdgeCuts` wants them; undefined when there are none. */
export function cutsOf(cuts: readonly EdgeEdit[], heads: number): Int32Array | undefined {
  if (cuts.length === 0) return undefined;
  return Int32Array.from(
    cuts.flatMap(({ head, dst, src }) => [
      head ?? 0,
      head === undefined ? heads : head + 1,
      dst.from,
      Math.min(dst.to, 0x7fffffff),
      src.from,
      Math.min(src.to, 0x7fffffff),
    ]),
  );
}

/** What of an earlier run is still right: rows below `row` everywhere, and every row of the layers below `layer`. */
export interface Unchanged {
  row: number;
  layer: number;
}

/**
 * What differs between two lists of edits begins here; both infinite when they say the same. Layer −1: even the stream that
 * went into the first layer is another, and the run begins at the embedding.
 */
export function firstDifference(before: readonly Edit[], after: readonly Edit[], layers: number): Unchanged {
  const [old, now] = [before, after].map((edits) => new Map(edits.map((edit) => [printEdit(edit), edit])));
  const first: Unchanged = { row: Infinity, layer: Infinity };
  for (const [one, other] of [
    [old, now],
    [now, old],
  ]) {
    for (const [text, edit] of one) {
      if (other.has(text)) continue;
      first.layer = Math.min(first.layer, layerOf(edit), layers - 1);
      first.row = Math.min(first.row, rangesOf(edit)[0]?.from ?? 0);
    }
  }
  // The old run's stream at an edit of the stream is the edited one: what is there without it comes from the layer below.
  while (streamEdits(before, first.layer).length > 0) first.layer--;
  return first;
}

/** The first layer that an edit acts in; −1: before them all. */
export function layerOf(edit: Edit): number {
  if (edit.site === 'tokens') return -1;
  return inStream(edit) ? streamLayer(edit) : (edit.layer ?? 0);
}

/** Throws Problem edit-invalid, which says what does not fit the model: nothing is passed over. */
export function checkEdits(edits: readonly Edit[], config: ModelConfig): void {
  for (const edit of edits) {
    if (edit.site === 'tokens') refuse(`${printEdit(edit)}: another token is another text, which is run as such.`);
    if (edit.layer !== undefined) checkWithin(edit.layer, config.layers, 'layer');
    for (const range of rangesOf(edit)) checkRange(range);
    const shapes = edit.layer === undefined ? config.shapes : [config.shapes[edit.layer]];
    for (const shape of shapes) checkIndices(edit, shape);
  }
}

function checkIndices(edit: Edit, { mixer, feedForward }: ModelConfig['shapes'][number]): void {
  const within = (index: number, count: number, what: string): void =>
    checkWithin(index, count, what, 'layer' in edit && edit.layer !== undefined ? `layer ${edit.layer}` : 'the model');
  switch (edit.site) {
    case 'write':
      if (mixer.kind === 'attention')
        refuse(`Layer ${edit.layer} has attention and no state to write into: cut edges there.`);
      if (edit.head !== undefined) within(edit.head, mixer.heads, 'head');
      break;
    case 'pattern':
      if (mixer.kind !== 'attention') {
        if (edit.layer === undefined) break; // acts where there is attention
        refuse(`Layer ${edit.layer} has no attention: it has no edges to cut, but writes to skip.`);
      }
      if (edit.head !== undefined) within(edit.head, mixer.heads, 'head');
      break;
    case 'z':
      if (edit.head !== undefined) within(edit.head, mixer.heads, 'head');
      break;
    case 'expert':
      within(edit.expert, feedForward.experts, 'expert');
      if (edit.do === 'swap') within(edit.to, feedForward.experts, 'expert');
      break;
    case 'neuron':
      if (edit.expert === 'shared') {
        within(edit.neuron, feedForward.sharedHidden, 'neuron of a shared expert');
        break;
      }
      if (edit.expert !== undefined) within(edit.expert, feedForward.experts, 'expert');
      else if (feedForward.experts > 0) refuse('The layer has experts: name a neuron as expert.neuron.');
      within(edit.neuron, feedForward.hidden, 'neuron');
      break;
    case 'mlp_out':
      if (feedForward.hidden === 0) refuse(`Layer ${edit.layer} has no feed-forward network.`);
  }
}

/** Its positions; an edge's queries first. */
export function rangesOf(edit: Edit): TokenRange[] {
  if (edit.site === 'tokens') return [{ from: edit.pos, to: edit.pos + 1 }];
  if (edit.site === 'pattern') return [edit.dst, edit.src];
  return edit.pos ? [edit.pos] : [];
}

/** `owner`: whose they are; layers of one model may have different numbers of them. */
function checkWithin(index: number, count: number, what: string, owner = 'the model'): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    refuse(
      count === 0
        ? `There is no ${what} ${index}: ${owner} has none.`
        : `There is no ${what} ${index}; ${owner} has ${count}, 0 to ${count - 1}.`,
    );
  }
}

function checkRange({ from, to }: TokenRange): void {
  if (!(Number.isInteger(from) && from >= 0 && (Number.isInteger(to) || to === Infinity) && to > from)) {
    refuse(`Tokens ${from} to ${to} are not a range.`);
  }
}

export function refuse(message: string): never {
  throw new Problem('edit-invalid', message);
}
