/**
 * What is looked at while nobody has chosen: the strongest finding's clearest case, else the first head that looks at positions.
 * One rule for the page, which shows it, and for the extension, which sends its weights along.
 */
import type { Finding, ModelCard } from '../protocol/explanation';

interface Ref {
  layer: number;
  head: number;
}

/** What is known of a run so far. */
export interface Seen {
  findings: readonly Finding[];
  model: Pick<ModelCard, 'layerCards'> | null;
  tokens: number;
}

export function firstHead({ findings, model }: Seen): Ref {
  if (findings.length > 0) return { layer: findings[0].layer, head: findings[0].head };
  return { layer: Math.max(0, model?.layerCards.findIndex(({ mixer }) => mixer.kind === 'attention') ?? 0), head: 0 };
}

export function firstToken({ findings, tokens }: Seen, { layer, head }: Ref, direction: 'from' | 'to'): number {
  const own = findings.find((finding) => finding.layer === layer && finding.head === head) ?? findings[0];
  if (own) return direction === 'from' ? own.example.query : own.example.key;
  // The first token is where most heads are looked at from.
  return direction === 'from' ? Math.max(0, tokens - 1) : 0;
}
