/** Which steps are listed: by words, by kind, by what is wrong with them. No DOM. */
import type { Step, StepKind } from '../../src/protocol/reasoning';

export type Wanted = StepKind | 'all' | 'wrong' | 'builds';

/** Steps that hold the words (whatever their case) and are of the kind wanted; all where nothing is asked for. */
export function matchingSteps(steps: readonly Step[], words: string, wanted: Wanted): number[] {
  const needle = words.trim().toLocaleLowerCase();
  return steps.flatMap((step, at) => (isWanted(step, wanted) && holds(step, needle) ? [at] : []));
}

const holds = ({ text }: Step, needle: string): boolean => needle === '' || text.toLocaleLowerCase().includes(needle);

function isWanted({ kinds = [], equations, buildsOn, mayBuildOn }: Step, wanted: Wanted): boolean {
  switch (wanted) {
    case 'all':
      return true;
    case 'wrong':
      return equations.some(({ right }) => !right);
    case 'builds':
      return (buildsOn ?? mayBuildOn) !== undefined;
    default:
      return kinds.includes(wanted);
  }
}
