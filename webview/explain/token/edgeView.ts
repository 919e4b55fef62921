/** What are the edges of one token worth? Weight, length of what is added, and what it does to the next token's logit. */
import type { EdgeReadings } from '../../../src/protocol/readingApi';
import { readableLabel, shortened } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { isolated } from '../../shared/rightToLeft';
import { decimal, integer, percent, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { setWords, worded } from '../chips';
import { latest } from '../host';
import { measureName, measureText } from '../heads/layerWords';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf, type Pair } from '../interventions/compared';
import { hasInfluence, looksBothWays } from '../state/layers';
import { tokenAgain } from '../readsAgain';
import { barList, type Bar } from './barList';
import { largestBy } from './edges';
import type { EdgeRows } from './edgeRows';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { headName, pairIndices, placeCell, quoted, tokenName, tokenPlace } from '../words';

const SHOWN = 8;
const ROWS = 100;

export function edgeView(stage: Stage, rows: EdgeRows): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('edges-title') });
  const sentence = h('p', { class: 'words' });
  const columns = h('div', { class: 'readings' });
  const table = tableTwin(async (signal, all) => {
    const run = stage.run();
    if (!run?.explanation) return null;
    const query = selection.query;
    const edges = await rows.get({ ...selection.head, query }, signal);
    if (!edges) return null;
    const order = largestBy(edges.weights, all ? edges.weights.length : ROWS);
    return {
      caption: t(
        'Edges of {0}, {1}: the {2} largest weights',
        headName(selection.head),
        quoted(run.tokens[query]),
        integer(order.length),
      ),
      columns: [
        t('Key'),
        t('Token'),
        measureName(run, selection.head.layer),
        t('Added length'),
        t('Added to the logit'),
      ],
      rows: order.map((key) => [
        placeCell(run, key),
        run.tokens[key].label,
        cell(edges.weights[key], measureText(run, selection.head.layer)),
        cell(edges.norms[key], decimal),
        cell(edges.logits[key], signedDecimal),
      ]),
    };
  });
  const element = h(
    'section',
    { class: 'view', 'data-section': 'edges' },
    h('header', {}, title),
    rows.element,
    sentence,
    columns,
    info(
      t(
        'Added length: weight × ‖value · W_O‖, how long the vector is that this key adds to the residual stream. Added to the logit: what that vector does to the next token’s logit on the straight way through the last norm; what later layers make of it is left out.',
      ),
    ),
    table.element,
  );
  const compared = beforeAfter(stage, tokenAgain(1));
  columns.after(compared.element);
  let visible = false;
  const ask = latest();

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run?.explanation || !visible) return;
    const { head, query } = selection;
    const named = [headName(head), quoted(run.tokens[query])];
    setWords(
      title,
      looksBothWays(run) ? t('Two readings of {0} from {1}', ...named) : t('Three readings of {0} from {1}', ...named),
    );
    table.invalidate();
    const known = rows.look({ ...head, query }, draw);
    if (!known) return rows.asks ? empty() : undefined;
    fill(run, query, known);
    if (stage.weights.peekSinks(head)) return;
    ask(async (signal) => {
      await stage.weights.sinks(head, signal);
      draw();
    });
  });

  const empty = (): void => {
    compared.clear();
    columns.replaceChildren();
    setWords(sentence, '');
  };

  const fill = (run: Run, query: number, edges: EdgeReadings): void => {
    const { layer } = selection.head;
    const target = edges.target && t('‘{0}’', readableLabel(edges.target.label));
    const best = largestBy(target ? edges.logits : edges.norms, 1)[0];
    const words = [
      quoted(run.tokens[query]),
      quoted(run.tokens[largestBy(edges.weights, 1)[0]]),
      target ?? '',
      target ? signedDecimal(edges.logits[best]) : '',
      quoted(run.tokens[best]),
    ] as const;
    const sink = stage.weights.peekSinks(selection.head)?.[query];
    setWords(
      sentence,
      [
        hasInfluence(run, layer)
          ? t(
              'On {0} the largest implied influence is that of {1}; the largest effect on the logit of {2}, {3}, comes from {4}.',
              ...words,
            )
          : target
            ? t(
                'From {0} the largest weight is on {1}; the largest effect on the logit of {2}, {3}, comes from {4}.',
                ...words,
              )
            : t('From {0} the largest weight is on {1}; the longest vector comes from {4}.', ...words),
        sink === undefined ? '' : t('The learned sink took {0} and adds nothing.', percent(sink)),
      ]
        .filter((one) => one !== '')
        .join(' '),
    );
    const reading = (name: string, values: Float32Array, text: (value: number) => string): HTMLElement => {
      const order = largestBy(values, SHOWN);
      const bars = order.map((key): Bar => ({
        thing: { kind: 'edge', ...selection.head, query, key },
        label: `${tokenPlace(run, key)} ${shortened(run.tokens[key].label, 14)}`,
        value: values[key],
        text: text(values[key]),
        title: `${isolated(run.tokens[key].label)}: ${text(values[key])}\n${pairIndices(query, key)}`,
        onPoint: (on: boolean) => selection.change({ pointed: on ? key : null }),
      }));
      return h(
        'div',
        { 'data-reading': name },
        h('h3', {}, ...worded(name)),
        barList(bars, Math.abs(values[order[0]])),
      );
    };
    columns.replaceChildren(
      reading(measureName(run, layer), edges.weights, measureText(run, layer)),
      reading(t('Added length'), edges.norms, decimal),
      ...(target ? [reading(t('Added to the logit of {0}', target), edges.logits, signedDecimal)] : []),
    );
    const { head } = selection;
    const asked = { ...head, query, ...(edges.target && { target: edges.target.id }) };
    compared.look(JSON.stringify(asked), async (before, signal) => {
      const was = await before.call('edgeReadings', asked, { signal });
      const pairs = (then: Float32Array, now: Float32Array): Pair[] =>
        pairsOf(
          then,
          now,
          (key) => tokenName(run, key),
          (key) => ({ kind: 'edge', ...head, query, key }),
        );
      const place = [headName(head), quoted(run.tokens[query])] as const;
      return [
        {
          heading: t('{0} from {1}, added length: before → after', ...place),
          of: t('Token'),
          pairs: pairs(was.norms, edges.norms),
          value: decimal,
          change: signedDecimal,
        },
        ...(target
          ? [
              {
                heading: t('{0} from {1}, added to the logit of {2}: before → after', ...place, target),
                of: t('Token'),
                pairs: pairs(was.logits, edges.logits),
                value: signedDecimal,
                change: signedDecimal,
              },
            ]
          : []),
      ];
    });
  };

  return {
    element,
    table: table.all,
    compared: compared.tables,
    runChanged() {
      rows.clear();
      empty();
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
