/**
 * The circuit of one prediction, without a replacement model: the experts' neurons are the dictionary. Contributions along
 * direct paths add up to the logit difference; the strongest are drawn, then what makes their values.
 */
import type { Circuit, CircuitEdge, CircuitNode } from '../../protocol/circuits';
import { Problem } from '../../protocol/problem';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import { biasPart } from '../reading/direction';
import { takeAim } from '../receipts/aim';
import { namedToken } from '../tokenizer/namedToken';
import type { Trace } from '../trace/trace';
import { halvesOf } from './activation';
import { checkEdges, type Edge } from './checked';
import { Frozen } from './frozen';
import type { Field } from './linear';
import { gateAndUp, type Neuron } from './neuron';
import { partsOf, type Part } from './parts';

/** Neurons whose values are taken apart, and senders drawn of each. */
const [EXPANDED, SENDERS] = [16, 6];
/** Edges whose cut is predicted and made: the strongest of all, and the strongest between neurons. */
const CHECKED = 5;
/** Of the work: the parts of the difference, those of the neurons. */
const [PARTS_SHARE, EXPANDED_SHARE] = [0.1, 0.7];

interface CircuitOptions {
  position?: number;
  target?: number;
  foil?: number;
  /** Nodes that are drawn at most, the prediction not counted. */
  nodes?: number;
  /** Bytes that may be held, see Frozen. */
  room?: { projections: number; run: number };
  pause?: () => Promise<void> | void;
  /** 0 … 1 */
  progress?: (share: number) => void;
}

/**
 * `trace`: with its streams. Costs a run of the text, the layers again for the difference and for each neuron
 * that is taken apart, and a re-run for each cut that is checked. Throws Problem edit-invalid for an edited run, both-ways, circuit-large, trace-gone, out-of-memory, internal.
 */
export async function circuit(
  model: LoadedModel,
  trace: Trace,
  {
    position = Math.max(0, trace.ids.length - 2),
    target,
    foil,
    nodes: most = 64,
    room,
    pause,
    progress = () => {},
  }: CircuitOptions = {},
): Promise<Circuit> {
  trace.checkToken(position);
  if (trace.edits.length > 0)
    throw new Problem('edit-invalid', 'Circuits are of the run as it is: take the interventions away.');
  const frozen = await Frozen.of(model, trace, { position, room, pause });
  const aim = await takeAim(model, trace, position, { target, foil }, frozen.last[position]);
  const seed: Field = [];
  seed[position] = Float64Array.from(aim.direction);
  const half = Math.ceil(most / 2);
  const all = await partsOf(model, frozen, model.config.layers, seed, {
    count: half,
    keep: true,
    pause,
  });
  const constants = all.constants + (await biasPart(model, aim.target, aim.foil));
  const difference = await aim.uncapped(frozen.last[position]);
  progress(PARTS_SHARE);
  const size = all.size + Math.abs(constants);

  const nodes = new Map<string, CircuitNode>();
  const edges: CircuitEdge[] = [];
  const neurons = new Map<string, Neuron>();
  const draw = (part: Part): string | null => {
    const id = idOf(part);
    if (nodes.has(id)) return id;
    if (nodes.size >= most) return null;
    nodes.set(id, nodeOf(part, all.amountOf(part)));
    if (part.neuron) neurons.set(id, part.neuron);
    return id;
  };
  for (const part of all.largest) {
    const from = draw(part);
    if (from) edges.push({ from, to: 'D', share: part.amount, influence: part.amount });
  }
  const expanded = all.largest.filter((part) => part.neuron).slice(0, EXPANDED);
  let done = 0;
  const sendersOf =
    ({ neuron }: Part) =>
    async (own: LoadedModel) => {
      const { seed, bias } = await valueSeed(own, frozen, neuron!);
      const { parallelResidual } = own.config;
      const made = await partsOf(own, frozen, neuron!.layer, seed, {
        count: SENDERS,
        behindMixing: !parallelResidual,
        pause,
      });
      progress(PARTS_SHARE + EXPANDED_SHARE * (++done / expanded.length));
      const biases = made.constants + bias;
      return {
        drawn: made.largest,
        size: made.size + Math.abs(biases),
        remainder: Math.abs(neuron!.value - made.sum - biases),
      };
    };
  const senders = await sideBySide(model, expanded.map(sendersOf), 'down');
  /** Of the parts of these neurons' values, what is drawn. */
  let taken = 0;
  for (const [i, { neuron, amount }] of expanded.entries()) {
    const to = idOf({ neuron, position: neuron!.position, amount });
    for (const part of senders[i].drawn) {
      const from = draw(part);
      if (from) taken += Math.abs(part.amount);
      if (from)
        edges.push({
          from,
          to,
          share: part.amount,
          influence: (part.amount / neuron!.value) * amount,
        });
    }
  }
  edges.sort((a, b) => Math.abs(b.influence) - Math.abs(a.influence));
  const between = edges.filter(({ from, to }) => neurons.has(from) && neurons.has(to));
  const toCheck = new Set([...edges.slice(0, CHECKED), ...between.slice(0, CHECKED)]);
  const drawn = [...nodes.values()];
  const sum = (of: (effect: number) => number): number => drawn.reduce((total, { effect }) => total + of(effect), 0);
  return {
    position,
    target: namedToken(model.tokenizer, aim.target),
    foil: namedToken(model.tokenizer, aim.foil),
    difference,
    nodes: drawn,
    edges,
    completeness: {
      drawnOfWhole: sum((effect) => effect) / difference,
      drawnOfAll: sum(Math.abs) / size,
      allOfDifference: size / Math.abs(difference),
      constants,
      remainder: difference - all.sum - constants,
      takenApart: expanded.length,
      drawnOfValues: expanded.length > 0 ? taken / senders.reduce((total, { size: own }) => total + own, 0) : 0,
      valuesRemainder: Math.max(0, ...senders.map(({ remainder }) => remainder)),
    },
    checked: await checkEdges(
      model,
      frozen,
      aim,
      [...toCheck].map(({ from, to }): Edge => ({
        from: neurons.get(from) ?? { position: nodes.get(from)!.position },
        to: neurons.get(to) ?? null,
        names: { from, to },
      })),
      pause,
    ),
  };
}

/** What a neuron's value is worth along the stream that its layer's networks read; `bias`: what of it comes from biases there. */
async function valueSeed(
  model: LoadedModel,
  frozen: Frozen,
  { layer, position, rank, neuron }: Neuron,
): Promise<{ seed: Field; bias: number }> {
  const { weight, gate, up } = frozen.layers[layer].active[position][rank];
  const reads = await gateAndUp(model, frozen, { layer, position, rank, neuron });
  const { ofGate, ofUp, constant } = halvesOf(model.config.activation, gate?.[neuron], up[neuron]);
  const seed: Field = [];
  seed[position] = reads.up.direction.map(
    (each, i) => weight * (ofUp * each + (reads.gate ? ofGate * reads.gate.direction[i] : 0)),
  );
  return {
    seed,
    bias: weight * (constant + ofUp * reads.up.bias + ofGate * (reads.gate?.bias ?? 0)),
  };
}

function idOf({ neuron, position }: Part): string {
  if (!neuron) return `E${position}`;
  const name = neuron.expert === null ? neuron.neuron : `${neuron.expert}.${neuron.neuron}`;
  return `L${neuron.layer}N${name}@${neuron.position}`;
}

const nodeOf = (part: Part, effect: number): CircuitNode => ({
  id: idOf(part),
  layer: part.neuron?.layer ?? null,
  position: part.position,
  expert: part.neuron?.expert ?? null,
  neuron: part.neuron?.neuron ?? null,
  value: part.neuron?.value ?? null,
  effect,
});
