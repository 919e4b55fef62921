/**
 * "Because" is said only after a cut: the position may not look at a place, in all heads and layers, and everything later
 * is computed again. All places are cut one by one in a single run, as rows beside each other; the first row is uncut.
 */
import type { Edit } from '../../protocol/edit';
import type { Why, WhyCut } from '../../protocol/whyApi';
import { dot } from '../../shared/dot';
import { BEYOND, LEAST_COMPARED } from '../../shared/storyKind';
import type { LoadedModel } from '../model/load';
import { runVariants } from '../model/variants';
import type { Trace } from '../trace/trace';
import { deviationOf, towards } from './direction';

/** Places that are cut for comparison, at most: spread over the text. */
const MOST_CUTS = 255;
/** Shares of the place's direct effect, and of D, that D has to fall by. */
const [LEAST_SHARE, LEAST_OF_ALL] = [0.5, 0.2];

/** How much D falls for each of `keys`: [keys]. Costs a prompt of as many tokens. Throws as runVariants does. */
export async function falls(
  model: LoadedModel,
  trace: Trace,
  { position, target, foil }: { position: number; target: number; foil: number },
  keys: readonly number[],
  pause?: () => Promise<void>,
): Promise<number[]> {
  const d = model.config.embedding;
  const cut = (key: number): Edit[] => [
    { site: 'pattern', dst: { from: position, to: position + 1 }, src: { from: key, to: key + 1 }, do: 'knockout' },
  ];
  const rows = [[], ...keys.map(cut)];
  const streams = await runVariants(model, trace, { position, rows, afterChunk: pause });
  const direction = await towards(model, target, foil);
  const differences = rows.map((_, row) => {
    const stream = streams.subarray(row * d, (row + 1) * d);
    return dot(direction, stream) / deviationOf(model.config, stream);
  });
  return differences.slice(1).map((difference) => differences[0] - difference);
}

/** The cut of one place, beside all others before the position (or as many of them as are compared). Costs as `falls`. */
export async function whyCut(
  model: LoadedModel,
  trace: Trace,
  asked: Pick<Why, 'position' | 'positions' | 'difference'> & { target: number; foil: number },
  key: number,
  pause?: () => Promise<void>,
): Promise<WhyCut> {
  // Heads rest on the first token: cutting it says little of what a place is worth.
  const { position } = asked;
  const others = Array.from({ length: position }, (_, at) => at).filter((at) => at !== key && at > 0);
  const step = Math.max(1, others.length / MOST_CUTS);
  const compared = Array.from({ length: Math.min(MOST_CUTS, others.length) }, (_, i) => others[Math.floor(i * step)]);
  const [fall, ...rest] = await falls(model, trace, asked, [key, ...compared], pause);
  const beyond = rest.length === 0 ? 0 : rest.filter((other) => other < fall).length / rest.length;
  const measured = { key, fall, beyond, compared: rest.length };
  return { ...measured, confirmed: confirms(measured, asked.positions[key], asked.difference) };
}

/** Whether “because” may be said of a place with this direct effect on a lead of D. */
export function confirms({ fall, beyond, compared }: Omit<WhyCut, 'confirmed'>, direct: number, lead: number): boolean {
  const isMuch = fall > 0 && fall >= LEAST_SHARE * direct && fall >= LEAST_OF_ALL * lead;
  return isMuch && beyond >= BEYOND && compared >= LEAST_COMPARED;
}
