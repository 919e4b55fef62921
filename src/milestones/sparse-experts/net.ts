/**
 * A small net with one layer of experts, written by hand because only the chosen experts may be computed: that is what
 * equal compute means here. Routing and the balance loss follow the Switch Transformer (arXiv 2101.03961, 2.1 and 2.2).
 *
 *   x = subject + relation     p = softmax(router · x)     y = x + Σ over the k largest p of p_e · down_e · relu(up_e · x)
 *
 * Logits are out · y. One expert and no router: a dense net.
 */
import { log } from '../../shared/elementary';
import { ADAM, Adam } from '../../shared/adam';
import { seededRandom } from '../../shared/random';
import { softmax } from '../../shared/softmax';
import { initialValues } from '../shared/train';

export interface Sizes {
  subjects: number;
  relations: number;
  objects: number;
  /** d */
  width: number;
  /** Hidden units of one expert. */
  hidden: number;
  experts: number;
  /** k */
  used: number;
}

const NAMES = ['subject', 'relation', 'router', 'up', 'down', 'out'] as const;
/** subject [subjects][d], relation [relations][d], router [experts][d], up and down [experts][hidden][d], out [objects][d] */
export type Weights = Record<(typeof NAMES)[number], Float32Array>;

export interface Batch {
  /** [tokens] */
  subject: Uint16Array;
  relation: Uint16Array;
  object: Uint16Array;
}

export interface Pass {
  /** Mean cross-entropy in nats, without the balance loss. */
  loss: number;
  /** Share of tokens whose largest logit is the right one. */
  right: number;
  /** [experts]: tokens that each expert took; sums to tokens · k. */
  load: Uint32Array;
}

/**
 * `common`: a part that all rows of the two tables share at the start, as activations inside deep nets do. With it some
 * experts are liked by every token before anything is learnt, and the rich grow richer; without it (0) they are not.
 */
export function freshWeights(sizes: Sizes, seed: number, common = 0): Weights {
  const { subjects, relations, objects, width, hidden, experts } = sizes;
  const random = seededRandom(seed);
  const draw = (rows: number, scale: number): Float32Array => initialValues({ shape: [rows, width], scale }, random);
  const table = (rows: number): Float32Array =>
    draw(rows, 0.7).map((value, at) => value + (at % 2 === 0 ? -common : common));
  return {
    subject: table(subjects),
    relation: table(relations),
    router: experts > 1 ? draw(experts, 1 / Math.sqrt(width)) : new Float32Array(0),
    up: draw(experts * hidden, Math.sqrt(2 / width)),
    down: draw(experts * hidden, 1 / Math.sqrt(hidden)),
    out: draw(objects, 1 / Math.sqrt(width)),
  };
}

export function zerosLike(weights: Weights): Weights {
  return Object.fromEntries(NAMES.map((name) => [name, new Float32Array(weights[name].length)])) as Weights;
}

export function parameters(weights: Weights): number {
  return NAMES.reduce((sum, name) => sum + weights[name].length, 0);
}

/** Multiply-adds of one token's forward pass, the router's among them. */
export function multiplyAdds({ width, hidden, experts, used, objects }: Sizes): number {
  return width * ((experts > 1 ? experts : 0) + 2 * hidden * used + objects);
}

/** Parameters that one token uses, over all: only one row of each table is read. */
export function activeShare(sizes: Sizes, weights: Weights): number {
  return (multiplyAdds(sizes) + 2 * sizes.width) / parameters(weights);
}

/**
 * Forward and, with `gradient`, backward: the gradient of loss + balance · experts · Σ f_e P_e is added to it, with f_e the
 * share of choices that fell on expert e, and P_e its mean probability.
 */
export class Passes {
  private readonly hiddenRows: Float32Array; // [k][hidden], after the relu
  private readonly outs: Float32Array; // [k][d], of each chosen expert, before the gate
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly dx: Float32Array;
  private readonly dy: Float32Array;
  private readonly logits: Float32Array;
  private probabilities = new Float32Array(0); // [tokens][experts]
  private chosen = new Uint16Array(0); // [tokens][k]

  constructor(private readonly sizes: Sizes) {
    const { width, hidden, used, objects } = sizes;
    this.hiddenRows = new Float32Array(used * hidden);
    this.outs = new Float32Array(used * width);
    [this.x, this.y, this.dx, this.dy] = Array.from({ length: 4 }, () => new Float32Array(width));
    this.logits = new Float32Array(objects);
  }

  run(weights: Weights, batch: Batch, gradient?: Weights, balance = 0): Pass {
    const { experts, used } = this.sizes;
    const tokens = batch.object.length;
    const load = this.route(weights, batch);
    let [loss, right] = [0, 0];
    for (let token = 0; token < tokens; token++) {
      const picked = this.chosen.subarray(token * used, (token + 1) * used);
      const gates = this.probabilities.subarray(token * experts, (token + 1) * experts);
      this.readToken(weights, batch, token);
      this.forwardExperts(weights, picked, gates);
      const target = batch.object[token];
      const scored = this.score(weights, target);
      loss += scored.loss / tokens;
      right += scored.right / tokens;
      if (gradient) {
        this.backwardOut(weights, gradient, target, tokens);
        this.backwardExperts(weights, gradient, picked, gates, load, balance / tokens);
        addTo(gradient.subject, batch.subject[token], this.dx);
        addTo(gradient.relation, batch.relation[token], this.dx);
      }
    }
    return { loss, right, load };
  }

  private readToken({ subject, relation }: Weights, batch: Batch, token: number): void {
    const { width } = this.sizes;
    const [s, r] = [batch.subject[token] * width, batch.relation[token] * width];
    for (let i = 0; i < width; i++) this.x[i] = subject[s + i] + relation[r + i];
  }

  /** Probabilities and choices of all tokens; returns the load. */
  private route(weights: Weights, batch: Batch): Uint32Array {
    const { experts, used } = this.sizes;
    const tokens = batch.object.length;
    if (this.chosen.length !== tokens * used) {
      this.probabilities = new Float32Array(tokens * experts);
      this.chosen = new Uint16Array(tokens * used);
    }
    const load = new Uint32Array(experts);
    for (let token = 0; token < tokens; token++) {
      const row = this.probabilities.subarray(token * experts, (token + 1) * experts);
      if (experts === 1) row[0] = 1;
      else {
        this.readToken(weights, batch, token);
        for (let e = 0; e < experts; e++) row[e] = dot(weights.router, e, this.x);
        softmax(row);
      }
      const picked = this.chosen.subarray(token * used, (token + 1) * used);
      largest(row, picked);
      for (const e of picked) load[e]++;
    }
    return load;
  }

  private forwardExperts({ up, down }: Weights, picked: Uint16Array, gates: Float32Array): void {
    const { width, hidden } = this.sizes;
    this.y.set(this.x);
    for (let slot = 0; slot < picked.length; slot++) {
      const e = picked[slot];
      const out = this.outs.subarray(slot * width, (slot + 1) * width).fill(0);
      for (let unit = 0; unit < hidden; unit++) {
        const active = Math.max(0, dot(up, e * hidden + unit, this.x));
        this.hiddenRows[slot * hidden + unit] = active;
        if (active > 0) addScaled(out, 0, down, e * hidden + unit, active, width);
      }
      for (let i = 0; i < width; i++) this.y[i] += gates[e] * out[i];
    }
  }

  /** Leaves the probabilities of the objects in `logits`. */
  private score({ out }: Weights, target: number): { loss: number; right: number } {
    for (let object = 0; object < this.logits.length; object++) this.logits[object] = dot(out, object, this.y);
    let best = 0;
    this.logits.forEach((logit, object) => {
      if (logit > this.logits[best]) best = object;
    });
    softmax(this.logits);
    return { loss: -log(Math.max(this.logits[target], 1e-30)), right: best === target ? 1 : 0 };
  }

  private backwardOut({ out }: Weights, gradient: Weights, target: number, tokens: number): void {
    const { width } = this.sizes;
    this.dy.fill(0);
    for (let object = 0; object < this.logits.length; object++) {
      const slope = (this.logits[object] - (object === target ? 1 : 0)) / tokens;
      addScaled(gradient.out, object, this.y, 0, slope, width);
      addScaled(this.dy, 0, out, object, slope, width);
    }
  }

  private backwardExperts(
    { router, up, down }: Weights,
    gradient: Weights,
    picked: Uint16Array,
    gates: Float32Array,
    load: Uint32Array,
    balance: number,
  ): void {
    const { width, hidden, experts, used } = this.sizes;
    this.dx.set(this.dy);
    const choices = load.reduce((sum, count) => sum + count, 0);
    const dGate = new Float32Array(experts);
    if (experts > 1) for (let e = 0; e < experts; e++) dGate[e] = (balance * experts * load[e]) / choices;
    for (let slot = 0; slot < used; slot++) {
      const e = picked[slot];
      const out = this.outs.subarray(slot * width, (slot + 1) * width);
      dGate[e] += dot(out, 0, this.dy);
      for (let unit = 0; unit < hidden; unit++) {
        const active = this.hiddenRows[slot * hidden + unit];
        if (active === 0) continue;
        const at = e * hidden + unit;
        const slope = gates[e] * dot(down, at, this.dy);
        addScaled(gradient.down, at, this.dy, 0, gates[e] * active, width);
        addScaled(gradient.up, at, this.x, 0, slope, width);
        addScaled(this.dx, 0, up, at, slope, width);
      }
    }
    if (experts === 1) return;
    let along = 0;
    for (let e = 0; e < experts; e++) along += gates[e] * dGate[e];
    for (let e = 0; e < experts; e++) {
      const slope = gates[e] * (dGate[e] - along);
      addScaled(gradient.router, e, this.x, 0, slope, width);
      addScaled(this.dx, 0, router, e, slope, width);
    }
  }
}

/** Row of a matrix as wide as the vector, times the vector. */
function dot(matrix: Float32Array, row: number, vector: Float32Array): number {
  const width = vector.length;
  const from = row * width;
  let sum = 0;
  for (let i = 0; i < width; i++) sum += matrix[from + i] * vector[i];
  return sum;
}

/** to[toRow] += factor · from[fromRow] */
function addScaled(
  to: Float32Array,
  toRow: number,
  from: Float32Array,
  fromRow: number,
  factor: number,
  width: number,
): void {
  const [a, b] = [toRow * width, fromRow * width];
  for (let i = 0; i < width; i++) to[a + i] += factor * from[b + i];
}

function addTo(matrix: Float32Array, row: number, vector: Float32Array): void {
  addScaled(matrix, row, vector, 0, 1, vector.length);
}

/** Writes the places of the largest values, falling; ties go to the lower place. */
function largest(row: Float32Array, places: Uint16Array): void {
  for (let slot = 0; slot < places.length; slot++) {
    let best = -1;
    for (let e = 0; e < row.length; e++) {
      if ((best < 0 || row[e] > row[best]) && !places.subarray(0, slot).includes(e)) best = e;
    }
    places[slot] = best;
  }
}

/** Of all its tables; beta2 is 0.99. */
export function adamOf(weights: Weights): Record<(typeof NAMES)[number], Adam> {
  const each = NAMES.map((name) => [name, new Adam(weights[name].length, { ...ADAM, beta2: 0.99 })]);
  return Object.fromEntries(each) as Record<(typeof NAMES)[number], Adam>;
}

/** Moves the weights against the gradient and empties it. */
export function move(adam: ReturnType<typeof adamOf>, weights: Weights, gradient: Weights, learningRate: number): void {
  for (const name of NAMES) adam[name].step(weights[name], gradient[name], learningRate);
}
