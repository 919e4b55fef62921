/**
 * What did the interventions change of what the open group of views is about? Numbers of the run without them and of this one,
 * in pairs: one head's weights, roles, many heads at once, experts.
 */
import type { LayerFlow } from '../../../src/protocol/readingApi';
import { t } from '../../shared/l10n';
import { percent, signedPoints } from '../../shared/numbers';
import { roleName } from '../heads/roleWords';
import { hasWeights } from '../state/layers';
import type { Run } from '../state/run';
import type { Stage } from '../stage';
import { headName, placedToken, tokenName } from '../words';
import { pairsOf, type Compared, type Pair } from './compared';
import type { Thing } from './things';

/** What is open: the group, and what the view of many heads answers (null: nothing). */
export interface Open {
  group: string;
  flow: { token: number; how: LayerFlow } | null;
}

/** Null where all that the group is about is compared of every run anyway. Rejects where the host does. */
export async function changedGroup(stage: Stage, { group, flow }: Open, signal: AbortSignal): Promise<Compared | null> {
  const run = stage.run();
  if (!run?.before) return null;
  const found = await inGroup(stage, run, run.before, group, flow, signal);
  return found && { ...found, value: percent, change: signedPoints };
}

/** Shares of 1. */
type Shares = Pick<Compared, 'heading' | 'of' | 'pairs'>;

async function inGroup(
  stage: Stage,
  run: Run,
  before: Run,
  group: string,
  flow: Open['flow'],
  signal: AbortSignal,
): Promise<Shares | null> {
  switch (group) {
    case 'attention':
    case 'edges':
      return changedRow(stage, run, signal);
    case 'roles':
      return { heading: t('Scores of roles: before → after'), of: t('Head'), pairs: changedRoles(run, before) };
    case 'rollup': {
      if (!flow) return null;
      const [was, is] = await Promise.all(
        [stage.before.host, stage.host].map((host) => host.call('layerFlow', flow, { signal })),
      );
      return {
        heading: t('Many heads at once, from {0}: before → after', placedToken(run, flow.token)),
        of: t('Token'),
        pairs: changedTokens(run, was, is),
      };
    }
    case 'experts': {
      const { token } = stage.selection;
      return {
        heading: t('Experts of {0}, by weight: before → after', placedToken(run, token)),
        of: t('Expert'),
        pairs: changedExperts(run, before, token),
      };
    }
    default:
      return null;
  }
}

/** The weights that are coloured: of the chosen head, from or to the chosen token. */
async function changedRow(stage: Stage, run: Run, signal: AbortSignal): Promise<Shares> {
  const { head, token, direction } = stage.selection;
  const [was, is] = await Promise.all(
    [stage.before.weights, stage.weights].map((weights) => weights.get(head, token, direction, signal)),
  );
  const place = placedToken(run, token);
  const heading =
    direction === 'from'
      ? t('{0} from {1}: before → after', headName(head), place)
      : t('{0} to {1}: before → after', headName(head), place);
  const edge = (other: number): Thing => ({
    kind: 'edge',
    ...head,
    ...(direction === 'from' ? { query: token, key: other } : { query: other, key: token }),
  });
  return { heading, of: t('Token'), pairs: changedTokens(run, was, is, hasWeights(run, head) ? edge : undefined) };
}

function changedTokens(run: Run, was: Float32Array, is: Float32Array, thing?: (token: number) => Thing): Pair[] {
  return pairsOf(was, is, (token) => tokenName(run, token), thing).filter(
    ({ before, after }) => before !== 0 || after !== 0,
  );
}

function changedRoles(run: Run, before: Run): Pair[] {
  const heads = run.model!.heads;
  const then = new Map(before.explanation!.roles.map(({ role, scores }) => [role, scores]));
  return run.explanation!.roles.flatMap(({ role, scores }) => {
    const old = then.get(role);
    if (!old) return [];
    return Array.from(scores, (after, i) => ({ after, before: old[i], layer: Math.floor(i / heads), head: i % heads }))
      .filter((one) => hasWeights(run, one))
      .map(({ after, before: was, layer, head }) => ({
        name: `L${layer}H${head} ${roleName(role)}`,
        before: was,
        after,
        thing: { kind: 'head' as const, layer, head },
      }));
  });
}

/** Every expert that the token went through in either run; 0: it did not. */
function changedExperts(run: Run, before: Run, token: number): Pair[] {
  const weightsOf = (of: Run, layer: number): Map<number, number> => {
    const experts = of.experts[layer];
    if (!experts) return new Map();
    const { topK, ids, weights } = experts;
    return new Map(Array.from({ length: topK }, (_, k) => [ids[token * topK + k], weights[token * topK + k]]));
  };
  return run.maps.flatMap((_, layer) => {
    const [then, now] = [before, run].map((of) => weightsOf(of, layer));
    return [...new Set([...then.keys(), ...now.keys()])].map((expert) => ({
      name: t('layer {0} expert {1}', layer, expert),
      before: then.get(expert) ?? 0,
      after: now.get(expert) ?? 0,
      thing: { kind: 'expert' as const, layer, expert, token },
    }));
  });
}
