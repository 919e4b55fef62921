/** The small maps as they are set: with sinks, or without, which the worker computes when they are first asked for. */
import type { LayerMaps } from '../../../src/protocol/explanation';
import type { Host } from '../host';
import { latest } from '../host';
import type { Options } from '../state/options';
import type { Run } from '../state/run';
import { sinkTokens } from './sinks';

export class ShownMaps {
  private dimmed: LayerMaps[] = [];
  private of: Run | null = null;
  private readonly ask = latest();

  constructor(
    private readonly host: Host,
    private readonly options: Options,
    /** A layer without sinks has come. */
    private readonly changed: () => void,
  ) {}

  /** [layers]; a layer whose maps without sinks are still to come is shown with them. */
  for(run: Run): LayerMaps[] {
    if (!this.options.dimSinks || !run.explanation) return run.maps;
    if (this.of !== run) {
      this.of = run;
      this.dimmed = [];
      this.fetch(run);
    }
    return run.maps.map((maps, layer) => this.dimmed[layer] ?? maps);
  }

  private fetch(run: Run): void {
    const without = sinkTokens(run);
    this.ask(async (signal) => {
      for (let layer = 0; layer < run.maps.length; layer++) {
        this.dimmed[layer] = await this.host.call('mapsWithout', { layer, without }, { signal });
        if (this.of !== run) return;
        this.changed();
      }
    });
  }
}
