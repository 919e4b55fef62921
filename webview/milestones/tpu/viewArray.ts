/** The systolic array, one cycle at a time: buttons, arrow keys, a table of the cells. */
import type { ViewStage } from '../experimentView';
import { freshId, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { plotFigure, svg } from '../../shared/plot';
import { cyclesOf, runArray, smallNumbers, type Cycle } from './systolic';
import './tpu.css';

const SIZES = [2, 3, 4, 6, 8];
const LEFT = 76;
const TOP = 18;
const CELL = { width: 64, height: 46 };
/** Columns of the queue at the left, and lines of the sums below. */
const QUEUE = 3;
const LINE = 15;

export function arrayView(stage: ViewStage): HTMLElement {
  const { kept } = stage;
  const oneOf = (name: string): number => SIZES.find((size) => size === kept.get(name)) ?? 4;
  let size = oneOf('cells');
  let inputs: number[][] = [];
  let cycles: Cycle[] = [];
  /** 0: before the first cycle. */
  let time = 0;
  const figure = plotFigure({
    title: t('A systolic array, cycle by cycle'),
    hint: t(
      'Weights stay in their cells. Numbers come in from the left, each row one cycle later; sums go down and leave below. Buttons or arrow keys step.',
    ),
    draw,
    table: () => ({
      caption: sentence(),
      columns: [t('cell (row, column)'), t('weight'), t('number from the left'), t('sum handed down')],
      rows: cellsNow().flatMap((row, k) =>
        row.map(({ weight, number, sum }, j) => [
          `${k + 1}, ${j + 1}`,
          String(weight),
          number === null ? '–' : String(number),
          sum === null ? '–' : String(sum),
        ]),
      ),
    }),
  });
  const chooser = (label: string, chosen: number, set: (value: number) => void): HTMLElement => {
    const id = freshId('array');
    const select = h(
      'select',
      {
        id,
        class: 'field',
        onchange: () => {
          set(SIZES[select.selectedIndex]);
          begin();
        },
      },
      ...SIZES.map((value) => h('option', { selected: value === chosen }, String(value))),
    );
    return h('div', { class: 'control' }, h('label', { for: id }, label), select);
  };
  let count = oneOf('inputs');
  const step = (label: string, sign: string, to: () => number): HTMLButtonElement =>
    h('button', { class: 'chip', 'aria-label': label, title: label, onclick: () => go(to()) }, sign);
  const steps: Record<string, HTMLButtonElement> = {
    Home: step(t('Before the first cycle'), '|◀', () => 0),
    ArrowLeft: step(t('One cycle back'), '◀', () => time - 1),
    ArrowRight: step(t('One cycle on'), '▶', () => time + 1),
    End: step(t('To the last cycle'), '▶|', () => cycles.length),
  };
  const said = h('p', { class: 'array-said' });
  const bar = h(
    'div',
    {
      class: 'controls',
      role: 'group',
      'aria-label': t('Steps of the systolic array'),
      onkeydown: (event: KeyboardEvent) => {
        const pressed = steps[event.key];
        if (!pressed || event.target instanceof HTMLSelectElement) return;
        event.preventDefault();
        pressed.click();
      },
    },
    chooser(t('Rows and columns of cells'), size, (value) => (size = value)),
    chooser(t('Inputs, one after the other'), count, (value) => (count = value)),
    h('div', { class: 'buttons' }, ...Object.values(steps)),
  );
  const element = h('section', { 'data-section': 'systolic' }, figure.element);
  figure.element.querySelector('.plot-box')!.before(bar, said);
  begin(Number(kept.get('cycle')) || 0);
  return element;

  function begin(at = 0): void {
    kept.set('cells', size);
    kept.set('inputs', count);
    inputs = smallNumbers(count, size, 4);
    cycles = runArray(smallNumbers(size, size, 1), inputs);
    go(at);
  }

  function go(to: number): void {
    time = Math.min(cycles.length, Math.max(0, to));
    kept.set('cycle', time);
    for (const key of ['Home', 'ArrowLeft']) steps[key].setAttribute('aria-disabled', String(time === 0));
    for (const key of ['ArrowRight', 'End']) steps[key].setAttribute('aria-disabled', String(time === cycles.length));
    said.textContent = sentence();
    stage.say(said.textContent);
    figure.redraw();
  }

  function cellsNow(): Cycle['cells'] {
    if (time > 0) return cycles[time - 1].cells;
    return cycles[0].cells.map((row) => row.map(({ weight }) => ({ weight, number: null, sum: null })));
  }

  function outputsNow(): Cycle['outputs'] {
    return time > 0 ? cycles[time - 1].outputs : cycles[0].outputs.map((row) => row.map(() => null));
  }

  function sentence(): string {
    const cells = cellsNow().flat();
    const busy = cells.filter(({ number }) => number !== null).length;
    const ready = outputsNow().flat();
    const all = cyclesOf(count, size, size);
    return [
      t('Cycle {0} of {1} ({2} inputs + {3} rows + {3} columns − 2).', time, all, count, size),
      t('{0} of {1} cells at work;', busy, cells.length),
      t('{0} of {1} sums ready.', ready.filter((sum) => sum !== null).length, ready.length),
      t(
        'Over the whole run the cells are busy {0} of the time; with {1} inputs through 256 × 256 cells, {2}.',
        roundPercent(count / all),
        integer(4096),
        roundPercent(4096 / cyclesOf(4096, 256, 256)),
      ),
    ].join(' ');
  }

  function draw(area: SVGSVGElement, width: number): number {
    const across = Math.min(CELL.width, (width - LEFT - 8) / size);
    const bottom = TOP + size * CELL.height;
    cellsNow().forEach((row, k) => {
      const y = TOP + k * CELL.height;
      area.append(...queue(k, y + CELL.height / 2));
      row.forEach((cell, j) => area.append(...drawCell(cell, LEFT + j * across, y, across)));
    });
    area.append(text(4, 11, t('waiting numbers'), 'plot-text'));
    outputsNow().forEach((row, i) => {
      const y = bottom + 14 + (i + 1) * LINE;
      area.append(text(4, y, t('sums {0}', i + 1), 'plot-text'));
      row.forEach((sum, j) => {
        area.append(text(LEFT + (j + 0.5) * across, y, sum === null ? '·' : String(sum), 'plot-text', 'middle'));
      });
    });
    return bottom + 14 + (count + 1) * LINE;
  }

  /** What row k is about to be given, the next one nearest to the array. */
  function queue(k: number, y: number): SVGElement[] {
    const next = Array.from({ length: QUEUE }, (_, at) => inputs[time + at - k]?.[k]);
    return next.flatMap((number, at) =>
      number === undefined ? [] : [text(LEFT - 14 - at * 22, y + 4, String(number), 'array-number', 'middle')],
    );
  }
}

function drawCell(
  { weight, number, sum }: Cycle['cells'][number][number],
  x: number,
  y: number,
  across: number,
): SVGElement[] {
  const busy = number !== null;
  const middle = x + across / 2;
  return [
    svg('rect', {
      x: x + 1,
      y: y + 1,
      width: across - 3,
      height: CELL.height - 3,
      class: busy ? 'array-cell array-busy' : 'array-cell',
    }),
    text(
      middle,
      y + 17,
      busy ? `${weight} × ${number}` : String(weight),
      busy ? 'array-number' : 'plot-text',
      'middle',
    ),
    ...(sum === null ? [] : [text(middle, y + 35, `Σ ${sum}`, 'plot-text', 'middle')]),
  ];
}

function text(x: number, y: number, content: string, name: string, anchor = 'start'): SVGElement {
  return svg('text', { x, y, class: name, 'text-anchor': anchor }, content);
}
