/** What is looked at while nobody has chosen: the strongest finding and its clearest case. No DOM. */
import type { Run } from './run';
import type { Defaults } from './selection';

export function defaultsFor(run: Run | null): Defaults {
  const findings = run?.explanation?.findings ?? [];
  // The first that looks at positions.
  const layer = Math.max(0, run?.model?.layerCards.findIndex(({ mixer }) => mixer.kind === 'attention') ?? 0);
  return {
    head: () => (findings.length > 0 ? { layer: findings[0].layer, head: findings[0].head } : { layer, head: 0 }),
    token: ({ layer, head }, direction) => {
      const own = findings.find((finding) => finding.layer === layer && finding.head === head) ?? findings[0];
      if (own) return direction === 'from' ? own.example.query : own.example.key;
      const last = Math.max(0, (run?.tokens.length ?? 1) - 1);
      // The first token is where most heads are looked at from.
      return direction === 'from' ? last : 0;
    },
  };
}
