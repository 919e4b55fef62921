/** Steps with what their words and sums tell: what kind of step each is, what builds on a wrong sum, what is taken back. */
import type { Step } from '../../protocol/reasoning';
import { withPropagation } from '../arithmetic/propagation';
import { kindsOf } from './kinds';

export function annotated(steps: readonly Step[], question: string | null): Step[] {
  return withPropagation(steps, question).map((step) => {
    const kinds = kindsOf(step);
    return kinds.length > 0 ? { ...step, kinds } : step;
  });
}
