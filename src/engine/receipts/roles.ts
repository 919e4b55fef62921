/**
 * Is a head needed where its role says so? Of each role the head that stands out is cut at places where the role has its say,
 * one at a time, and so are the layer's other heads there and the same head at as many other places.
 */
import type { Finding, HeadRole, PanelToken, RoleScores } from '../../protocol/explanation';
import type { RoleReceipt } from '../../protocol/receipts';
import { bootstrapInterval, mean } from '../../shared/statistics';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import { lookAgain } from '../reading/why';
import { findings } from '../trace/findings';
import { roleCases, type RoleCases } from '../trace/roleCases';
import { spread } from '../trace/spread';
import type { Trace } from '../trace/trace';
import { takeAim } from './aim';
import { refuseEdited } from './receipt';
import { totalsOfEdits } from './totals';

/** Places of each kind that a head is cut at: with 8 the verdict on one head turned from text to text. */
const PLACES = 24;
/** A head is needed where its cut takes, with the whole interval, this many times what the same cut takes elsewhere. */
const TIMES_ELSEWHERE = 2;

/**
 * `trace`: a run without edits that keeps its streams; `scores`: its roles. Effects are of the token that follows in the text
 * against the likeliest other. Roles about no certain keys have no places. Costs for each place
 * a row through all layers, and one for each head of the layer from there on. Throws as `receipt`.
 */
export async function roleReceipts(
  model: LoadedModel,
  trace: Trace,
  on: { tokens: readonly PanelToken[]; text: string; scores: readonly RoleScores[] },
  pause?: () => Promise<void> | void,
): Promise<RoleReceipt[]> {
  refuseEdited(trace);
  const cases: Partial<Record<HeadRole, RoleCases>> = roleCases(trace.ids, on.tokens, on.text);
  const receipts: RoleReceipt[] = [];
  for (const { role, layer, head } of findings(trace, on.tokens, on.text, on.scores)) {
    const own = cases[role];
    if (own) receipts.push(...(await ofHead(model, trace, { role, layer, head }, own.queries, pause)));
  }
  return receipts;
}

async function ofHead(
  model: LoadedModel,
  trace: Trace,
  { role, layer, head }: Pick<Finding, 'role' | 'layer' | 'head'>,
  queries: readonly number[],
  pause?: () => Promise<void> | void,
): Promise<RoleReceipt[]> {
  const { here: places, elsewhere, others } = await cutsOfHead(model, trace, { layer, head }, queries, pause);
  if (places.length === 0) return [];
  const effects = places.map(({ effect }) => effect);
  const [meanElsewhere, meanOthers] = [elsewhere, others].map((all) => (all.length > 0 ? mean(all) : null));
  const interval = effects.length > 1 ? bootstrapInterval(effects, mean) : null;
  const judged = { mean: mean(effects), interval, elsewhere: meanElsewhere, others: meanOthers };
  const falls = effects.filter((effect) => effect < 0).length;
  return [{ role, layer, head, places, ...judged, falls, needed: isNeeded(falls / places.length, judged) }];
}

/** Whether a role is confirmed by its cut: of more than half of the places the token that follows loses, and more than elsewhere. */
export const isNeeded = (
  falls: number,
  { interval, elsewhere }: Pick<RoleReceipt, 'interval' | 'elsewhere'>,
): boolean => interval !== null && falls > 1 / 2 && interval[1] < -TIMES_ELSEWHERE * Math.abs(elsewhere ?? 0);

/** Total effects of a head written as 0 at up to PLACES of these queries, at as many other ones, and of its layer's other heads at those. */
export async function cutsOfHead(
  model: LoadedModel,
  trace: Trace,
  { layer, head }: Pick<Finding, 'layer' | 'head'>,
  queries: readonly number[],
  pause?: () => Promise<void> | void,
): Promise<{ here: RoleReceipt['places']; elsewhere: number[]; others: number[] }> {
  const followed = Array.from({ length: trace.ids.length - 1 }, (_, position) => position);
  const places = spread(
    followed.filter((position) => queries.includes(position)),
    PLACES,
  );
  if (places.length === 0) return { here: [], elsewhere: [], others: [] };
  const compared = spread(
    followed.filter((position) => position > 0 && !queries.includes(position)),
    PLACES,
  );
  const at = (position: number) => (own: LoadedModel) => headsAt(own, trace, layer, position, pause);
  const found = await sideBySide(model, [...places, ...compared].map(at));
  return {
    here: places.map((position, i) => ({ position, effect: found[i][head] })),
    elsewhere: found.slice(places.length).map((effects) => effects[head]),
    others: found.slice(0, places.length).flatMap((effects) => effects.filter((_, other) => other !== head)),
  };
}

/** [heads] What the total effect of each head of the layer is at the position, written as 0. */
async function headsAt(
  model: LoadedModel,
  trace: Trace,
  layer: number,
  position: number,
  pause?: () => Promise<void> | void,
): Promise<number[]> {
  const written = await lookAgain(model, trace, position);
  const aim = await takeAim(model, trace, position, {}, written.last);
  const pos = { from: position, to: position + 1 };
  const cuts = Array.from({ length: model.config.shapes[layer].mixer.heads }, (_, head) => [
    { site: 'z', layer, head, pos, do: 'zero' } as const,
  ]);
  return totalsOfEdits({ model, trace, query: { aim, written, layers: [] }, pause }, layer, cuts);
}
