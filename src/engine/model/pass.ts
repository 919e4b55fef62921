/** One run of rows through layers: the model, what it works in, who looks on. */
import type { Donors } from './donors';
import type { Model } from './model';
import type { Taps } from './rows';
import type { WorkingMemory } from './scratch';

export interface Pass {
  model: Model;
  scratch: WorkingMemory;
  taps: Taps;
  /** What edits put in place of the model's own. */
  donors: Donors;
  /** Tokens of the whole context, see `Trace.context`. */
  context: number;
  /** Tokens of the text, those included that are not yet run: which a query sees that looks both ways. */
  tokens: number;
}
