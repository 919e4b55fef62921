/**
 * What did the interventions change of what the open group of views is about? Numbers of the run without them and of this one,
 * in pairs: one head's weights, roles, many heads at once, experts.
 */
import type { LayerFlow } from '../../../src/protocol/readingApi';
import { t } from '../../shared/l10n';
import { roleName } from '../heads/roleWords';
import { hasWeights } from '../state/layers';
import type { Run } from '../state/run';
import type { Stage } from '../stage';
import { headName, quoted, tokenPlace } from '../words';
import type { Thing } from './things';

export interface Changed {
  label: string;
  was: number;
  is: number;
  thing?: Thing;
}

export interface ChangedGroup {
  heading: string;
  /** What a row is about, over the table's first column. */
  of: string;
  /** Shares of 1, largest difference first. */
  changed: Changed[];
}

/** What is open: the group, and what the view of many heads answers (null: nothing). */
export interface Open {
  group: string;
  flow: { token: number; how: LayerFlow } | null;
}

/** Null where all that the group is about is compared of every run anyway. Rejects where the host does. */
export async function changedGroup(
  stage: Stage,
  { group, flow }: Open,
  signal: AbortSignal,
): Promise<ChangedGroup | null> {
  const run = stage.run();
  if (!run?.before) return null;
  const found = await inGroup(stage, run, run.before, group, flow, signal);
  found?.changed.sort((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was));
  return found;
}

async function inGroup(
  stage: Stage,
  run: Run,
  before: Run,
  group: string,
  flow: Open['flow'],
  signal: AbortSignal,
): Promise<ChangedGroup | null> {
  switch (group) {
    case 'attention':
    case 'edges':
      return changedRow(stage, run, signal);
    case 'roles':
      return { heading: t('Scores of roles: before → after'), of: t('Head'), changed: changedRoles(run, before) };
    case 'rollup': {
      if (!flow) return null;
      const [was, is] = await Promise.all(
        [stage.before.host, stage.host].map((host) => host.call('layerFlow', flow, { signal })),
      );
      return {
        heading: t('Many heads at once, from token {0}: before → after', named(run, flow.token)),
        of: t('Token'),
        changed: changedTokens(run, was, is),
      };
    }
    case 'experts': {
      const { token } = stage.selection;
      return {
        heading: t('Experts of token {0}, by weight: before → after', named(run, token)),
        of: t('Expert'),
        changed: changedExperts(run, before, token),
      };
    }
    default:
      return null;
  }
}

/** The weights that are coloured: of the chosen head, from or to the chosen token. */
async function changedRow(stage: Stage, run: Run, signal: AbortSignal): Promise<ChangedGroup> {
  const { head, token, direction } = stage.selection;
  const [was, is] = await Promise.all(
    [stage.before.weights, stage.weights].map((weights) => weights.get(head, token, direction, signal)),
  );
  const place = named(run, token);
  const heading =
    direction === 'from'
      ? t('{0} from token {1}: before → after', headName(head), place)
      : t('{0} to token {1}: before → after', headName(head), place);
  const edge = (other: number): Thing => ({
    kind: 'edge',
    ...head,
    ...(direction === 'from' ? { query: token, key: other } : { query: other, key: token }),
  });
  return { heading, of: t('Token'), changed: changedTokens(run, was, is, hasWeights(run, head) ? edge : undefined) };
}

function changedTokens(run: Run, was: Float32Array, is: Float32Array, thing?: (token: number) => Thing): Changed[] {
  return Array.from(is, (value, token) => ({
    label: `${tokenPlace(run, token)} ${run.tokens[token].label}`,
    was: was[token],
    is: value,
    ...(thing && (was[token] > 0 || value > 0) && { thing: thing(token) }),
  }));
}

function changedRoles(run: Run, before: Run): Changed[] {
  const heads = run.model!.heads;
  const then = new Map(before.explanation!.roles.map(({ role, scores }) => [role, scores]));
  return run.explanation!.roles.flatMap(({ role, scores }) => {
    const old = then.get(role);
    if (!old) return [];
    return Array.from(scores, (is, i) => ({ is, was: old[i], layer: Math.floor(i / heads), head: i % heads }))
      .filter((one) => hasWeights(run, one))
      .map(({ is, was, layer, head }) => ({
        label: `L${layer}H${head} ${roleName(role)}`,
        was,
        is,
        thing: { kind: 'head' as const, layer, head },
      }));
  });
}

/** Every expert that the token went through in either run; 0: it did not. */
function changedExperts(run: Run, before: Run, token: number): Changed[] {
  const weightsOf = (of: Run, layer: number): Map<number, number> => {
    const experts = of.experts[layer];
    if (!experts) return new Map();
    const { topK, ids, weights } = experts;
    return new Map(Array.from({ length: topK }, (_, k) => [ids[token * topK + k], weights[token * topK + k]]));
  };
  return run.maps.flatMap((_, layer) => {
    const [then, now] = [before, run].map((of) => weightsOf(of, layer));
    return [...new Set([...then.keys(), ...now.keys()])].map((expert) => ({
      label: t('layer {0} expert {1}', layer, expert),
      was: then.get(expert) ?? 0,
      is: now.get(expert) ?? 0,
      thing: { kind: 'expert' as const, layer, expert, token },
    }));
  });
}

const named = (run: Run, token: number): string => `${tokenPlace(run, token)} ${quoted(run.tokens[token])}`;
