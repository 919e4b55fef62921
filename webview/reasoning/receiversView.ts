/** Receiver heads: which heads keep coming back to the same few steps, and to which. */
import type { Handle } from '../../src/protocol/handle';
import { css, placeOf, stepOf } from '../../src/shared/color';
import { h, oncePerFrame, show } from '../shared/dom';
import { legend } from '../shared/legend';
import { t } from '../shared/l10n';
import { percent } from '../shared/numbers';
import { surface } from '../shared/surface';
import { tableTwin } from '../shared/tableTwin';
import { onThemeChange, theme } from '../shared/theme';
import type { ReceiverHead } from '../../src/protocol/reasoning';
import type { ReasoningWorkerApi } from '../../src/protocol/reasoningWorkerApi';
import type { Stage, View } from './stage';

type Receivers = ReasoningWorkerApi['receivers']['result'];

const TOP = 6;
/** CSS pixels: the side of the square, and the room for the numbers of the steps at its left and below. */
const [SIZE, LEFT, BELOW] = [220, 26, 18];
/** Numbers of steps are at least so far from each other. */
const TICK = 24;

export function receiversView(stage: Stage): View {
  const words = h('p', { class: 'hint' });
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': t('Receiver heads') });
  const canvas = h('canvas', { role: 'img' });
  const readout = h('p', { class: 'readout' });
  const key = legend();
  const picture = h('div', { class: 'matrix' }, canvas, h('div', {}, readout, key.element));
  const twin = tableTwin(() => rows());
  const details = h(
    'details',
    {},
    h('summary', {}, t('Receiver heads: which heads come back to the same few steps?')),
    words,
    chips,
    picture,
    twin.element,
  );
  const element = h('section', { class: 'receivers', 'data-section': 'receivers' }, details);
  let found: Receivers | null = null;
  let about: Handle | null = null;
  let chosen = 0;

  const ask = async (): Promise<void> => {
    const { reading } = stage.state;
    if (!details.open || !reading || about === reading.reading) return;
    about = reading.reading;
    try {
      found = await stage.host.call('receivers', { reading: reading.reading, top: TOP });
      chosen = 0;
      draw();
    } catch (thrown) {
      stage.failed(thrown);
    }
  };
  const draw = oncePerFrame(() => {
    const { shown, reading } = stage.state;
    show(element, shown !== null);
    if (!shown || !details.open) return;
    if (reading?.reading !== about) void ask();
    const heads = found?.heads ?? [];
    const first = reading?.firstStep ?? 0;
    show(picture, heads.length > 0);
    show(twin.element, heads.length > 0);
    if (!found) return;
    words.textContent =
      heads.length === 0
        ? t(
            'Too few steps: a step counts by the attention from steps more than four later, and at least nine are needed.',
          )
        : t(
            'Mean attention between tokens of two steps: rows look, columns are looked at. Only looks from more than four steps later count. Heads whose looks gather in the fewest steps come first; each says which step gets most of them.',
          );
    chips.replaceChildren(
      ...heads.map((one, i) =>
        h(
          'button',
          {
            class: 'chip',
            type: 'button',
            'aria-pressed': String(i === chosen),
            onclick: () => ((chosen = i), draw()),
          },
          gathered(one, first),
        ),
      ),
    );
    if (heads.length === 0) return;
    const { scores } = heads[chosen];
    const best = largestOf(scores);
    readout.textContent = t(
      'Most looked at: step {0} (mean {1} per token pair).',
      first + best + 1,
      percent(scores[best]),
    );
    key.set(drawMatrix(canvas, found.matrices[chosen], first));
    canvas.setAttribute('aria-label', `${t('Step by step matrix of the head')}. ${readout.textContent}`);
    twin.invalidate();
  });
  details.addEventListener('toggle', draw);
  onThemeChange(draw);

  const rows = (): { caption: string; columns: string[]; rows: string[][] } | null => {
    if (!found || found.heads.length === 0) return null;
    const { scores } = found.heads[chosen];
    const first = stage.state.reading?.firstStep ?? 0;
    return {
      caption: t('Mean attention that each step receives from steps more than four later'),
      columns: [t('Step'), t('Received')],
      rows: scores.map((score, i) => [String(first + i + 1), percent(score)]),
    };
  };
  return {
    element,
    begun() {
      found = null;
      about = null;
      draw();
    },
    draw,
  };
}

const largestOf = (scores: readonly number[]): number =>
  scores.reduce((most, score, i) => (score > scores[most] ? i : most), 0);

/** "layer 3, head 2: 41 % to step 5" */
function gathered({ layer, head, scores }: ReceiverHead, first: number): string {
  const best = largestOf(scores);
  const all = scores.reduce((sum, score) => sum + score, 0);
  return t('layer {0}, head {1}: {2} to step {3}', layer, head, percent(scores[best] / all), first + best + 1);
}

/** Lower triangle of [steps, steps], with the numbers of the steps, of which the first is `first` + 1; the largest value. */
function drawMatrix(canvas: HTMLCanvasElement, matrix: Float32Array, first: number): number {
  const steps = Math.round(Math.sqrt(matrix.length));
  const { context } = surface(canvas, LEFT + SIZE, SIZE + BELOW);
  const cell = SIZE / steps;
  const { heat, border, muted } = theme();
  let largest = 0;
  for (let i = 0; i < steps; i++) for (let j = 0; j < i; j++) largest = Math.max(largest, matrix[i * steps + j]);
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j <= i; j++) {
      context.fillStyle = css(heat.colors[stepOf(placeOf(matrix[i * steps + j], largest))]);
      context.fillRect(LEFT + j * cell, i * cell, Math.ceil(cell), Math.ceil(cell));
    }
  }
  context.strokeStyle = css(border);
  context.strokeRect(LEFT + 0.5, 0.5, SIZE - 1, SIZE - 1);
  context.fillStyle = css(muted);
  context.font = '10px sans-serif';
  const every = Math.ceil(TICK / cell);
  for (let i = 0; i < steps; i += every) {
    const [number, middle] = [String(first + i + 1), (i + 0.5) * cell];
    context.textAlign = 'end';
    context.textBaseline = 'middle';
    context.fillText(number, LEFT - 4, middle);
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.fillText(number, LEFT + middle, SIZE + 5);
  }
  return largest;
}
