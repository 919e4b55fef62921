/** Exact weights of one token: asked for once, kept for a while. */
import { Lru } from '../../shared/lru';
import type { Host } from '../host';
import type { Direction, HeadRef } from './selection';

/** Rows that are kept: at 8,192 tokens 8 MB. */
const KEPT = 256;

export class WeightRows {
  private readonly rows = new Lru<Float32Array>(KEPT);

  constructor(private readonly host: Host) {}

  /** Another explanation. */
  clear(): void {
    this.rows.clear();
  }

  /** [tokens], or undefined when it has to be asked for. */
  peek({ layer, head }: HeadRef, token: number, direction: Direction): Float32Array | undefined {
    return this.rows.get(`${layer} ${head} ${token} ${direction}`);
  }

  async get(ref: HeadRef, token: number, direction: Direction, signal: AbortSignal): Promise<Float32Array> {
    const known = this.peek(ref, token, direction);
    if (known) return known;
    const row = await this.host.call('weights', { ...ref, token, direction }, { signal });
    signal.throwIfAborted();
    this.rows.set(`${ref.layer} ${ref.head} ${token} ${direction}`, row);
    return row;
  }
}
