/** Where in the model is what is on show? A picture of its layers, heads and experts with their sizes, and the words for them. */
import { freshId, h, oncePerFrame } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer } from '../../shared/numbers';
import { s } from '../../shared/plot/svg';
import type { MixerCard } from '../../../src/protocol/explanation';
import { setWords } from '../chips';
import type { Stage, View } from '../stage';
import { inPlaceOf, looksBothWays } from '../state/layers';
import type { Run } from '../state/run';
import { headName, quoted } from '../words';
import { layersWords } from '../heads/layerWords';
import { standsFor } from '../interventions/things';
import { glossary } from './glossary';

/** Units of the picture. */
const [WIDTH, ROW, NAME, GAP] = [560, 22, 66, 14];
/** More cannot be told apart. */
const [MOST_HEADS, MOST_EXPERTS, MOST_LAYERS] = [32, 64, 48];

export function architectureView(stage: Stage): View {
  const { selection } = stage;
  const words = h('p');
  const picture = h('div', { class: 'architecture' });
  const details = h(
    'details',
    {},
    h('summary', {}, t('Where this sits in the model, and what the words mean')),
    words,
    picture,
    glossary(),
  );
  const element = h('section', { class: 'foot', 'data-section': 'architecture' }, details);
  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!details.open || !run?.model) return;
    const { layers, heads, headDim, experts, expertsUsed } = run.model;
    setWords(
      words,
      [
        t('Each token goes up through {0} layers, each with {1} heads of width {2}.', layers, heads, headDim),
        ...(looksBothWays(run) ? [t('It looks both ways: every token sees all others, and none is predicted.')] : []),
        ...(run.model.layerCards.some(({ mixer }) => mixer.kind !== 'attention')
          ? [t('Not all of them have attention: {0}.', layersWords(run).join('; '))]
          : []),
        ...(experts > 0
          ? [t('In each layer a router sends it through {0} of {1} experts.', expertsUsed, experts)]
          : []),
        t('Filled: {0}, and the experts of token {1}.', headName(selection.head), quoted(run.tokens[selection.token])),
      ].join(' '),
    );
    picture.replaceChildren(drawn(run, selection.head, selection.token, words.textContent));
  });
  details.addEventListener('toggle', draw);
  return { element, runChanged: draw, layerCame: draw, completed: draw, selectionChanged: draw };
}

function drawn(
  { model, experts: routed }: Run,
  head: { layer: number; head: number },
  token: number,
  label: string,
): SVGElement {
  const { layers, layerCards, heads, headDim, embedding, vocabulary, experts, expertsUsed, bothWays } = model!;
  const shownLayers = Math.min(MOST_LAYERS, layers);
  const height = (shownLayers + 3) * ROW;
  const id = freshId('architecture');
  const left = NAME;
  const half = (WIDTH - left - GAP) / 2;
  const text = (x: number, row: number, words: string, kind = ''): SVGElement =>
    s('text', { x, y: row * ROW + 14, class: `architecture-words ${kind}`.trim() }, words);
  const cells = (x: number, row: number, count: number, fill: (i: number) => number): SVGElement[] => {
    const width = half / count;
    return Array.from({ length: count }, (_, i) =>
      s('rect', {
        x: x + i * width,
        y: row * ROW + 2,
        width: Math.max(1, width - 1),
        height: ROW - 6,
        class: fill(i) > 0 ? 'architecture-cell on' : 'architecture-cell',
      }),
    );
  };
  const network = (layer: number, row: number, chosen: ReadonlyMap<number, number>): SVGElement[] => {
    const x = left + half + GAP;
    const { feedForward } = layerCards[layer];
    if (feedForward === 'none') return [text(x + 4, row, t('no feed-forward network'))];
    if (feedForward === 'dense') {
      return [s('rect', { x, y: row * ROW + 2, width: half, height: ROW - 6, class: 'architecture-cell' })];
    }
    return cells(x, row, Math.min(MOST_EXPERTS, experts), (i) => chosen.get(i) ?? 0).map((one, expert) =>
      standsFor(one, { kind: 'expert', layer, expert, token }),
    );
  };
  const rows = Array.from({ length: shownLayers }, (_, up) => {
    // The first layer is at the bottom, as the token goes up.
    const layer = shownLayers - 1 - up;
    const row = up + 2;
    const taken = routed[layer];
    const chosen = new Map(
      taken
        ? Array.from({ length: taken.topK }, (_, k) => [
            taken.ids[token * taken.topK + k],
            taken.weights[token * taken.topK + k],
          ])
        : [],
    );
    const isShown = (i: number): number => Number(layer === head.layer && i === head.head);
    return [
      standsFor(text(0, row, t('layer {0}', layer)), { kind: 'layer', layer }),
      ...cells(left, row, Math.min(MOST_HEADS, layerCards[layer].mixer.heads), isShown).map((one, i) =>
        standsFor(one, { kind: 'head', layer, head: i }),
      ),
      ...otherWords(layerCards[layer].mixer).map((words) => text(left + 4, row, words, 'over')),
      ...network(layer, row, chosen),
    ];
  });
  return s(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-labelledby': id },
    s('title', { id }, label),
    text(
      left,
      0,
      bothWays
        ? t('output: a vector for each token of the text')
        : t('output: a logit for each of {0} tokens', integer(vocabulary)),
    ),
    text(left, 1, t('attention: {0} heads × {1}', heads, headDim)),
    text(
      left + half + GAP,
      1,
      experts > 0 ? t('router: {0} of {1} experts', expertsUsed, experts) : t('feed-forward, whole'),
    ),
    ...rows.flat(),
    text(left, shownLayers + 2, t('embedding: {0} numbers for each token', integer(embedding))),
  );
}

/** What stands in a layer's picture in place of attention; nothing where it has attention. */
function otherWords(mixer: MixerCard): string[] {
  switch (inPlaceOf(mixer)) {
    case 'attention':
      return [];
    case 'convolution':
      return [t('a convolution, no attention')];
    case 'state':
      return [t('a state, no attention')];
  }
}
