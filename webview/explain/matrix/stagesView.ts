/** How does one weight come about? Q·K stage by stage: product, scaling, mask, softmax, with every number. */
import type { EdgeStages } from '../../../src/protocol/readingApi';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { integer, percent, signedPoints, precise, signedThousandths } from '../../shared/numbers';
import { onResize, surface } from '../../shared/surface';
import { cell, type Cell } from '../../shared/tableTwin';
import { css, mix } from '../../../src/shared/color';
import { theme } from '../../shared/theme';
import { setWords, worded } from '../chips';
import { largestBy } from '../token/edges';
import type { EdgeRows } from '../token/edgeRows';
import { latest } from '../host';
import { beforeAfter } from '../interventions/beforeAfter';
import { standsFor, type Thing } from '../interventions/things';
import type { Stage, View } from '../stage';
import { hasInfluence, looksBothWays, maskOf, windowOf, type Mask } from '../state/layers';
import type { HeadRef } from '../state/selection';
import { headName, placedPairWords, quoted, pairIndices } from '../words';

/** CSS pixels of the picture of q, k and their products. */
const [ROW, GAP, LABEL] = [26, 6, 44];

export function stagesView(stage: Stage, rows: EdgeRows): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('stages-title') }, t('How one weight comes about'));
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const holder = h('div', {}, canvas);
  const without = h('p', { class: 'hint layer-hint', hidden: true });
  const steps = h('ol', { class: 'stages', 'aria-labelledby': title.id });
  const element = h(
    'section',
    { class: 'view', 'data-section': 'stages' },
    h('header', {}, title),
    without,
    holder,
    steps,
    info(
      t(
        'Point at another token in the arcs or the readings to see how its weight comes about. q and k are taken after the head’s norm and rotation, where the model has them.',
      ),
    ),
  );
  const compared = beforeAfter(stage);
  steps.after(compared.element);
  let edge: Extract<Thing, { kind: 'edge' }> | null = null;
  standsFor(holder, () => edge);
  let visible = false;
  let shown: EdgeStages | null = null;
  const ask = latest();

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run?.explanation || !visible) return;
    const { head, query } = selection;
    const { layer } = head;
    const influence = hasInfluence(run, layer);
    show(without, influence);
    show(holder, !influence);
    show(steps, !influence);
    if (influence) {
      shown = null;
      compared.clear();
      setWords(title, t('How one weight comes about'));
      return setWords(
        without,
        t(
          'Layer {0} has no attention, so there is no weight: what came before reaches a token there without being looked at.',
          layer,
        ),
      );
    }
    const edges = rows.look({ ...head, query }, draw);
    if (!edges) return rows.asks ? empty() : undefined;
    const key = selection.other ?? largestBy(edges.weights, 1)[0];
    ask(async (signal) => {
      const stages = await stage.host.call('edgeStages', { ...head, query, key }, { signal });
      if (stage.run() !== run) return;
      shown = stages;
      edge = maskOf(run, layer, query, key) !== 'later' ? { kind: 'edge', ...head, query, key } : null;
      setWords(
        title,
        t('How {0} comes to look from {1} at {2}', headName(head), quoted(run.tokens[query]), quoted(run.tokens[key])),
      );
      fill(stages, maskOf(run, layer, query, key), windowOf(run, layer), Math.abs(query - key), looksBothWays(run), {
        words: placedPairWords(run, query, key, stages.weight),
        title: pairIndices(query, key),
      });
      paint();
      compare({ ...head, query, key }, stages);
    });
  });

  const compare = (of: HeadRef & { query: number; key: number }, is: EdgeStages): void =>
    compared.look(JSON.stringify(of), async (before, signal) => {
      const was = await before.call('edgeStages', of, { signal });
      // By the names of the steps in the table of one run.
      const steps: [string, (stages: EdgeStages) => number | null][] = [
        ['q · k', ({ dot }) => dot],
        [t('Mask'), ({ score }) => score],
        [t('Largest score of the row'), ({ rowMax }) => rowMax],
        [t('Sum of the row’s exponentials'), ({ rowSum }) => rowSum],
      ];
      const pairs = steps.flatMap(([name, of]) => {
        const [then, now] = [of(was), of(is)];
        return then === null || now === null ? [] : [{ name, before: then, after: now }];
      });
      const numbers = { of: t('Step'), value: precise, change: signedThousandths };
      const shares = { of: t('Step'), value: percent, change: signedPoints };
      const weight = [{ name: t('Softmax'), before: was.weight, after: is.weight }];
      return [
        { heading: t('Scores: before → after'), pairs, ...numbers },
        { heading: t('The weight: before → after'), pairs: weight, ...shares },
      ];
    });

  const empty = (): void => {
    shown = edge = null;
    compared.clear();
    steps.replaceChildren();
    show(holder, false);
    setWords(title, t('How one weight comes about'));
  };

  const fill = (
    { dot, scale, softcap, slope, score, rowMax, rowSum, sink, weight, q }: EdgeStages,
    mask: Mask | null,
    window: number,
    distance: number,
    bothWays: boolean,
    pair: { words: string; title: string },
  ): void => {
    const step = (name: string, formula: string, value: string): HTMLElement =>
      h(
        'li',
        { 'data-step': name },
        h('span', { class: 'name' }, name),
        h('span', { class: 'formula' }, formula),
        h('span', { class: 'number' }, value),
      );
    const masked = score === null;
    const isRoot = Math.abs(scale * Math.sqrt(q.length) - 1) < 1e-6;
    const whyMasked =
      mask === 'outside'
        ? t('the key is outside the window of {0} tokens', integer(bothWays ? 2 * window - 1 : window))
        : t('the key is later than the query');
    steps.replaceChildren(
      step(t('Product'), t('q · k, summed over {0} numbers', integer(q.length)), precise(dot)),
      step(
        t('Scaling'),
        isRoot
          ? t('{0} × {1} (1 ÷ √{2})', precise(dot), precise(scale), q.length)
          : t('{0} × {1}, as the model says', precise(dot), precise(scale)),
        masked ? '' : precise(dot * scale),
      ),
      ...(softcap === undefined
        ? []
        : [step(t('Soft cap'), t('{0} × tanh(score ÷ {0})', precise(softcap)), masked ? '' : precise(score))]),
      ...(slope === undefined
        ? []
        : [
            step(
              t('Distance'),
              t('− {0} × {1} tokens apart (ALiBi)', precise(slope), integer(distance)),
              masked ? '' : precise(score),
            ),
          ]),
      step(
        t('Mask'),
        masked
          ? whyMasked
          : Number.isFinite(window)
            ? t('the key is not later than the query, and within the window of {0} tokens', integer(window))
            : bothWays
              ? t('none: this model looks both ways')
              : t('the key is not later than the query'),
        masked ? '−∞' : precise(score),
      ),
      step(
        t('Exponential'),
        t('e to the power of score − {0}, the row’s largest', precise(rowMax)),
        masked ? '0' : precise(Math.exp(score - rowMax)),
      ),
      step(
        t('Softmax'),
        sink === undefined
          ? t('divided by {0}, the row’s sum', precise(rowSum))
          : t('divided by {0}, the row’s sum with the learned sink, which takes {1}', precise(rowSum), percent(sink)),
        percent(weight),
      ),
      h('li', { class: 'hint', title: pair.title }, ...worded(pair.words)),
    );
  };

  const paint = (): void => {
    if (!shown) return;
    const { q, k } = shown;
    const width = Math.min(520, holder.clientWidth);
    if (width === 0) return;
    const { context } = surface(canvas, width, 3 * (ROW + GAP));
    const { foreground, muted, background, accent, font } = theme();
    const products = q.map((value, i) => value * k[i]);
    const cell = (width - LABEL) / q.length;
    [q, k, products].forEach((values, row) => {
      const top = row * (ROW + GAP);
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
      context.fillStyle = css(muted);
      context.font = `11px ${font}`;
      context.textBaseline = 'middle';
      context.fillText(['q', 'k', 'q × k'][row], 0, top + ROW / 2);
      context.fillStyle = css(mix(background, foreground, 0.2));
      context.fillRect(LABEL, top + ROW / 2, width - LABEL, 1);
      values.forEach((value, i) => {
        const height = (Math.abs(value) / largest) * (ROW / 2);
        // Above the line: positive.
        context.fillStyle = css(value >= 0 ? accent : mix(background, foreground, 0.6));
        context.fillRect(LABEL + i * cell, top + ROW / 2 - (value >= 0 ? height : 0), Math.max(1, cell - 1), height);
      });
    });
  };
  onResize(holder, paint);

  return {
    element,
    compared: compared.tables,
    table() {
      if (!shown) return null;
      const { q, k, dot, scale, score, rowMax, rowSum, weight } = shown;
      const step = (name: string, value: number | null): Cell[] => [name, '', '', value === null ? '−∞' : cell(value)];
      return {
        caption: title.textContent,
        columns: [t('Number'), 'q', 'k', 'q × k'],
        rows: [
          ...Array.from(q, (value, i) => [cell(i), cell(value), cell(k[i]), cell(value * k[i])]),
          step('q · k', dot),
          step(t('Scaling'), scale),
          step(t('Mask'), score),
          step(t('Largest score of the row'), rowMax),
          step(t('Sum of the row’s exponentials'), rowSum),
          step(t('Softmax'), weight),
        ],
      };
    },
    runChanged() {
      empty();
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    themeChanged: paint,
    shown() {
      visible = true;
      draw();
    },
  };
}
