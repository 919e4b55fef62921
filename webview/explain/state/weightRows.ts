/** Exact numbers between one token and all others: asked for once, kept for a while. */
import { Lru } from '../../shared/lru';
import type { LookedRow } from '../../../src/protocol/explanation';
import type { Host } from '../host';
import { hasSinks, hasInfluence } from './layers';
import type { Run } from './run';
import type { Direction, HeadRef } from './selection';

/** Rows that are kept: at 8,192 tokens 8 MB. */
const KEPT = 256;

const NONE = new Float32Array(0);

export class WeightRows {
  private readonly rows = new Lru<Float32Array>(KEPT);

  constructor(
    private readonly host: Host,
    private readonly run: () => Run | null,
  ) {}

  /** Another explanation. */
  clear(): void {
    this.rows.clear();
  }

  /** Weights, or in a layer without attention its implied influence: [tokens]; undefined when it has to be asked for. */
  peek({ layer, head }: HeadRef, token: number, direction: Direction): Float32Array | undefined {
    return this.rows.get(`${layer} ${head} ${token} ${direction}`);
  }

  /** What came without being asked for. */
  set({ layer, head, token, direction, weights }: LookedRow): void {
    this.rows.set(`${layer} ${head} ${token} ${direction}`, weights);
  }

  async get(ref: HeadRef, token: number, direction: Direction, signal: AbortSignal): Promise<Float32Array> {
    const known = this.peek(ref, token, direction);
    if (known) return known;
    const run = this.run();
    const row =
      run && hasInfluence(run, ref.layer)
        ? await this.influence(run, ref, token, direction, signal)
        : await this.host.call('weights', { ...ref, token, direction }, { signal });
    signal.throwIfAborted();
    this.rows.set(`${ref.layer} ${ref.head} ${token} ${direction}`, row);
    return row;
  }

  /** What the head's sink took at each token: [tokens]; [] where there is none, undefined when it has to be asked for. */
  peekSinks({ layer, head }: HeadRef): Float32Array | undefined {
    const run = this.run();
    return !run || hasSinks(run, layer) ? this.rows.get(`${layer} ${head} sinks`) : NONE;
  }

  async sinks(ref: HeadRef, signal: AbortSignal): Promise<Float32Array> {
    const known = this.peekSinks(ref);
    if (known) return known;
    const row = await this.host.call('sinkWeights', { ...ref }, { signal });
    signal.throwIfAborted();
    this.rows.set(`${ref.layer} ${ref.head} sinks`, row);
    return row;
  }

  private influence(
    { tokens }: Run,
    ref: HeadRef,
    token: number,
    direction: Direction,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const n = tokens.length;
    const one = { from: token, to: token + 1, cells: 1 };
    const all = { from: 0, to: n, cells: n };
    const [query, key] = direction === 'from' ? [one, all] : [all, one];
    const range = { q0: query.from, q1: query.to, k0: key.from, k1: key.to, rows: query.cells, cols: key.cells };
    return this.host.call('influence', { ...ref, ...range }, { signal });
  }
}
