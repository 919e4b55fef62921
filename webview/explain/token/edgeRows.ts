/** Three readings of the edges of a query: asked for once, kept for a while. */
import type { EdgeReadings } from '../../../src/protocol/readingApi';
import { Lru } from '../../shared/lru';
import { latest, type Host } from '../host';
import type { HeadRef } from '../state/selection';

const KEPT = 64;

export class EdgeRows {
  private readonly rows = new Lru<EdgeReadings>(KEPT);
  private readonly ask = latest();
  private waiting: { name: string; views: Set<() => void> } | null = null;

  constructor(private readonly host: Host) {}

  clear(): void {
    this.rows.clear();
  }

  peek(head: HeadRef, query: number): EdgeReadings | undefined {
    return this.rows.get(nameOf(head, query));
  }

  async get(head: HeadRef, query: number, signal: AbortSignal): Promise<EdgeReadings> {
    const known = this.peek(head, query);
    if (known) return known;
    const row = await this.host.call('edgeReadings', { ...head, query }, { signal });
    signal.throwIfAborted();
    this.rows.set(nameOf(head, query), row);
    return row;
  }

  /** One question at a time for all views; a newer one takes its place. */
  fetch(head: HeadRef, query: number, then: () => void): void {
    const name = nameOf(head, query);
    if (this.waiting?.name === name) return void this.waiting.views.add(then);
    const waiting = (this.waiting = { name, views: new Set([then]) });
    this.ask(async (signal) => {
      try {
        await this.get(head, query, signal);
      } finally {
        if (this.waiting === waiting) this.waiting = null;
      }
      for (const view of waiting.views) view();
    });
  }
}

const nameOf = ({ layer, head }: HeadRef, query: number): string => `${layer} ${head} ${query}`;
