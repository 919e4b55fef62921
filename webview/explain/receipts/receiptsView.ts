/**
 * Receipts for the chosen token: beside each edge’s weight what cutting it does to the prediction, straight and with all that
 * follows, and how rare that is among edges that weigh the same.
 */
import type { Edit } from '../../../src/protocol/edit';
import { edgeEdit, type EdgeReceipt, type Receipt } from '../../../src/protocol/receipts';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, percent, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin, type TableRows } from '../../shared/tableTwin';
import { button, progressRing } from '../../shared/toolkit';
import { standsFor, type Thing } from '../interventions/things';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { headName, quoted, shortened } from '../words';
import { receiptWords } from './receiptWords';
import { scatter } from './scatter';

const SHOWN = 12;

/** One line of the list: what was cut, and what that did. */
interface Line {
  name: string;
  weight: number | null;
  direct: number;
  total: number;
  /** Words behind the bars. */
  beside: string;
  mark: string;
  edits: Edit[];
  thing: Thing;
  look(): void;
}

export function receiptsView(stage: Stage, cut: (...edits: Edit[]) => void): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('receipts-title') });
  const sentence = h('p', { class: 'words receipt-words' });
  const waiting = h(
    'div',
    { class: 'notice busy' },
    progressRing(),
    h('span', { class: 'words' }, t('Cutting every look of this token, one by one…')),
  );
  const problem = h('p', { class: 'words', role: 'alert' });
  const lists = h('div', { class: 'receipt-lists' });
  const picture = h('div', { class: 'receipt-picture' });
  const table = tableTwin(() => {
    const [run, found] = [stage.run(), known.get(selection.query)];
    return run && found ? receiptTable(run, found) : null;
  });
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'receipts' },
    h('header', {}, title),
    sentence,
    waiting,
    problem,
    h('div', { class: 'receipt-columns' }, picture, lists),
    h(
      'p',
      { class: 'hint' },
      t(
        'Effects are of the run with the cut less the run as it is, in logits for the token that followed against the likeliest other; positive: the cut helps it. Direct: what the cut takes from what was written, all later parts as they were. Total: everything later computed again; what is more is relay and repair. Beyond its weight: the share of looks from other tokens with a like weight that do at least as much; of thousands, some are large by chance.',
      ),
    ),
    table.element,
  );
  const known = new Map<number, Receipt>();
  let running: AbortController | undefined;
  let asked: number | null = null;
  let visible = false;

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(element, run?.explanation != null);
    if (!run?.explanation || !visible) return;
    const position = selection.query;
    const found = known.get(position);
    const edited = run.explanation.interventions.length > 0;
    setText(title, t('What did each look do? After {0}', quoted(run.tokens[position])));
    show(waiting, !found && !edited);
    show(lists, found !== undefined && !edited);
    show(picture, found !== undefined && !edited);
    if (edited)
      return setText(sentence, t('Receipts are of the run as it is: switch the interventions off to see them.'));
    if (found) return fill(run, found);
    setText(sentence, '');
    if (asked !== position) ask(run, position);
  });

  const ask = (run: Run, position: number): void => {
    running?.abort();
    const { signal } = (running = new AbortController());
    asked = position;
    setText(problem, '');
    stage.host.call('receipt', { position }, { signal }).then(
      (answer) => {
        if (stage.run() !== run) return;
        known.set(position, answer);
        draw();
      },
      (thrown: Error) => {
        if (signal.aborted || stage.run() !== run) return;
        show(waiting, false);
        setText(problem, thrown.message);
      },
    );
  };

  const fill = (run: Run, found: Receipt): void => {
    setText(sentence, receiptWords(run, found));
    const { position, edges, heads, experts, routing, floor } = found;
    const beyond = (effect: { total: number }): boolean => Math.abs(effect.total) > floor;
    const edgeLines = [...edges]
      .filter(({ knockout }) => knockout && beyond(knockout))
      .sort((a, b) => Math.abs(b.knockout!.total) - Math.abs(a.knockout!.total))
      .slice(0, SHOWN)
      .map((edge): Line => ({
        name: `L${edge.layer}H${edge.head} → ${edge.key} ${shortened(run.tokens[edge.key].label, 10)}`,
        weight: edge.weight,
        ...edge.knockout!,
        beside: rareWords(edge),
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
    const headLines = [...heads]
      .sort((a, b) => Math.abs(b.zero.total) - Math.abs(a.zero.total))
      .slice(0, SHOWN)
      .map(({ layer, head, zero, mean }): Line => ({
        name: headName({ layer, head }),
        weight: null,
        ...zero,
        beside: t('mean instead: {0}', signedDecimal(mean.total)),
        mark: '',
        edits: [{ site: 'z', layer, head, pos: { from: position, to: position + 1 }, do: 'zero' }],
        thing: { kind: 'head', layer, head },
        look: () => selection.change({ headLock: { layer, head } }),
      }));
    const expertLines = [...experts]
      .sort((a, b) => Math.abs(b.contribution.total) - Math.abs(a.contribution.total))
      .slice(0, SHOWN)
      .map(({ layer, expert, weight, contribution, routeAround, swap }): Line => {
        const name = `blocks.${layer}.mlp.expert[${expert},pos=${position}] = contribution`;
        const own = routing.find(({ edit }) => edit === name);
        return {
          name: t('layer {0} expert {1}', layer, expert),
          weight,
          ...contribution,
          beside: [
            ...(routeAround ? [t('routed around to {0}: {1}', routeAround.to, signedDecimal(routeAround.total))] : []),
            ...(swap ? [t('if expert {0} did it: {1}', swap.to, signedDecimal(swap.total))] : []),
            ...(own
              ? [t('through re-choosing: {0}, {1} flips', signedDecimal(own.free - own.ids), own.flips.length)]
              : []),
          ].join(' · '),
          mark: '',
          edits: [{ site: 'expert', layer, expert, pos: { from: position, to: position + 1 }, do: 'contribution' }],
          thing: { kind: 'expert', layer, expert, token: position },
          look: () => {},
        };
      });
    picture.replaceChildren(
      scatter(run, found, (edge) =>
        selection.change({ headLock: { layer: edge.layer, head: edge.head }, tokenLock: position, pointed: edge.key }),
      ),
    );
    lists.replaceChildren(
      lineList('edges', t('Looks, knocked out'), edgeLines, floor),
      lineList('heads', t('Heads, cut'), headLines, floor),
      ...(expertLines.length > 0 ? [lineList('experts', t('Experts, left out'), expertLines, floor)] : []),
    );
    table.invalidate();
  };

  const lineList = (name: string, heading: string, lines: readonly Line[], floor: number): HTMLElement => {
    const largest = Math.max(...lines.map(({ direct, total }) => Math.max(Math.abs(direct), Math.abs(total))), 1e-9);
    const bar = (value: number): HTMLElement => {
      const made = h('span', { class: value < 0 ? 'bar negative' : 'bar', 'aria-hidden': 'true' });
      made.style.setProperty('--share', String(Math.abs(value) / largest));
      return h('span', { class: 'track' }, made);
    };
    const number = (value: number): string =>
      Math.abs(value) <= floor && value !== 0 ? t('< floor') : signedDecimal(value);
    return h(
      'div',
      { 'data-reading': name },
      h('h3', {}, heading),
      h(
        'table',
        { class: 'receipt-table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('td', {}),
            ...[t('weight'), t('direct'), t('total')].map((head) => h('th', { scope: 'col' }, head)),
            h('td', {}),
            h('td', {}),
          ),
        ),
        h(
          'tbody',
          {},
          ...lines.map((line) =>
            standsFor(
              h(
                'tr',
                {},
                h(
                  'th',
                  { scope: 'row' },
                  h('button', { type: 'button', class: 'receipt-name', onclick: line.look }, line.name),
                ),
                h('td', {}, line.weight === null ? '' : percent(line.weight)),
                h('td', {}, bar(line.direct), number(line.direct)),
                h('td', {}, bar(line.total), number(line.total)),
                h('td', { class: 'receipt-beside' }, line.mark, ' ', line.beside),
                h(
                  'td',
                  {},
                  button(t('Cut'), () => cut(...line.edits), { secondary: true }),
                ),
              ),
              line.thing,
            ),
          ),
        ),
      ),
    );
  };

  return {
    element,
    table: table.all,
    runChanged() {
      running?.abort();
      known.clear();
      asked = null;
      lists.replaceChildren();
      picture.replaceChildren();
      setText(problem, '');
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    shown() {
      visible = true;
      draw();
    },
  };
}

function rareWords({ rank, percentile }: EdgeReceipt): string {
  const place = rank === null ? '' : t('rank {0} in its layer', rank);
  const rare = percentile === null ? t('no fair control') : t('beyond its weight {0}', percent(percentile));
  return place ? `${place} · ${rare}` : rare;
}

/** Where weight and effect disagree: among the largest or smallest twentieth of effects of like weights. */
function markOf({ percentile }: EdgeReceipt): string {
  if (percentile === null) return '';
  if (percentile <= 0.05) return t('▲ more than its weight says');
  return percentile >= 0.95 ? t('▼ less than its weight says') : '';
}

function receiptTable(run: Run, { edges, position, target, foil, floor }: Receipt): TableRows {
  return {
    caption: t(
      'All looks from token {0} {1}; logits for {2} against {3}; smaller than {4} is no effect',
      position,
      quoted(run.tokens[position]),
      readableLabel(target.text),
      readableLabel(foil.text),
      decimal(floor),
    ),
    columns: [
      t('Head'),
      t('Key'),
      t('weight'),
      t('Knocked out: direct'),
      t('Knocked out: total'),
      t('Weight 0: total'),
      t('Mean value: total'),
      t('Rank'),
      t('Beyond its weight'),
    ],
    rows: edges.map((edge) => [
      headName(edge),
      `${edge.key} ${run.tokens[edge.key].label}`,
      cell(edge.weight, percent),
      edge.knockout ? cell(edge.knockout.direct, signedDecimal) : '–',
      edge.knockout ? cell(edge.knockout.total, signedDecimal) : '–',
      cell(edge.zero.total, signedDecimal),
      cell(edge.swap.total, signedDecimal),
      edge.rank === null ? '–' : cell(edge.rank),
      edge.percentile === null ? t('no fair control') : cell(edge.percentile, percent),
    ]),
  };
}
