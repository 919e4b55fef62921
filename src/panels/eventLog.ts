/**
 * The events that a page needs to draw the present state. A page that was hidden or moved starts from nothing and gets
 * them again. While a run has not succeeded, the last good one is kept before it.
 */
import type { PanelEvent } from '../protocol/panelApi';

export class EventLog {
  private good: PanelEvent[] = [];
  private current: PanelEvent[] = [];
  /** The latest of each kind that comes at any time. */
  private readonly loose = new Map<PanelEvent['kind'], PanelEvent>();

  add(event: PanelEvent): void {
    switch (event.kind) {
      case 'query':
      case 'stale':
      case 'hash':
        this.loose.set(event.kind, event);
        return;
      case 'begin':
        if (this.succeeded) this.good = [...this.current, ...this.kept('hash')];
        this.current = [event];
        this.loose.clear();
        return;
      case 'done':
        this.good = [];
        this.current.push(event);
        return;
      case 'failed':
      case 'cancelled':
        if (this.good.length > 0) this.current = [];
        // Only the latest outcome: a question that fails after the run reports on the same drawing.
        else this.current = this.current.filter(({ kind }) => kind !== 'failed' && kind !== 'cancelled');
        this.current.push(event);
        return;
      case 'progress':
        // Of the loading only how far it is; once something is there to draw, nothing.
        if (isLoading(this.current.at(-1))) this.current.pop();
        this.current.push(event);
    }
  }

  /** Everything, in an order in which it could have happened. */
  replay(): PanelEvent[] {
    return [...this.good, ...this.current, ...this.loose.values()];
  }

  private kept(kind: PanelEvent['kind']): PanelEvent[] {
    const event = this.loose.get(kind);
    return event ? [event] : [];
  }

  private get succeeded(): boolean {
    return this.current.some(({ kind }) => kind === 'done');
  }
}

function isLoading(event: PanelEvent | undefined): boolean {
  return event?.kind === 'progress' && event.progress.kind === 'loading';
}
