/**
 * The task, and one net learning it: which object belongs to a subject and a relation. Subjects are of hidden kinds, and
 * the object belongs to kind and relation, drawn by lot; so a fact that was never shown can be told from what others of
 * the same kind have. One fact in eight is never shown, and the loss is that on those.
 */
import { seededRandom, shuffle } from '../../shared/random';
import { activeShare, adamOf, freshWeights, multiplyAdds, parameters, Passes, move, zerosLike } from './net';
import type { Batch, Sizes } from './net';
import type { Curve } from './options';

export const OBJECTS = 32;
const [WIDTH, HIDDEN] = [32, 64];
const BATCH = 256;
const LEARNING_RATE = 0.01;
/** Steps from one point of the curve to the next. */
const STEPS_A_POINT = 8;
/** A backward pass costs two forward passes; a multiply-add is two operations. */
const OPERATIONS_PER_MULTIPLY_ADD = 6;

/** Subjects of one kind. */
const ALIKE = 8;

export interface Facts {
  /** Subjects, and relations: as many. */
  side: number;
  shown: Batch;
  /** Of each kind and relation one. */
  heldOut: Batch;
}

/** Every pair of `side` subjects and relations once, shown or held out; `count` is the square of a multiple of eight. */
export function drawFacts(count: number, seed: number): Facts {
  const side = Math.round(Math.sqrt(count));
  const random = seededRandom(seed);
  // Which subjects are alike is drawn, too.
  const kind = Uint16Array.from({ length: side }, (_, subject) => Math.floor(subject / ALIKE));
  shuffle(kind, random);
  const ofKind = Array.from({ length: side / ALIKE }, (_, k) => [...kind.keys()].filter((each) => kind[each] === k));
  const [shown, heldOut]: [number, number, number][][] = [[], []];
  for (let relation = 0; relation < side; relation++) {
    for (const subjects of ofKind) {
      const object = Math.floor(random() * OBJECTS);
      const left = subjects[Math.floor(random() * ALIKE)];
      for (const subject of subjects) (subject === left ? heldOut : shown).push([subject, relation, object]);
    }
  }
  return { side, shown: batchOf(shown), heldOut: batchOf(heldOut) };
}

function batchOf(facts: readonly (readonly [number, number, number])[]): Batch {
  const column = (at: 0 | 1 | 2): Uint16Array => Uint16Array.from(facts, (fact) => fact[at]);
  return { subject: column(0), relation: column(1), object: column(2) };
}

export interface Recipe {
  experts: number;
  used: number;
  balance: number;
  /** See `freshWeights`. */
  common?: number;
  steps: number;
}

/** Calls `onStep` after each step with the curve so far, which it may keep. */
export async function learn(
  facts: Facts,
  { experts, used, balance, common, steps }: Recipe,
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
  const weights = freshWeights(sizes, seed, common);
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
  const order = new Order(facts.shown, seededRandom(seed + 1));
  const asked = new Passes(sizes);
  for (let step = 1; step <= steps; step++) {
    passes.run(weights, order.next(), gradient, balance);
    move(adam, weights, gradient, LEARNING_RATE);
    if (step % STEPS_A_POINT === 0 || step === steps) {
      const { loss, right, load } = asked.run(weights, facts.heldOut);
      curve.loss.push(loss / Math.LN2);
      curve.compute.push(step * stepCost);
      if (step === steps) {
        const share = [...load].map((count) => count / (facts.heldOut.object.length * used));
        const shown = new Passes(sizes).run(weights, facts.shown);
        curve.end = { loss: loss / Math.LN2, right, rightShown: shown.right, load: share, variation: variation(share) };
      }
    }
    await onStep(step, curve);
  }
  return curve;
}

/** Batches of facts: every fact once before any comes again. */
class Order {
  private readonly places: Uint16Array;
  private at: number;

  constructor(
    private readonly facts: Batch,
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
