/** How the views are set, apart from what is looked at. No DOM. */
import type { HeadRole } from '../../../src/protocol/explanation';

export interface OptionValues {
  /** The first token and line breaks are left out of colours. */
  dimSinks: boolean;
  /** Heads by their place in the model, or the strongest of a role first. */
  order: 'layer' | HeadRole;
  /** What a cell of the matrix shows that stands for several weights. */
  pool: 'max' | 'mean';
}

export class Options {
  private values: OptionValues = { dimSinks: false, order: 'layer', pool: 'max' };
  private readonly listeners = new Set<() => void>();

  get dimSinks(): boolean {
    return this.values.dimSinks;
  }

  get order(): OptionValues['order'] {
    return this.values.order;
  }

  get pool(): OptionValues['pool'] {
    return this.values.pool;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  change(patch: Partial<OptionValues>): void {
    this.values = { ...this.values, ...patch };
    for (const listener of this.listeners) listener();
  }
}
