/**
 * All rows of a pass through a layer. A few at a time through all of its parts; or, where a layer comes in parts, all rows
 * through each part, so that each is in memory once and only as long as it works. Both give the same bits.
 */
import { runFeedForward } from './dense';
import { chooseExperts, runExpert } from './experts';
import { addNothing, finishLayer, projectLayer, runLayer, runMixer, type LayerRows } from './layer';
import type { FeedForward } from './layerWeights';
import type { Model } from './model';
import type { Pass } from './pass';
import type { RouterRows, Rows } from './rows';
import { Scratch } from './scratch';
import { hasNetwork } from './shape';
import type { Lease } from './weights';

export interface LayerPass {
  /** The rows in their order, at most a chunk at a time, asked for when they are to run. */
  parts: Iterable<LayerRows>;
  /** All of them. */
  all: Rows;
  /** What the router says of all of them. Throws when it is not there any more. */
  routed: () => RouterRows | undefined;
  /** Called with each part when its stream is what the next layer finds; may throw. */
  done?: (part: LayerRows) => void;
  /** Awaited often; may throw to stop. */
  pause?: () => Promise<void> | void;
}

/** For `runRows`: parts of at most `chunk` of the `count` rows. */
export function scratchFor({ kernel, config, weights }: Model, chunk: number, count: number): Scratch {
  return new Scratch(kernel, config, chunk, count, weights.bytesPerPass === undefined ? chunk : count);
}

export async function runRows(pass: Pass, l: number, lease: Lease, given: LayerPass): Promise<void> {
  const rows = pass.model.config.bothWays && !given.all.onePlace ? await projected(pass, l, lease, given) : given;
  if (!lease.whole) return runInPhases(pass, l, lease, rows);
  for (const part of rows.parts) {
    runLayer(pass, l, lease, part);
    rows.done?.(part);
    await rows.pause?.();
  }
}

/** The same rows where each sees later ones, too: every key and value of the layer is there before the first row looks. */
async function projected(pass: Pass, l: number, lease: Lease, rows: LayerPass): Promise<LayerPass> {
  const parts: LayerRows[] = [];
  for (const part of rows.parts) {
    projectLayer(pass, l, lease, part);
    parts.push({ ...part, rows: { ...part.rows, projected: true } });
    await rows.pause?.();
  }
  return { ...rows, parts };
}

async function runInPhases(pass: Pass, l: number, lease: Lease, rows: LayerPass): Promise<void> {
  const { all, routed, done, pause } = rows;
  const { layer } = lease;
  const { scratch: s, model } = pass;
  const { embedding: d, shapes } = model.config;
  const isDense = !layer.moe && hasNetwork(shapes[l]);
  if (isDense) lease.expect(['dense']);
  const begun: { part: LayerRows; own: Pass }[] = [];
  for (const part of rows.parts) {
    const { first, n } = part.rows;
    const [normed, update] = [s.normed, s.update].map((buf) => buf.slice(first * d, n * d));
    const own = { ...pass, scratch: { ...s, normed, update } };
    runMixer(own, l, lease, part);
    begun.push({ part, own });
    await pause?.();
  }
  if (layer.moe) {
    const chosen = chooseExperts(pass, shapes[l].feedForward, all, routed()!);
    const use = (network: FeedForward, expert: number | 'dense'): Promise<void> | void => {
      runExpert(pass, l, network, expert as number, all);
      return pause?.();
    };
    await lease.networks(chosen, use, pause);
  } else if (isDense) {
    const use = async (network: FeedForward): Promise<void> => {
      for (const { part, own } of begun) {
        const { normed, update } = own.scratch;
        runFeedForward(own, l, network, normed, update, { of: 'dense', count: part.rows.n }, part.rows);
        await pause?.();
      }
    };
    await lease.networks(['dense'], use, pause);
  } else addNothing(pass, all.n);
  for (const { part, own } of begun) {
    finishLayer(own, l, layer, part);
    done?.(part);
    await pause?.();
  }
}
