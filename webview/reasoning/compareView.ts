/** Direct against step by step on fresh problems, by number of steps: runs live, with intervals. */
import type { CompareRow } from '../../src/protocol/reasoning';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { roundPercent } from '../shared/numbers';
import { onResize } from '../shared/surface';
import { tableTwin } from '../shared/tableTwin';
import { button } from '../shared/toolkit';
import type { Stage } from './stage';
import { number } from './startView';
import { s } from '../shared/plot/svg';

const STEPS = [1, 2, 3, 4, 5, 6, 7, 8];
const [HEIGHT, TOP, BOTTOM, LEFT, RIGHT] = [220, 14, 34, 46, 16];

export function compareView(stage: Stage): { element: HTMLElement } {
  const problems = number(t('Problems for each'), 20, 1, 500);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const unseen = h('input', { type: 'checkbox', id: 'unseen' });
  const sentence = h('p', { class: 'sentence-small' });
  const box = h('div', { class: 'figure-box' });
  const twin = tableTwin(() => tableOf(rows));
  let rows: CompareRow[] = [];
  let width = 0;

  const run = (): void => {
    const count = Number(problems.input.value);
    const total = count * STEPS.length;
    rows = [];
    stage.run(t('Solving fresh problems…'), async (signal, progress) => {
      await stage.host.call(
        'compare',
        { seed: Number(seed.input.value), count, steps: STEPS, language: 'both', unseen: unseen.checked },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'rows') return;
            rows = report.rows;
            progress(t('Solving fresh problems: {0} of {1}', report.done, total));
            draw();
          },
        },
      );
      stage.say(sentence.textContent ?? '');
    });
  };
  const element = h(
    'details',
    { class: 'compare', 'data-section': 'compare' },
    h('summary', {}, t('Do steps help? Direct against step by step')),
    h(
      'p',
      { class: 'hint' },
      t(
        'The bundled model was trained with worked steps as well as with direct answers, so a gain here shows that writing sums down helps a small network compute, not that steps emerge. The paper’s claim (Wei et al. 2022) is another: large models that were not trained so gain from examples with steps, above roughly 100 billion parameters, and small ones do not.',
      ),
    ),
    h(
      'div',
      { class: 'row' },
      button(t('Run'), run),
      problems.label,
      seed.label,
      h('label', { class: 'number' }, unseen, ' ', t('Scenes that the bundled model never saw')),
    ),
    sentence,
    box,
    twin.element,
  );
  const draw = oncePerFrame(() => {
    show(sentence, rows.length > 0);
    show(twin.element, rows.length > 0);
    sentence.textContent = rows.length > 0 ? sentenceOf(rows) : '';
    box.replaceChildren(...(rows.length > 0 && width > 0 ? [plot(rows, width)] : []));
    twin.invalidate();
  });
  onResize(box, (to) => {
    width = to;
    draw();
  });
  return { element };
}

function sentenceOf(rows: readonly CompareRow[]): string {
  const trials = rows.reduce((sum, row) => sum + row.trials, 0);
  const share = (way: 'direct' | 'stepwise'): string => {
    const right = rows.reduce((sum, row) => sum + row[way].right, 0);
    return trials > 0 ? roundPercent(right / trials) : '–';
  };
  return t('After {0} problems: directly {1} right, step by step {2}.', trials, share('direct'), share('stepwise'));
}

function plot(rows: readonly CompareRow[], width: number): SVGElement {
  const x = (steps: number): number => LEFT + ((steps - 0.5) * (width - LEFT - RIGHT)) / STEPS.length;
  const y = (share: number): number => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const svg = s('svg', {
    class: 'plot',
    width,
    height: HEIGHT,
    viewBox: `0 0 ${width} ${HEIGHT}`,
    role: 'img',
    'aria-label': sentenceOf(rows),
  });
  for (const level of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(s('line', { class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level) }));
    svg.append(s('text', { class: 'tick', x: LEFT - 6, y: y(level) + 4, 'text-anchor': 'end' }, roundPercent(level)));
  }
  for (const n of STEPS)
    svg.append(s('text', { class: 'tick', x: x(n), y: HEIGHT - 16, 'text-anchor': 'middle' }, String(n)));
  svg.append(
    s('text', { class: 'tick', x: width - RIGHT, y: HEIGHT - 2, 'text-anchor': 'end' }, t('steps in the problem')),
  );
  for (const way of ['direct', 'stepwise'] as const) {
    const tried = rows.filter(({ trials }) => trials > 0);
    const points = tried.map((row) => ({
      at: x(row.steps) + (way === 'direct' ? -4 : 4),
      ...row[way],
      trials: row.trials,
    }));
    const d = points.map(({ at, right, trials }, i) => `${i ? 'L' : 'M'} ${at} ${y(right / trials)}`).join(' ');
    if (d) svg.append(s('path', { class: `line ${way}`, d }));
    for (const { at, right, trials, interval } of points) {
      svg.append(s('line', { class: `interval ${way}`, x1: at, x2: at, y1: y(interval[0]), y2: y(interval[1]) }));
      const mark =
        way === 'direct'
          ? s('rect', { class: `mark ${way}`, x: at - 4, y: y(right / trials) - 4, width: 8, height: 8 })
          : s('circle', { class: `mark ${way}`, cx: at, cy: y(right / trials), r: 4.5 });
      mark.append(s('title', {}, t('{0} of {1}', right, trials)));
      svg.append(mark);
    }
    const last = points.at(-1);
    if (last) {
      const name = way === 'direct' ? t('directly') : t('step by step');
      const above = way === 'stepwise' ? -10 : 16;
      svg.append(
        s(
          'text',
          { class: `name ${way}`, x: width - RIGHT, y: y(last.right / last.trials) + above, 'text-anchor': 'end' },
          name,
        ),
      );
    }
  }
  return svg;
}

function tableOf(rows: readonly CompareRow[]): { caption: string; columns: string[]; rows: string[][] } | null {
  if (rows.length === 0) return null;
  const words = (right: number, trials: number, [low, high]: [number, number]): string =>
    `${right}/${trials} (${roundPercent(low)}–${roundPercent(high)})`;
  return {
    caption: t('Right answers by number of steps, with 95% intervals (Wilson)'),
    columns: [t('Steps'), t('Directly'), t('Step by step')],
    rows: rows.map(({ steps, trials, direct, stepwise }) => [
      String(steps),
      words(direct.right, trials, direct.interval),
      words(stepwise.right, trials, stepwise.interval),
    ]),
  };
}
