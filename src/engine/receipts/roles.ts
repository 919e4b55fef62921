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
  const followed = Array.from({ length: trace.ids.length - 1 }, (_, position) => position);
  const [here, there] = [
    spread(
      followed.filter((position) => queries.includes(position)),
      PLACES,
    ),
    spread(
      followed.filter((position) => position > 0 && !queries.includes(position)),
      PLACES,
    ),
  ];
  if (here.length === 0) return [];
  const places: RoleReceipt['places'] = [];
  const [others, elsewhere]: number[][] = [[], []];
  const at = (position: number) => (own: LoadedModel) => headsAt(own, trace, layer, position, pause);
  const found = await sideBySide(model, [...here, ...there].map(at));
  for (const [i, position] of here.entries()) {
    places.push({ position, effect: found[i][head] });
    others.push(...found[i].filter((_, other) => other !== head));
  }
  for (const effects of found.slice(here.length)) elsewhere.push(effects[head]);
  const effects = places.map(({ effect }) => effect);
  const [meanElsewhere, meanOthers] = [elsewhere, others].map((all) => (all.length > 0 ? mean(all) : null));
  const falls = effects.filter((effect) => effect < 0).length;
  const interval = effects.length > 1 ? bootstrapInterval(effects, mean) : null;
  const needed =
    interval !== null && falls > places.length / 2 && interval[1] < -TIMES_ELSEWHERE * Math.abs(meanElsewhere ?? 0);
  return [
    {
      role,
      layer,
      head,
      places,
      mean: mean(effects),
      interval,
      elsewhere: meanElsewhere,
      others: meanOthers,
      falls,
      needed,
    },
  ];
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
