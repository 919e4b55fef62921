/** Which heads are there, and what does each one do? Every layer × head as a small map. */
import { h, freshId, oncePerFrame, setText, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { coarsePercent, roundPercent } from '../../shared/numbers';
import { onResize, surface } from '../../shared/surface';
import { theme } from '../../shared/theme';
import { gridSize } from './gridSize';
import { headCells } from './headCells';
import { headOptions } from './headOptions';
import { mapColors, paintHeadMap } from './headMaps';
import { ranked, strongestRole } from './headOrder';
import { headTable } from './headTable';
import { hasWeights, inPlaceOf, isHead, looksBothWays, mixerOf, windowOf } from '../state/layers';
import { largestWeight, type Run } from '../state/run';
import type { HeadRef } from '../state/selection';
import type { Stage, View } from '../stage';
import { layersWords, mixerWords } from './layerWords';
import { roleName, roleWord } from './roleWords';
import { headName } from '../words';

/** CSS pixels of a map on which its role can be written, and of one on which its name can. */
const [NAMED_SIDE, LEGIBLE_SIDE] = [62, 34];

export function headGrid(stage: Stage): View {
  const { selection, options } = stage;
  const title = h('h2', { id: freshId('heads-title') }, t('All heads'));
  const settings = headOptions(stage);
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const grid = h('div', { class: 'head-grid', role: 'grid', tabindex: 0, 'aria-labelledby': title.id });
  const picture = h('div', { class: 'head-picture' }, canvas, grid);
  const scroller = h('div', { class: 'head-scroller' }, picture);
  const readout = h('div', { class: 'readout' });
  const table = headTable(stage);
  const layersHint = h('p', { class: 'hint layers-hint' });
  const dimmed = h(
    'p',
    { class: 'hint' },
    t('Sinks are dimmed: weights on the first token and on line breaks are left out of these maps and their scales.'),
  );
  const element = h(
    'section',
    { class: 'view', 'data-section': 'heads' },
    h('header', {}, title, settings.element),
    scroller,
    readout,
    layersHint,
    dimmed,
    info(
      t(
        'Layers run down, heads across; in each map queries run down and keys across. Colours run from 0 to the largest weight of that head; the first twelfth of the queries, which have few keys to look at, does not count for it.',
      ),
    ),
    table.element,
  );

  let cells = headCells(0, 0);
  let width = 0;
  /** Where the keyboard is; null while the grid has no focus. */
  let active: HeadRef | null = null;

  const shape = (): { layers: number; heads: number } => {
    const model = stage.run()?.model;
    return { layers: model?.layers ?? 0, heads: model?.heads ?? 0 };
  };

  /** Which order the cells stand in now. */
  let arranged = '';
  const arrange = (): void => {
    const { layers, heads } = shape();
    const scores = options.order === 'layer' ? undefined : stage.roles.of(options.order);
    const order = scores && scores.scores.length === layers * heads ? ranked(scores, heads) : null;
    const wanted = [layers, heads, order?.map(({ layer, head }) => `${layer}.${head}`)].join();
    if (wanted === arranged) return;
    arranged = wanted;
    cells = headCells(layers, heads, order);
    grid.replaceChildren(...cells.rows);
    grid.removeAttribute('aria-activedescendant');
  };

  const rebuild = (): void => {
    arrange();
    active = null;
    grid.removeAttribute('aria-activedescendant');
    draw();
  };

  const draw = oncePerFrame(() => {
    const { layers, heads } = shape();
    const run = stage.run();
    if (!run || layers === 0 || width === 0) return;
    arrange();
    settings.draw();
    show(dimmed, options.dimSinks);
    drawLayers(run);
    const { side, gap } = gridSize(heads, width - labelWidth(layers));
    picture.style.setProperty('--side', `${side}px`);
    picture.style.setProperty('--gap', `${gap}px`);
    picture.classList.toggle('small', side < NAMED_SIDE);
    picture.classList.toggle('tiny', side < LEGIBLE_SIDE);
    picture.style.setProperty('--label', `${labelWidth(layers)}px`);
    paint(layers, heads, side, gap);
    labelCells();
    table.invalidate();
    drawSelection();
  });

  /** Where layers are not all plain attention: what each one is. */
  const drawLayers = (run: Run): void => {
    const words = layersWords(run);
    const tell = run.model!.layerCards.some(
      ({ mixer }) =>
        mixer.kind !== 'attention' || mixer.window || mixer.sinks || mixer.latent || mixer.sharesWith !== undefined,
    );
    show(layersHint, tell);
    setText(layersHint, tell ? words.join('; ') : '');
  };

  const paint = (layers: number, heads: number, side: number, gap: number): void => {
    const pitch = side + gap;
    const { context, ratio } = surface(canvas, heads * pitch - gap, layers * pitch - gap);
    const pixelSide = Math.round(side * ratio);
    const image = context.createImageData(pixelSide, pixelSide);
    const pixels = new Uint32Array(image.data.buffer);
    const run = stage.run()!;
    const maps = stage.maps.for(run);
    cells.all.forEach(({ layer, head }, index) => {
      if (!maps[layer]) return;
      if (!hasWeights(run, { layer, head })) return;
      const colors = mapColors(theme().heat, maps[layer].scales[head], largestWeight({ maps }, layer, head)!);
      pixels.fill(0);
      const window = windowOf(run, layer) / run.tokens.length;
      paintHeadMap(pixels, pixelSide, 0, 0, pixelSide, maps[layer], head, colors, {
        window,
        bothWays: looksBothWays(run),
      });
      const [row, column] = [Math.floor(index / heads), index % heads];
      context.putImageData(image, Math.round(column * pitch * ratio), Math.round(row * pitch * ratio));
    });
  };

  const labelCells = (): void => {
    const run = stage.run()!;
    const maps = stage.maps.for(run);
    const scores = options.order === 'layer' ? undefined : stage.roles.of(options.order);
    const known = run.explanation ? stage.roles.all() : [];
    for (const { layer, head, element: cell } of cells.all) {
      const largest = largestWeight({ maps }, layer, head);
      const roles = (run.explanation?.findings ?? []).filter((one) => one.layer === layer && one.head === head);
      cell.classList.toggle('waiting', largest === null);
      const strongest = strongestRole(known, layer * cells.heads + head);
      cell.classList.toggle('named', roles.length > 0);
      mark(cell, '.cell-score', strongest ? roundPercent(strongest.score) : '');
      mark(cell, '.cell-role', strongest ? roleWord(strongest.role) : '');
      const without = withoutWords(run, { layer, head });
      cell.classList.toggle('stateful', without !== null);
      cell.classList.toggle('no-head', !isHead(run, { layer, head }));
      cell.classList.toggle('whole', looksBothWays(run));
      if (without !== null) {
        cell.classList.remove('waiting', 'named');
        const inPlace = inPlaceOf(mixerOf(run, layer)!) === 'convolution' ? t('a convolution') : t('a state');
        mark(cell, '.cell-role', isHead(run, { layer, head }) ? inPlace : '');
        cell.setAttribute('aria-label', `${headName({ layer, head })}, ${without}`);
        cell.title = `${headName({ layer, head })}\n${without}`;
        continue;
      }
      const words = [
        headName({ layer, head }),
        ...(scores ? [`${roleName(scores.role)} ${roundPercent(scores.scores[layer * cells.heads + head])}`] : []),
        ...roles
          .filter(({ role }) => role !== scores?.role)
          .map(({ role, score }) => `${roleName(role)} ${roundPercent(score)}`),
        largest === null ? t('not computed yet') : t('largest weight {0}', coarsePercent(largest)),
      ];
      cell.setAttribute('aria-label', words.join(', '));
      cell.title = words.join('\n');
    }
  };

  const drawSelection = oncePerFrame(() => {
    const { head, headLock } = selection;
    for (const { layer, head: h, element: cell } of cells.all) {
      const chosen = layer === head.layer && h === head.head;
      cell.classList.toggle('chosen', chosen);
      cell.setAttribute('aria-selected', String(headLock?.layer === layer && headLock.head === h));
      cell.classList.toggle('active', active?.layer === layer && active.head === h);
    }
    const cell = cells.at(head);
    setText(readout, cell?.title.split('\n').join(' · ') ?? '');
  });

  const activate = (head: HeadRef): void => {
    const cell = cells.at(head);
    if (!cell) return;
    active = head;
    cell.id ||= freshId('head');
    grid.setAttribute('aria-activedescendant', cell.id);
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    selection.change({ headPreview: head });
    drawSelection();
  };

  grid.addEventListener('pointerover', (event) => {
    const head = cells.of(event.target as Element);
    if (head) selection.change({ headPreview: head });
  });
  grid.addEventListener('pointerleave', () => selection.change({ headPreview: null }));
  grid.addEventListener('click', (event) => {
    const head = cells.of(event.target as Element);
    if (head) selection.toggleHead(head);
  });
  grid.addEventListener('focus', () => {
    if (grid.matches(':focus-visible')) activate(active ?? selection.head);
  });
  grid.addEventListener('blur', () => {
    active = null;
    selection.change({ headPreview: null });
    drawSelection();
  });
  grid.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { heads } = shape();
    const from = active ?? selection.head;
    const index = cells.indexOf(from);
    if (index < 0) return;
    const row = Math.floor(index / heads) * heads;
    const to: Record<string, number> = {
      ArrowLeft: Math.max(row, index - 1),
      ArrowRight: Math.min(row + heads - 1, index + 1),
      ArrowUp: index >= heads ? index - heads : index,
      ArrowDown: index + heads < cells.all.length ? index + heads : index,
      Home: row,
      End: row + heads - 1,
    };
    if (Object.hasOwn(to, event.key)) {
      const { layer, head } = cells.all[to[event.key]];
      activate({ layer, head });
    } else if (event.key === 'Enter' || event.key === ' ') selection.toggleHead(from);
    else return;
    event.preventDefault();
  });
  onResize(scroller, (now) => {
    width = now;
    draw();
  });

  return {
    element,
    table: table.all,
    runChanged: rebuild,
    layerCame: draw,
    completed: draw,
    selectionChanged: drawSelection,
    themeChanged: draw,
    optionsChanged: draw,
  };
}

/** What stands where others have a map: the layer has no attention, or no such head; null: there is a map. */
function withoutWords(run: Run, { layer, head }: HeadRef): string | null {
  const mixer = mixerOf(run, layer);
  if (!mixer || hasWeights(run, { layer, head })) return null;
  return isHead(run, { layer, head }) ? mixerWords(mixer) : t('this layer has {0} heads', mixer.heads);
}

/** Drawn by the style sheet: what is read out is the cell's own name. */
function mark(cell: HTMLElement, part: string, words: string): void {
  cell.querySelector<HTMLElement>(part)!.dataset.mark = words;
}

/** Room for "layer" numbers on the left, in CSS pixels. */
function labelWidth(layers: number): number {
  return layers > 100 ? 34 : 26;
}
