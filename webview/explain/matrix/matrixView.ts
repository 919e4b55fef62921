/** How strongly does each token look at each other one in this head? From the whole matrix to single weights. */
import { keyOf } from '../../../src/protocol/handle';
import { h, freshId, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { legend } from '../../shared/legend';
import { onResize, surface } from '../../shared/surface';
import { button } from '../../shared/toolkit';
import { setWords } from '../chips';
import { thumbnails } from '../heads/thumbnails';
import { latest } from '../host';
import {
  areaSide,
  clampView,
  pooling,
  reach,
  tilesInView,
  wholeMatrix,
  zoomAt,
  type Area,
  type MatrixView,
  type Pair,
} from './matrixGeometry';
import { standsFor } from '../interventions/things';
import { matrixInput } from './matrixInput';
import { MARGIN, paintMarks, paintMatrix, type MatrixScene } from './matrixPaint';
import { matrixPooling } from './matrixPooling';
import { matrixTable } from './matrixTable';
import { matrixWeights, type InView } from './matrixWeights';
import { MatrixTiles } from './matrixTiles';
import { largestWeight, type Run } from '../state/run';
import { sinkTokens } from '../heads/sinks';
import type { Stage, View } from '../stage';
import { influenceWords, pairReadout } from '../heads/layerWords';
import { hasSinks, hasInfluence, looksBothWays, maskOf, windowOf } from '../state/layers';
import { integer, percent } from '../../shared/numbers';
import { headName, pairIndices, tokenPlace } from '../words';

/** Pixels kept free at the right, so that the frame is not cut. */
const EDGE = 2;

export function matrixView(stage: Stage): View {
  const { selection, options } = stage;
  const title = h('h2', { id: freshId('matrix-title') });
  const base = h('canvas', { 'aria-hidden': 'true' });
  const overlay = h('canvas', { class: 'overlay', 'aria-hidden': 'true' });
  const readout = h('div', { class: 'readout', id: freshId('matrix-readout') });
  const plot = h(
    'div',
    { class: 'plot', tabindex: 0, role: 'application', 'aria-labelledby': title.id, 'aria-describedby': readout.id },
    base,
    overlay,
  );
  const key = legend();
  const hint = h('p', { class: 'hint layer-hint' });
  const cells = matrixPooling(stage);
  const middle = (): [number, number] => [area.width / 2, area.height / 2];
  const zoomButtons = h(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': t('Zoom') },
    button(t('Zoom out'), () => zoom(1 / 2, ...middle()), { sign: '−' }),
    button(t('Zoom in'), () => zoom(2, ...middle()), { sign: '+' }),
    button(t('Show the whole matrix'), () => move(wholeMatrix(count(), area)), { sign: '⤢' }),
  );
  const holder = h('div', { class: 'plot-holder' }, plot);
  const table = matrixTable(stage, () => ({
    from: Math.floor(view.q),
    to: Math.ceil(view.q + area.height / view.cell),
  }));
  const element = h(
    'section',
    { class: 'view', 'data-section': 'matrix' },
    h('header', {}, title, zoomButtons),
    holder,
    h('div', { class: 'under' }, readout, key.element),
    hint,
    cells.element,
    info(t('Drag to move. Zoom with + and −, by pinching, or with the wheel while Ctrl is held.')),
    table.element,
  );

  const tiles = new MatrixTiles(stage.host, () => draw());
  const ask = latest();
  const askSinks = latest();
  let area: Area = { width: 1, height: 1 };
  let view: MatrixView = { q: 0, k: 0, cell: 1 };
  let width = 0;
  let drawnFor: Run | null = null;
  /** The weight under the pointer or the keyboard's cursor. */
  let pointed: Pair | null = null;
  let lastLock: number | null = null;
  let lastHead = '';
  let tableShows = '';

  const count = (): number => stage.run()?.tokens.length ?? 0;

  const fit = (): void => {
    const side = areaSide(count(), width - MARGIN.left - EDGE);
    const changed = side !== area.width;
    area = { width: side, height: side };
    if (stage.run() !== drawnFor) view = wholeMatrix(count(), area);
    else if (changed) view = clampView(view, count(), area);
    drawnFor = stage.run();
  };

  const pool = (): number => pooling(view.cell, devicePixelRatio);
  const signed = (): boolean => {
    const run = stage.run();
    return run !== null && hasInfluence(run, selection.head.layer);
  };
  const showsMeans = (): boolean => options.pool === 'mean' && pool() > 1 && !signed();

  /** `largest`: where the scale ends; `open`: larger weights have that colour too. */
  const named = (run: Run) => ({ tokens: run.tokens, place: (token: number) => tokenPlace(run, token) });
  const scene = (run: Run): { scene: MatrixScene; largest: number | null; open: boolean } => {
    const { head } = selection;
    const maps = stage.maps.for(run);
    const whole = { q0: 0, q1: run.tokens.length, k0: 0, k1: run.tokens.length };
    // The small maps show the largest weights, which say nothing about means.
    const thumbnail = showsMeans() || signed() ? null : thumbnails.of(maps, head);
    const pictures: MatrixScene['pictures'] = thumbnail ? [{ canvas: thumbnail, span: whole }] : [];
    let largest = largestWeight({ maps }, head.layer, head.head);
    const open = !showsMeans() && largest !== null && largest < maps[head.layer].scales[head.head];
    if (run.explanation && largest !== null) {
      const spans = tilesInView(view, run.tokens.length, area, pool(), looksBothWays(run));
      const without = options.dimSinks ? sinkTokens(run) : undefined;
      tiles.set(signed() ? { pool: 'max', influence: true } : { pool: options.pool, without });
      tiles.want(head, spans);
      // Means of many weights are far below the largest weight: their scale runs to the largest mean in view.
      if (showsMeans() || signed()) largest = tiles.largest(head, spans);
      for (const span of spans) {
        const canvas = tiles.picture(head, span, largest);
        if (canvas) pictures.push({ canvas, span });
      }
    }
    const window = windowOf(run, head.layer);
    const sinks = stage.weights.peekSinks(head);
    if (sinks && largest !== null) for (const weight of sinks) largest = Math.max(largest, weight);
    return {
      scene: { view, area, ...named(run), pictures, window, bothWays: looksBothWays(run), sinks, largest },
      largest,
      open,
    };
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run || run.tokens.length === 0 || width === 0) return;
    fit();
    const { head } = selection;
    const name = headName(head);
    setWords(title, signed() ? t('Implied influence in {0}', name) : t('Matrix of {0}', name));
    if (run.explanation && !stage.weights.peekSinks(head)) {
      askSinks(async (signal) => {
        await stage.weights.sinks(head, signal);
        draw();
      });
    }
    const shown = scene(run);
    key.set(shown.largest, shown.open, signed());
    cells.draw(pool(), signed());
    drawHint(run);
    paintMatrix(surface(base, MARGIN.left + area.width + EDGE, MARGIN.top + area.height + EDGE), shown.scene);
    plot.style.width = base.style.width;
    plot.style.height = base.style.height;
    const shows = `${headName(selection.head)} ${view.q} ${view.k} ${view.cell} ${run.explanation && keyOf(run.explanation.trace)}`;
    if (shows !== tableShows) table.invalidate();
    tableShows = shows;
    drawMarks();
  });

  const drawMarks = oncePerFrame(() => {
    const run = stage.run();
    if (!run || run !== drawnFor) return;
    const { token, direction, tokenLock } = selection;
    const marks = { focus: { token, row: direction === 'from', locked: tokenLock !== null }, pointed };
    paintMarks(
      surface(overlay, MARGIN.left + area.width + EDGE, MARGIN.top + area.height + EDGE),
      { view, area, ...named(run), pictures: [], sinks: stage.weights.peekSinks(selection.head) },
      marks,
    );
    drawReadout(run);
  });

  const drawHint = (run: Run): void => {
    const { layer } = selection.head;
    const window = windowOf(run, layer);
    const words = [
      influenceWords(run, layer) ?? '',
      run.tokens.length <= window
        ? ''
        : looksBothWays(run)
          ? t(
              'The lines are the window’s edges: nothing beyond them can be seen, {0} tokens to each side.',
              integer(window - 1),
            )
          : t('The line is the window’s edge: left of it nothing can be seen, {0} tokens back.', integer(window)),
      hasSinks(run, layer) ? t('The strip at the left is the learned sink, which takes weight and gives nothing.') : '',
    ].filter((one) => one !== '');
    show(hint, words.length > 0);
    setWords(hint, words.join(' '));
  };

  const drawReadout = (run: Run): void => {
    if (!pointed) return setWords(readout, t('Point at a weight to read it.'));
    const { query, key: other } = pointed;
    const { head } = selection;
    const { layer } = head;
    readout.title = pairIndices(query, other);
    if (maskOf(run, layer, query, other)) return setWords(readout, pairReadout(run, layer, query, other, null));
    const sink = stage.weights.peekSinks(head)?.[query];
    const sinkWords = sink === undefined ? '' : ` · ${t('learned sink: {0}', percent(sink))}`;
    const tell = (weight: number | null): void =>
      setWords(readout, pairReadout(run, layer, query, other, weight) + sinkWords);
    const known = stage.weights.peek(head, query, 'from');
    tell(known ? known[other] : null);
    if (known || !run.explanation) return;
    ask(async (signal) => {
      const row = await stage.weights.get(head, query, 'from', signal);
      if (pointed?.query === query && pointed.key === other) tell(row[other]);
    });
  };

  const move = (next: MatrixView): void => {
    view = clampView(next, count(), area);
    draw();
  };
  const zoom = (factor: number, x: number, y: number): void => move(zoomAt(view, factor, x, y, count(), area));

  const point = (pair: Pair | null): void => {
    if (pair?.query === pointed?.query && pair?.key === pointed?.key) return;
    pointed = pair;
    if (!pair) selection.change({ tokenPreview: null, pointed: null });
    else {
      const [focus, other] = selection.direction === 'from' ? [pair.query, pair.key] : [pair.key, pair.query];
      const locked = selection.tokenLock !== null;
      selection.change({ tokenPreview: locked ? null : focus, pointed: other });
    }
    drawMarks();
  };

  const input = matrixInput(plot, {
    view: () => view,
    area: () => area,
    tokens: count,
    pointed: () => pointed,
    start: () => {
      const other = Math.min(selection.pointed ?? selection.token, selection.token);
      return { query: selection.token, key: other };
    },
    move,
    zoom,
    point,
    reach: ({ query, key: other }) => move(reach(view, query, other, count(), area)),
    choose: ({ query, key: other }) => selection.toggleToken(selection.direction === 'from' ? query : other),
  });
  standsFor(plot, (_, event) => {
    const pair = event ? input.under(event) : pointed;
    return pair && pair.key <= pair.query ? { kind: 'edge', ...selection.head, ...pair } : null;
  });
  onResize(holder, (now) => {
    width = now;
    draw();
  });

  const inView = (): InView => {
    const end = (start: number, length: number): number => Math.min(count(), Math.ceil(start + length / view.cell));
    const [q0, k0] = [Math.floor(view.q), Math.floor(view.k)];
    return { q0, q1: end(view.q, area.height), k0, k1: end(view.k, area.width), pool: pool() };
  };

  return {
    element,
    table: (signal) => matrixWeights(stage, inView(), signal),
    runChanged() {
      tiles.clear();
      pointed = null;
      draw();
    },
    layerCame: (layer) => layer === selection.head.layer && draw(),
    completed: draw,
    optionsChanged: draw,
    selectionChanged() {
      const { tokenLock, direction } = selection;
      // A token locked elsewhere is brought into view.
      if (tokenLock !== null && tokenLock !== lastLock && !pointed && drawnFor === stage.run()) {
        const [query, other] = direction === 'from' ? [tokenLock, Math.floor(view.k)] : [Math.floor(view.q), tokenLock];
        move(reach(view, query, other, count(), area));
      }
      lastLock = tokenLock;
      const head = headName(selection.head);
      if (head === lastHead) drawMarks();
      else draw();
      lastHead = head;
    },
    themeChanged() {
      tiles.recolor();
      thumbnails.recolor();
      draw();
    },
  };
}
