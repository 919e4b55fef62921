/** What can be done to a thing: a head, an edge, an expert, a neuron, a token, a layer or its feed-forward part. No DOM. */
import type { Edit, TokenRange } from '../../../src/protocol/edit';
import type { LayerExperts } from '../../../src/protocol/explanation';
import type { InterveneAct } from '../../../src/protocol/panelApi';
import { t } from '../../shared/l10n';
import { neuronName, type Thing } from './things';
import { headName } from '../words';
import type { HeadRef } from '../state/selection';

export interface Offer {
  /** Of what: offers of one thing stand together. */
  group: string;
  label: string;
  edits: Edit[];
  /** The entry of the context menu that means it. */
  act?: InterveneAct;
}

/** A number that the person gives: a factor, another expert. */
export interface Asked {
  group: string;
  label: string;
  /** At most; null: any. */
  most: number | null;
  start: number;
  edits(number: number): Edit[];
}

export interface Around {
  /** The token that looks. */
  query: number;
  /** How many the text has. */
  tokens: number;
  /** Where one stands, in words. */
  place(token: number): string;
  /**
   * [layers] A layer without attention (`lookless`) has no look to cut, but a write to skip. `window`: how many positions a query
   * sees, its own among them; Infinity: all before it. `networkless`: it adds nothing behind its mixer.
   */
  layers: readonly { heads: number; lookless: boolean; window: number; networkless?: boolean }[];
  /** [layers]; null where there are none. */
  experts: readonly (LayerExperts | null)[];
  /** Whether a query sees later ones, too, as far as a window reaches to the other side. */
  bothWays?: boolean;
}

const at = (token: number): TokenRange => ({ from: token, to: token + 1 });

/** What is looked at, while nothing in particular was pointed at. */
export function lookedAt(
  head: HeadRef,
  query: number,
  key: number | null,
  { layers, experts, bothWays = false }: Around,
): Thing[] {
  const { layer } = head;
  const other = key ?? (layers[layer]?.lookless ? query : null);
  const own = experts[layer];
  return [
    { kind: 'head', ...head },
    ...(other !== null && (bothWays || other <= query) ? [{ kind: 'edge' as const, ...head, query, key: other }] : []),
    { kind: 'token', token: key ?? query },
    { kind: 'layer', layer },
    ...(own ? chosenAt(own, query).map((expert): Thing => ({ kind: 'expert', layer, expert, token: query })) : []),
  ];
}

export function offers(thing: Thing, around: Around): Offer[] {
  const found: Offer[] = [];
  const lookless = 'layer' in thing && around.layers[thing.layer]?.lookless === true;
  const group = groupOf(thing, lookless, around);
  const add = (act: InterveneAct | null, label: string, ...edits: Edit[]): void =>
    void (edits.length > 0 && found.push({ group, label, edits, ...(act && { act }) }));
  switch (thing.kind) {
    case 'head':
      headOffers(thing, around, add);
      break;
    case 'edge':
      if (lookless) writeOffers(thing, add);
      else edgeOffers(thing, around, add);
      break;
    case 'expert':
      expertOffers(thing, around, add);
      break;
    case 'neuron': {
      const site = neuronSite(thing);
      add(
        'cut',
        thing.token === null ? t('cut it at every token') : t('cut it at token {0}', around.place(thing.token)),
        {
          ...site,
          do: 'zero',
        },
      );
      add('halve', t('half of it'), { ...site, do: 'scale', by: 0.5 });
      add(null, t('twice of it'), { ...site, do: 'scale', by: 2 });
      if (thing.token !== null)
        add(null, t('cut it at every token'), { ...neuronSite({ ...thing, token: null }), do: 'zero' });
      break;
    }
    case 'token': {
      const { token } = thing;
      const { tokens, query, bothWays = false } = around;
      const later = token + 1 < tokens ? [{ from: token + 1, to: Infinity }] : [];
      const earlier = bothWays && token > 0 ? [{ from: 0, to: token }] : [];
      const others = [...earlier, ...later].map((dst): Edit => ({
        site: 'pattern',
        dst,
        src: at(token),
        do: 'knockout',
      }));
      add('cut', bothWays ? t('no other token sees it') : t('nobody later sees it'), ...others);
      if (token < query || (bothWays && token > query)) {
        const everywhere = { site: 'pattern', dst: at(around.query), src: at(token) } as const;
        add('cutHere', t('token {0} does not see it', around.place(query)), { ...everywhere, do: 'knockout' });
      }
      break;
    }
    case 'layer': {
      const parts = partsOf(thing.layer, around);
      const both = (change: { do: 'zero' } | { do: 'scale'; by: number } | { do: 'mean' }): Edit[] =>
        parts.map((part) => ({ ...part, ...change }));
      const [attention, forward] = parts;
      add('cut', t('cut all that it adds'), ...both({ do: 'zero' }));
      add(null, lookless ? t('cut what it has in place of attention') : t('cut its attention'), {
        ...attention,
        do: 'zero',
      });
      if (forward) add(null, t('cut its feed-forward part'), { ...forward, do: 'zero' });
      add(
        'cutHere',
        t('cut all that it adds at token {0}', around.place(around.query)),
        ...both({ do: 'zero' }).map(atQuery),
      );
      add('halve', t('half of it'), ...both({ do: 'scale', by: 0.5 }));
      add('swap', t('its mean over the text'), ...both({ do: 'mean' }));
      break;
    }
    case 'mlp': {
      const site = mlpSite(thing);
      add('cut', t('cut it at token {0}', around.place(thing.token)), { ...site, do: 'zero' });
      add('halve', t('half of it'), { ...site, do: 'scale', by: 0.5 });
      break;
    }
  }
  return found;

  function atQuery(edit: Edit): Edit {
    return { ...edit, pos: at(around.query) } as Edit;
  }
}

/** What a layer adds to the stream: behind its mixer, and behind its network where it has one. */
const partsOf = (
  layer: number,
  { layers }: Pick<Around, 'layers'>,
): { site: 'attn_out' | 'mlp_out'; layer: number }[] =>
  (layers[layer]?.networkless ? (['attn_out'] as const) : (['attn_out', 'mlp_out'] as const)).map((site) => ({
    site,
    layer,
  }));

type Add = (act: InterveneAct | null, label: string, ...edits: Edit[]) => void;

function headOffers({ layer, head }: HeadRef, { query, place, layers }: Around, add: Add): void {
  const z = { site: 'z', layer, head } as const;
  const others = Array.from({ length: layers[layer]?.heads ?? 0 }, (_, other) => other).filter(
    (other) => other !== head,
  );
  add('cut', t('cut it at every token'), { ...z, do: 'zero' });
  add('cutHere', t('cut it at token {0}', place(query)), { ...z, pos: at(query), do: 'zero' });
  add('swap', t('its mean over the text'), { ...z, do: 'mean' });
  add('halve', t('half of it'), { ...z, do: 'scale', by: 0.5 });
  add(null, t('twice of it'), { ...z, do: 'scale', by: 2 });
  add('keepOnly', t('keep only it in its layer'), ...others.map((other): Edit => ({ ...z, head: other, do: 'zero' })));
}

/** What the key's token is not written into, where there is no look. */
function writeOffers({ layer, head, key }: Extract<Thing, { kind: 'edge' }>, add: Add): void {
  const write = { site: 'write', layer, pos: at(key), do: 'skip' } as const;
  add('cut', t('skip it in {0}', headName({ layer, head })), { ...write, head });
  add(null, t('skip it in all heads of the layer'), write);
}

function edgeOffers({ layer, head, query, key }: Extract<Thing, { kind: 'edge' }>, around: Around, add: Add): void {
  const { layers, tokens, bothWays } = around;
  const window = layers[layer]?.window ?? Infinity;
  const [first, end] = [Math.max(0, query - window + 1), bothWays ? Math.min(tokens, query + window) : query + 1];
  // There is no look at what the layer cannot see.
  if (key < first || key >= end) return;
  const edge = { site: 'pattern', layer, head, dst: at(query), src: at(key) } as const;
  // Where a token sees only itself, as the first does as a rule, nothing is left without it.
  const seesMore = end - first > 1;
  if (seesMore) add('cut', t('cut the look'), { ...edge, do: 'knockout' });
  add(seesMore ? null : 'cut', t('its weight is 0'), { ...edge, do: 'zero' });
  add('swap', t('its value is the mean'), { ...edge, do: 'swap' });
  const others = [
    { from: first, to: key },
    { from: key + 1, to: end },
  ].filter(({ from, to }) => from < to);
  add('keepOnly', t('keep only this look'), ...others.map((src): Edit => ({ ...edge, src, do: 'knockout' })));
  if (seesMore) {
    const everywhere = { site: 'pattern', dst: at(query), src: at(key) } as const;
    add(null, t('cut it in all heads and layers'), { ...everywhere, do: 'knockout' });
  }
}

function expertOffers({ layer, expert, token }: Extract<Thing, { kind: 'expert' }>, around: Around, add: Add): void {
  const own = { site: 'expert', layer, expert } as const;
  const routed = around.experts[layer];
  const chosen = routed && token !== null ? chosenAt(routed, token) : [];
  if (token !== null && chosen.includes(expert)) {
    const others = chosen.filter((other) => other !== expert);
    add('cut', t('leave its output out at token {0}', around.place(token)), {
      ...own,
      pos: at(token),
      do: 'contribution',
    });
    add('ban', t('ban it at token {0}', around.place(token)), { ...own, pos: at(token), do: 'route-around' });
    add(
      'keepOnly',
      t('keep only its output at token {0}', around.place(token)),
      ...others.map((other): Edit => ({ ...own, expert: other, pos: at(token), do: 'contribution' })),
    );
  } else {
    add(null, t('it is chosen at token {0}', around.place(token ?? around.query)), {
      ...own,
      pos: at(token ?? around.query),
      do: 'force',
    });
  }
  const everywhere = token === null || !chosen.includes(expert);
  add(everywhere ? 'cut' : null, t('leave its output out everywhere'), { ...own, do: 'contribution' });
  add(everywhere ? 'ban' : null, t('ban it everywhere'), { ...own, do: 'route-around' });
}

/** Numbers that make an intervention: how much of it, or who does it instead. */
export function asked(thing: Thing, around: Around): Asked[] {
  const { place, experts } = around;
  const group = groupOf(thing, false, around);
  const factor = (sites: (by: number) => Edit[]): Asked => ({
    group,
    label: t('multiply it by'),
    most: null,
    start: 0.5,
    edits: sites,
  });
  switch (thing.kind) {
    case 'head': {
      const { layer, head } = thing;
      return [factor((by) => [{ site: 'z', layer, head, do: 'scale', by }])];
    }
    case 'neuron':
      return [factor((by) => [{ ...neuronSite(thing), do: 'scale', by }])];
    case 'layer':
      return [factor((by) => partsOf(thing.layer, around).map((part): Edit => ({ ...part, do: 'scale', by })))];
    case 'mlp':
      return [factor((by) => [{ ...mlpSite(thing), do: 'scale', by }])];
    case 'expert': {
      const { layer, expert, token } = thing;
      const routed = experts[layer];
      if (!routed || token === null || !chosenAt(routed, token).includes(expert)) return [];
      return [
        {
          group,
          label: t('what if this expert did it at token {0}:', place(token)),
          most: routed.experts - 1,
          start: (expert + 1) % routed.experts,
          edits: (to) => [{ site: 'expert', layer, expert, pos: at(token), do: 'swap', to }],
        },
      ];
    }
    default:
      return [];
  }
}

function groupOf(thing: Thing, lookless: boolean, { place }: Around): string {
  switch (thing.kind) {
    case 'head':
      return headName(thing);
    case 'edge':
      if (lookless) return t('layer {0}, what token {1} writes into the state', thing.layer, place(thing.key));
      return t('{0}, token {1} to token {2}', headName(thing), place(thing.query), place(thing.key));
    case 'expert':
      return t('layer {0} expert {1}', thing.layer, thing.expert);
    case 'neuron':
      return t('layer {0} neuron {1}', thing.layer, neuronName(thing));
    case 'token':
      return t('token {0}', place(thing.token));
    case 'layer':
      return t('layer {0}', thing.layer);
    case 'mlp':
      return t('layer {0} feed-forward', thing.layer);
  }
}

const mlpSite = ({ layer, token }: Extract<Thing, { kind: 'mlp' }>) =>
  ({ site: 'mlp_out', layer, pos: at(token) }) as const;

const neuronSite = ({ layer, expert, neuron, token }: Extract<Thing, { kind: 'neuron' }>) =>
  ({
    site: 'neuron',
    layer,
    neuron,
    ...(expert !== null && { expert }),
    ...(token !== null && { pos: at(token) }),
  }) as const;

const chosenAt = ({ topK, ids }: LayerExperts, token: number): number[] => [
  ...ids.subarray(token * topK, (token + 1) * topK),
];
