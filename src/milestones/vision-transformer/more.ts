/** What bench/moreDrawings.mjs recorded with more drawings and more steps than a live run has, as rows of the card. */
import type { CardRow } from '../../protocol/milestones';
import { mean, seedInterval, seedShareInterval } from '../../shared/statistics';
import recorded from './more.json';

/** With the most drawings; and what became of the distance since the fewest, seed by seed. */
export function recordedRows(): CardRow[] {
  const [few, most] = [recorded.levels[0], recorded.levels.at(-1)!];
  const share = (name: string, of: number[] = []): CardRow => ({
    name,
    value: mean(of),
    unit: 'share',
    interval: seedShareInterval(of),
  });
  const points = (name: string, of: number[]): CardRow => ({
    name,
    value: mean(of),
    unit: 'points',
    interval: seedInterval(of),
  });
  const ahead = ({ right }: typeof few): number[] =>
    right.convolutions.map((value, seed) => value - right.patches[seed]);
  const [first, last] = [ahead(few), ahead(most)];
  return [
    share('4,000 drawings, recorded: nearest known drawing (baseline)', most.right.nearest),
    share('4,000 drawings, recorded: convolutions', most.right.convolutions),
    share('4,000 drawings, recorded: attention over patches', most.right.patches),
    share('4,000 drawings, recorded: patches without their places (control)', most.right.placeless),
    points('4,000 drawings, recorded: convolutions ahead by', last),
    points('of the distance lost from 250 to 4,000 drawings, recorded', first.map((distance, seed) => distance - last[seed])), // prettier-ignore
  ];
}
