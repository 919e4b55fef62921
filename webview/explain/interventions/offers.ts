/** What can be done to what is looked at: a head, an edge, a token, a layer, its experts. No DOM. */
import type { Edit, ExpertEdit, TokenRange } from '../../../src/protocol/edit';
import type { LayerExperts } from '../../../src/protocol/explanation';
import { t } from '../../shared/l10n';
import { headName } from '../words';
import type { HeadRef } from '../state/selection';

export interface Offer {
  /** Of what: offers of one thing stand together. */
  group: string;
  label: string;
  edits: Edit[];
}

export interface LookedAt {
  head: HeadRef;
  /** The token that looks. */
  query: number;
  /** The one that it is compared with. */
  key: number | null;
  heads: number;
  /** A layer without attention: there is no look to cut, but a write to skip. */
  delta?: boolean;
  /** Of the head's layer; null where there are none. */
  experts: LayerExperts | null;
}

const at = (token: number): TokenRange => ({ from: token, to: token + 1 });

export function offers({ head: { layer, head }, query, key, heads, delta = false, experts }: LookedAt): Offer[] {
  const found: Offer[] = [];
  const add = (group: string, label: string, ...edits: Edit[]): void => void found.push({ group, label, edits });
  const z = { site: 'z', layer, head } as const;
  const others = Array.from({ length: heads }, (_, other) => other).filter((other) => other !== head);

  const headGroup = headName({ layer, head });
  add(headGroup, t('cut it at every token'), { ...z, do: 'zero' });
  add(headGroup, t('cut it at token {0}', query), { ...z, pos: at(query), do: 'zero' });
  add(headGroup, t('its mean over the text'), { ...z, do: 'mean' });
  add(headGroup, t('half of it'), { ...z, do: 'scale', by: 0.5 });
  add(headGroup, t('twice of it'), { ...z, do: 'scale', by: 2 });
  if (others.length > 0) {
    add(headGroup, t('keep only it in its layer'), ...others.map((other): Edit => ({ ...z, head: other, do: 'zero' })));
  }

  if (delta) {
    const written = key !== null && key <= query ? key : query;
    const group = t('layer {0}, what token {1} writes into the state', layer, written);
    const write = { site: 'write', layer, pos: at(written), do: 'skip' } as const;
    add(group, t('skip it in {0}', headGroup), { ...write, head });
    add(group, t('skip it in all heads of the layer'), write);
  } else if (key !== null && key <= query) {
    const edge = { site: 'pattern', layer, head, dst: at(query), src: at(key) } as const;
    const group = t('{0}, token {1} to token {2}', headName({ layer, head }), query, key);
    if (query > 0) add(group, t('cut the look'), { ...edge, do: 'knockout' });
    add(group, t('its weight is 0'), { ...edge, do: 'zero' });
    add(group, t('its value is the mean'), { ...edge, do: 'swap' });
    if (query > 0 && key > 0) {
      const keepOnly = [{ from: 0, to: key }, ...(key < query ? [{ from: key + 1, to: query + 1 }] : [])].map(
        (src): Edit => ({ ...edge, src, do: 'knockout' }),
      );
      add(group, t('keep only this look'), ...keepOnly);
    }
    const everywhere = { site: 'pattern', dst: at(query), src: at(key) } as const;
    if (query > 0) add(group, t('cut it in all heads and layers'), { ...everywhere, do: 'knockout' });
  }

  const hidden = key ?? query;
  const hide: Edit = { site: 'pattern', dst: { from: hidden + 1, to: Infinity }, src: at(hidden), do: 'knockout' };
  add(t('token {0}', hidden), t('nobody later sees it'), hide);
  add(t('layer {0}', layer), delta ? t('cut its gated delta network') : t('cut its attention'), {
    site: 'attn_out',
    layer,
    do: 'zero',
  });
  add(t('layer {0}', layer), t('cut its feed-forward part'), { site: 'mlp_out', layer, do: 'zero' });

  if (experts) {
    const { topK, ids } = experts;
    for (const expert of ids.subarray(query * topK, (query + 1) * topK)) {
      const own = { site: 'expert', layer, expert } as const;
      const group = t('layer {0} expert {1}', layer, expert);
      const acts: [string, ExpertEdit][] = [
        [t('leave its output out at token {0}', query), { ...own, pos: at(query), do: 'contribution' }],
        [t('ban it at token {0}', query), { ...own, pos: at(query), do: 'route-around' }],
        [t('ban it everywhere'), { ...own, do: 'route-around' }],
      ];
      for (const [label, edit] of acts) add(group, label, edit);
    }
  }
  return found;
}
