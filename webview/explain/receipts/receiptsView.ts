/**
 * Receipts for the chosen token: beside each edge’s weight what cutting it does to the prediction, straight and with all that
 * follows, and how rare that is among edges that weigh the same.
 */
import type { Edit } from '../../../src/protocol/edit';
import { printEdit } from '../../../src/protocol/editText';
import { edgeEdit, type EdgeReceipt, type Outcome, type Receipt } from '../../../src/protocol/receipts';
import { readableLabel, shortened } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, percent, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin, type Cell, type TableRows } from '../../shared/tableTwin';
import { setWords } from '../chips';
import { thingWords } from '../interventions/things';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { headName, placeCell, placedToken, quoted, tokenPlace } from '../words';
import { lineList, type Line } from './receiptLines';
import { measureNames, ranked, type Measure } from './receiptOrder';
import { receiptWords } from './receiptWords';
import { routingTable } from './routingTable';
import { scatter } from './scatter';
import { tracePrediction } from './tracePrediction';

const SHOWN = 12;

export function receiptsView(stage: Stage, cut: (...edits: Edit[]) => void): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('receipts-title') });
  const sentence = h('p', { class: 'words receipt-words' });
  const order = h(
    'select',
    { 'aria-label': t('In which order cuts are listed') },
    ...measureNames().map(([value, label]) => h('option', { value }, label)),
  );
  order.addEventListener('change', () => {
    const [run, found] = [stage.run(), asked.known];
    if (run && found) fill(run, found);
  });
  const lists = h('div', { class: 'receipt-lists' });
  const picture = h('div', { class: 'receipt-picture' });
  const body = h('div', { class: 'receipt-columns' }, picture, h('label', {}, t('Listed:'), ' ', order), lists);
  const asked = tracePrediction<Receipt>(stage, {
    ask: (position, options) => stage.host.call('receipt', { position }, options),
    waiting: t('Cutting every look of this token, one by one…'),
    edited: t('Receipts are of the run as it is: switch the interventions off to see them.'),
    drawn: (run, found) => fill(run, found),
    empty: () => {
      show(body, false);
      setWords(sentence, '');
    },
  });
  const table = tableTwin(() => {
    const [run, found] = [stage.run(), asked.known];
    return run && found ? receiptTable(run, found) : null;
  });
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'receipts' },
    h('header', {}, title),
    sentence,
    asked.element,
    body,
    h(
      'p',
      { class: 'hint' },
      t(
        'Effects are of the run with the cut less the run as it is, in logits for the token that followed (after the last one: the likeliest) against the likeliest other; positive: the cut helps it. Direct: what the cut takes from what was written, all later parts as they were. Total: everything later computed again; what is more is relay and repair. Beyond its weight: the share of looks from other tokens with a like weight that do at least as much; of thousands, some are large by chance.',
      ),
    ),
    table.element,
  );

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(element, run?.explanation != null);
    if (!run?.explanation) return;
    setWords(title, t('What did each look do? After {0}', quoted(run.tokens[selection.query])));
    asked.draw();
  });

  const fill = (run: Run, found: Receipt): void => {
    show(body, true);
    setWords(sentence, receiptWords(run, found));
    const { position, edges, heads, experts, neurons, outcomes, floor } = found;
    const outcomeOf = new Map(outcomes.map((outcome) => [outcome.edit, outcome]));
    /** What the cut does to the whole prediction. */
    const after = (edit: Edit): string => {
      const own = outcomeOf.get(printEdit(edit));
      return own ? outcomeWords(own) : '';
    };
    const by = order.value as Measure;
    const klOf = (edit: Edit): number | null => outcomeOf.get(printEdit(edit))?.kl ?? null;
    const pos = { from: position, to: position + 1 };
    const beyond = (effect: { total: number }): boolean => Math.abs(effect.total) > floor;
    const seen = edges.filter(({ knockout }) => knockout && beyond(knockout));
    const edgeLines = ranked(seen, by, SHOWN, (edge) => {
      return { ...edge, effect: edge.knockout!, kl: klOf(edgeEdit(edge, position)) };
    }).map((edge): Line => ({
      name: `L${edge.layer}H${edge.head} → ${tokenPlace(run, edge.key)} ${shortened(run.tokens[edge.key].label, 10)}`,
      weight: edge.weight,
      ...edge.knockout!,
      beside: words(rareWords(edge), after(edgeEdit(edge, position))),
      mark: markOf(edge),
      edits: [edgeEdit(edge, position)],
      thing: { kind: 'edge', layer: edge.layer, head: edge.head, query: position, key: edge.key },
      look: () =>
        selection.change({
          headLock: { layer: edge.layer, head: edge.head },
          tokenLock: position,
          pointed: edge.key,
        }),
    }));
    const headCut = ({ layer, head }: { layer: number; head: number }): Edit => ({
      site: 'z',
      layer,
      head,
      pos,
      do: 'zero',
    });
    const headLines = ranked(heads, by, SHOWN, (one) => {
      return { effect: one.zero, kl: klOf(headCut(one)), weight: null, percentile: null };
    }).map(({ layer, head, zero, mean }): Line => ({
      name: headName({ layer, head }),
      weight: null,
      ...zero,
      beside: words(t('mean instead: {0}', signedDecimal(mean.total)), after(headCut({ layer, head }))),
      mark: '',
      edits: [headCut({ layer, head })],
      thing: { kind: 'head', layer, head },
      look: () => selection.change({ headLock: { layer, head } }),
    }));
    const expertCut = ({ layer, expert }: { layer: number; expert: number }): Edit => ({
      site: 'expert',
      layer,
      expert,
      pos,
      do: 'contribution',
    });
    const expertLines = ranked(experts, by, SHOWN, (one) => {
      return { effect: one.contribution, kl: klOf(expertCut(one)), weight: one.weight, percentile: null };
    }).map(({ layer, expert, weight, contribution, routeAround, swap }): Line => {
      const cut = expertCut({ layer, expert });
      return {
        name: t('layer {0} expert {1}', layer, expert),
        weight,
        ...contribution,
        beside: words(
          routeAround && t('routed around to {0}: {1}', routeAround.to.join(', '), signedDecimal(routeAround.total)),
          swap && t('if expert {0} did it: {1}', swap.to, signedDecimal(swap.total)),
          after(cut),
        ),
        mark: '',
        edits: [cut],
        thing: { kind: 'expert', layer, expert, token: position },
        look: () => {},
      };
    });
    const neuronCut = ({ layer, expert, neuron }: Receipt['neurons'][number]): Edit => ({
      site: 'neuron',
      layer,
      ...(expert !== null && { expert }),
      neuron,
      pos,
      do: 'zero',
    });
    const neuronLines = ranked(neurons, by, SHOWN, (one) => {
      return { effect: one.zero, kl: klOf(neuronCut(one)), weight: Math.abs(one.value), percentile: null };
    }).map((one): Line => {
      const { layer, expert, neuron, value, zero } = one;
      const thing = { kind: 'neuron', layer, expert, neuron, token: position } as const;
      const cut = neuronCut(one);
      return {
        name: thingWords(thing, run),
        weight: null,
        ...zero,
        beside: words(t('value {0}', signedDecimal(value)), after(cut)),
        mark: '',
        edits: [cut],
        thing,
        look: () => {},
      };
    });
    picture.replaceChildren(
      scatter(run, found, (edge) =>
        selection.change({ headLock: { layer: edge.layer, head: edge.head }, tokenLock: position, pointed: edge.key }),
      ),
    );
    lists.replaceChildren(
      lineList(cut, 'edges', t('Looks, knocked out'), edgeLines, floor),
      lineList(cut, 'heads', t('Heads, cut'), headLines, floor),
      ...(expertLines.length > 0 ? [lineList(cut, 'experts', t('Experts, left out'), expertLines, floor)] : []),
      ...(neuronLines.length > 0 ? [lineList(cut, 'neurons', t('Neurons, cut'), neuronLines, floor)] : []),
      ...(found.routing.length > 0 ? [routingTable(run, found)] : []),
    );
    table.invalidate();
  };

  return {
    element,
    table: table.all,
    runChanged() {
      asked.forget();
      lists.replaceChildren();
      picture.replaceChildren();
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    shown() {
      asked.look();
      draw();
    },
  };
}

const words = (...parts: (string | null)[]): string => parts.filter((part) => part).join(' · ');

/** Another likeliest token is told; else how far the whole prediction moved. */
function outcomeWords({ kl, likeliest, flips }: Outcome): string {
  return flips
    ? t('then likeliest: {0} (KL {1} nats)', t('‘{0}’', readableLabel(likeliest.text)), decimal(kl))
    : t('KL {0} nats', decimal(kl));
}

function rareWords({ rank, percentile }: EdgeReceipt): string {
  const place = rank === null ? '' : t('rank {0} in its layer', rank);
  const rare = percentile === null ? t('no fair control') : t('beyond its weight {0}', percent(percentile));
  return place ? `${place} · ${rare}` : rare;
}

/** Only the strongest cuts' whole predictions are looked at. */
const klCell = (kl: number | undefined): Cell => (kl === undefined ? '–' : cell(kl, decimal));

/** Where weight and effect disagree. */
function markOf({ disagrees }: EdgeReceipt): string {
  if (disagrees === null) return '';
  return disagrees === 'more' ? t('▲ more than its weight says') : t('▼ less than its weight says');
}

function receiptTable(run: Run, { edges, position, target, foil, floor, outcomes }: Receipt): TableRows {
  const klOf = new Map(outcomes.map(({ edit, kl }) => [edit, kl]));
  return {
    caption: t(
      'All looks from {0}; logits for {1} against {2}; smaller than {3} is no effect',
      placedToken(run, position),
      readableLabel(target.text),
      readableLabel(foil.text),
      decimal(floor),
    ),
    columns: [
      t('Head'),
      t('Key'),
      t('Token'),
      t('weight'),
      t('Knocked out: direct'),
      t('Knocked out: total'),
      t('Weight 0: total'),
      t('Mean value: total'),
      t('Rank'),
      t('Beyond its weight'),
      t('KL, nats'),
      t('Weight and effect'),
    ],
    rows: edges.map((edge) => [
      headName(edge),
      placeCell(run, edge.key),
      run.tokens[edge.key].label,
      cell(edge.weight, percent),
      edge.knockout ? cell(edge.knockout.direct, signedDecimal) : '–',
      edge.knockout ? cell(edge.knockout.total, signedDecimal) : '–',
      cell(edge.zero.total, signedDecimal),
      cell(edge.swap.total, signedDecimal),
      edge.rank === null ? '–' : cell(edge.rank),
      edge.percentile === null ? t('no fair control') : cell(edge.percentile, percent),
      klCell(klOf.get(printEdit(edgeEdit(edge, position)))),
      markOf(edge),
    ]),
  };
}
