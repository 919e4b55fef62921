/** The whole receipt of one query: edges, heads and experts cut, ranked, and held against controls. */
import type { EdgeReceipt, JointCut, Outcome, Receipt, ReceiptRequest, StudiedEdges } from '../../protocol/receipts';
import { edgeEdit } from '../../protocol/receipts';
import { Problem } from '../../protocol/problem';
import { refuseBothWays } from '../model/bothWays';
import type { LoadedModel } from '../model/load';
import { edgeNorms } from '../reading/edges';
import type { Trace } from '../trace/trace';
import { namedToken } from '../tokenizer/namedToken';
import { agreement } from './agreement';
import { judge, sinkTokens, takeControls } from './controls';
import { markDisagreement, studiedControls } from './studied';
import { edgeReceipts, edgesOf, rankEdges, sizeOf, type Edge } from './edges';
import { expertEdit, expertReceipts } from './experts';
import { headReceipts } from './heads';
import { neuronEdit, neuronReceipts } from './neurons';
import { outcomesOf, textLosses, type OutcomeCut } from './outcomes';
import { takeQuery, type Query } from './query';
import { routingReceipts, type RoutedCut } from './routing';
import { totalsOfEdits, type Totals } from './totals';

/** Models up to this many parameters have all edges cut; of larger ones the strongest: */
const [ALL_PARAMETERS, STRONGEST] = [50e6, 32];
/** Edges that are cut together, and those whose routing is looked at. */
const [JOINT, ROUTED] = [5, 16];
/** Cuts whose whole prediction is looked at, and those whose whole text. */
const [OUTCOMES, LOSSES] = [64, 8];
/** The share of effects that the rounding of the last product's inputs moves by less than the floor. */
const ROUNDED_BY_LESS = 0.95;

export interface ReceiptOptions {
  pause?: () => Promise<void> | void;
  /** 0 … 1 */
  progress?: (share: number) => void;
  seed?: number;
  /** Whether other queries are cut for comparison (as it is); without, no edge has a percentile. */
  controls?: boolean;
  /** Edges of like weights on other texts, of this model. */
  studied?: StudiedEdges | null;
  /** Whether the strongest cuts are made on the whole text, too: a run for each. */
  losses?: boolean;
}

/**
 * `trace`: a run without edits that keeps its streams. Deterministic for a seed but for `timings`. Costs a row
 * through the layers behind it for each cut, those of one layer together; of a model larger than memory some 20 passes. Throws Problem trace-gone,
 * out-of-memory, internal where there is no such position or token, edit-invalid for an edited run.
 */
export async function receipt(
  model: LoadedModel,
  trace: Trace,
  { position = Math.max(0, trace.ids.length - 2), target, foil }: ReceiptRequest = {},
  {
    pause,
    progress = () => {},
    seed = 1,
    controls: compare = true,
    studied = null,
    losses = false,
  }: ReceiptOptions = {},
): Promise<Receipt> {
  refuseBothWays(model.config);
  refuseEdited(trace);
  const started = performance.now();
  const query = await takeQuery(model, trace, position, { target, foil });
  let distance = 0;
  const rounding: number[] = [];
  const onNoise: Totals['onNoise'] = (own, sizes) => {
    distance = Math.max(distance, own);
    rounding.push(...sizes);
  };
  const on: Totals = { model, trace, query, pause, onNoise };
  const edges = await edgeReceipts(on, chosenEdges(model, query), (share) => progress(0.6 * share));
  rounding.sort((a, b) => a - b);
  const floor = Math.max(distance, rounding[Math.floor(ROUNDED_BY_LESS * (rounding.length - 1))] ?? 0);
  on.onNoise = undefined;
  const edgesMs = performance.now() - started;
  const heads = await headReceipts(on);
  const experts = await expertReceipts(on);
  const neurons = await neuronReceipts(on);
  progress(0.7);

  const controlsStarted = performance.now();
  const sinks = sinkTokens(model, trace);
  const controls = compare
    ? await takeControls(model, trace, { position, sinks, seed, pause }, (share) => progress(0.7 + 0.25 * share))
    : [];
  const controlsMs = performance.now() - controlsStarted;
  rankEdges(edges, floor);
  judge(edges, [...controls, ...(compare && studied ? studiedControls(studied) : [])], sinks, floor);
  markDisagreement(edges, compare ? studied : null, sinks, floor);
  const strongest = [...edges].sort((a, b) => sizeOf(b) - sizeOf(a)).filter((edge) => sizeOf(edge) > floor);
  const cuts: RoutedCut[] = [
    ...strongest
      .slice(0, ROUTED)
      .map((edge) => ({ edit: edgeEdit(edge, position), layer: edge.layer, routed: edge.layer })),
    ...heads.map(({ layer, head }): RoutedCut => {
      return {
        edit: { site: 'z', layer, head, pos: { from: position, to: position + 1 }, do: 'zero' },
        layer,
        routed: layer,
      };
    }),
    ...experts.map(({ layer, expert }): RoutedCut => {
      return { edit: expertEdit(layer, expert, position, 'contribution', null), layer, routed: layer + 1 };
    }),
  ];
  const routing = await routingReceipts(on, cuts);
  const outcomes = await strongestOutcomes(on, { edges: strongest, heads, experts, neurons }, losses);
  const norms = await edgeNorms(model, trace, query.written.mixed, position, edges);
  progress(1);
  return {
    position,
    target: namedToken(model.tokenizer, query.aim.target),
    foil: namedToken(model.tokenizer, query.aim.foil),
    clean: query.aim.clean,
    floor,
    edges,
    heads,
    experts,
    neurons,
    outcomes,
    routing,
    agreement: agreement(query, edges, norms, sinks, floor),
    joint: await jointCut(on, strongest.slice(0, JOINT)),
    timings: { totalMs: performance.now() - started, edgesMs, controlsMs },
  };
}

/** Throws Problem edit-invalid. */
export function refuseEdited({ edits }: Trace): void {
  if (edits.length > 0)
    throw new Problem('edit-invalid', 'Receipts are of the run as it is: take the interventions away.');
}

function chosenEdges({ card }: LoadedModel, query: Query): Edge[] {
  const all = edgesOf(query);
  if (card.parameters <= ALL_PARAMETERS) return all;
  return all.sort((a, b) => b.weight - a.weight).slice(0, STRONGEST);
}

/** Cut one by one and all at once: less together is redundant, more is working together. */
async function jointCut(on: Totals, edges: readonly EdgeReceipt[]): Promise<JointCut | null> {
  if (edges.length < 2) return null;
  const { position } = on.query.aim;
  const edits = edges.map((edge) => edgeEdit(edge, position));
  const [joint] = await totalsOfEdits(on, 0, [edits]);
  const sum = edges.reduce((total, { knockout }) => total + knockout!.total, 0);
  return { edges: edges.map(({ layer, head, key }) => ({ layer, head, key })), sum, joint };
}

/** Of the strongest cuts of every kind. */
async function strongestOutcomes(
  on: Totals,
  { edges, heads, experts, neurons }: Pick<Receipt, 'edges' | 'heads' | 'experts' | 'neurons'>,
  losses: boolean,
): Promise<Outcome[]> {
  const { position } = on.query.aim;
  const pos = { from: position, to: position + 1 };
  const all: (OutcomeCut & { size: number })[] = [
    ...edges.map((edge) => ({ edit: edgeEdit(edge, position), layer: edge.layer, size: sizeOf(edge) })),
    ...heads.map(({ layer, head, zero }) => ({
      edit: { site: 'z', layer, head, pos, do: 'zero' } as const,
      layer,
      size: Math.abs(zero.total),
    })),
    ...experts.map(({ layer, expert, contribution }) => ({
      edit: expertEdit(layer, expert, position, 'contribution', null),
      layer,
      size: Math.abs(contribution.total),
    })),
    ...neurons.map((neuron) => ({
      edit: neuronEdit(neuron, position),
      layer: neuron.layer,
      size: Math.abs(neuron.zero.total),
    })),
  ];
  const cuts = all.sort((a, b) => b.size - a.size).slice(0, OUTCOMES);
  const outcomes = await outcomesOf(on, cuts);
  const lost = losses ? await textLosses(on, cuts.slice(0, LOSSES)) : [];
  return outcomes.map((outcome, i) => ({ ...outcome, loss: lost[i] ?? null }));
}
