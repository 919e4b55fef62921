/** The task, and one net learning it: which object belongs to a subject and a relation, drawn by lot, so only storing helps. */
import { seededRandom, shuffle } from '../../shared/random';
import { activeShare, adamOf, freshWeights, multiplyAdds, parameters, Passes, move, zerosLike } from './net';
import type { Batch, Sizes } from './net';
import type { Curve } from './options';

export const OBJECTS = 32;
const [WIDTH, HIDDEN] = [32, 64];
const BATCH = 256;
const LEARNING_RATE = 0.01;
/** Steps whose mean loss is one point of the curve. */
const STEPS_A_POINT = 8;
/** A backward pass costs two forward passes; a multiply-add is two operations. */
const OPERATIONS_PER_MULTIPLY_ADD = 6;

export interface Facts extends Batch {
  /** Subjects, and relations: as many. */
  side: number;
}

/** Every pair of `side` subjects and relations once; `count` is a square. */
export function drawFacts(count: number, seed: number): Facts {
  const side = Math.round(Math.sqrt(count));
  const random = seededRandom(seed);
  return {
    side,
    subject: Uint16Array.from({ length: count }, (_, at) => at % side),
    relation: Uint16Array.from({ length: count }, (_, at) => Math.floor(at / side)),
    object: Uint16Array.from({ length: count }, () => Math.floor(random() * OBJECTS)),
  };
}

export interface Recipe {
  experts: number;
  used: number;
  balance: number;
  steps: number;
}

/** Calls `onStep` after each step with the curve so far, which it may keep. */
export async function learn(
  facts: Facts,
  { experts, used, balance, steps }: Recipe,
  seed: number,
  onStep: (step: number, curve: Curve) => Promise<void>,
): Promise<Curve> {
  const sizes: Sizes = {
    subjects: facts.side,
    relations: facts.side,
    objects: OBJECTS,
    width: WIDTH,
    // The same number of hidden units is computed for a token, whether in one expert or in several smaller ones.
    hidden: HIDDEN / used,
    experts,
    used,
  };
  const weights = freshWeights(sizes, seed);
  const gradient = zerosLike(weights);
  const adam = adamOf(weights);
  const passes = new Passes(sizes);
  const stepCost = (multiplyAdds(sizes) * BATCH * OPERATIONS_PER_MULTIPLY_ADD) / 1e6;
  const active = activeShare(sizes, weights);
  const curve: Curve = {
    experts,
    used,
    balance,
    active,
    parameters: parameters(weights),
    compute: [],
    loss: [],
    end: null,
  };
  const order = new Order(facts, seededRandom(seed + 1));
  let sum = 0;
  for (let step = 1; step <= steps; step++) {
    sum += passes.run(weights, order.next(), gradient, balance).loss;
    move(adam, weights, gradient, LEARNING_RATE);
    if (step % STEPS_A_POINT === 0) {
      curve.loss.push(sum / STEPS_A_POINT / Math.LN2);
      // The mean belongs to the middle of its steps.
      curve.compute.push((step - STEPS_A_POINT / 2) * stepCost);
      sum = 0;
    }
    await onStep(step, curve);
  }
  const { loss, right, load } = new Passes(sizes).run(weights, facts);
  const share = [...load].map((count) => count / (facts.object.length * used));
  curve.end = { loss: loss / Math.LN2, right, load: share, variation: variation(share) };
  curve.loss.push(curve.end.loss);
  curve.compute.push(steps * stepCost);
  return curve;
}

/** Batches of facts: every fact once before any comes again. */
class Order {
  private readonly places: Uint16Array;
  private at: number;

  constructor(
    private readonly facts: Facts,
    private readonly random: () => number,
  ) {
    this.places = Uint16Array.from(facts.object.keys());
    this.at = this.places.length;
  }

  next(): Batch {
    if (this.at >= this.places.length) {
      this.at = 0;
      shuffle(this.places, this.random);
    }
    const picked = this.places.subarray(this.at, (this.at += BATCH));
    const { subject, relation, object } = this.facts;
    const pick = (from: Uint16Array): Uint16Array => picked.map((place) => from[place]);
    return { subject: pick(subject), relation: pick(relation), object: pick(object) };
  }
}

/** Standard deviation (of all, not of a sample) over mean. */
export function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) / mean;
}
