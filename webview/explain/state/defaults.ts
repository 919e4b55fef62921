/** What is looked at while nobody has chosen: what the first sentence tells of, else the strongest finding's clearest case. No DOM. */
import type { Finding, ModelCard } from '../../../src/protocol/explanation';
import { hasWeights } from './layers';
import type { Run } from './run';
import type { Story } from '../../../src/protocol/whyApi';
import type { Defaults, HeadRef } from './selection';

export function defaultsFor(run: Run | null): Defaults {
  const seen = {
    findings: run?.explanation?.findings ?? [],
    model: run?.model ?? null,
    tokens: run?.tokens.length ?? 0,
  };
  return { head: () => firstHead(seen), token: (head, direction) => firstToken(seen, head, direction) };
}

/** What is known of a run so far. */
interface Seen {
  findings: readonly Finding[];
  model: Pick<ModelCard, 'layerCards'> | null;
  tokens: number;
}

function firstHead({ findings, model }: Seen): HeadRef {
  if (findings.length > 0) return { layer: findings[0].layer, head: findings[0].head };
  return { layer: Math.max(0, model?.layerCards.findIndex(({ mixer }) => mixer.kind === 'attention') ?? 0), head: 0 };
}

function firstToken({ findings, tokens }: Seen, { layer, head }: HeadRef, direction: 'from' | 'to'): number {
  const own = findings.find((finding) => finding.layer === layer && finding.head === head) ?? findings[0];
  if (own) return direction === 'from' ? own.example.query : own.example.key;
  // The first token is where most heads are looked at from.
  return direction === 'from' ? Math.max(0, tokens - 1) : 0;
}

/**
 * The head that carried most of what the story tells from the place that it looked back at; null: none did. Only looks were
 * cut for it: what a layer without attention carried was not.
 */
export function carrier({ why, cut }: Story, run: Pick<Run, 'model'>): HeadRef | null {
  const [first] = why.terms
    .filter(
      ({ part, read }) => part.kind === 'head' && hasWeights(run, part) && read?.key === cut.key && read.effect > 0,
    )
    .sort((a, b) => b.read!.effect - a.read!.effect);
  return first?.part.kind === 'head' ? { layer: first.part.layer, head: first.part.head } : null;
}

/** The story's two places: the token that had to guess, and what it looked back at, for the head that carried it. */
export function defaultsOf(story: Story, run: Run): Defaults {
  const others = defaultsFor(run);
  const told = carrier(story, run) ?? others.head();
  return {
    head: () => told,
    token: (head, direction) =>
      head.layer === told.layer && head.head === told.head
        ? direction === 'from'
          ? story.why.position
          : story.cut.key
        : others.token(head, direction),
  };
}
