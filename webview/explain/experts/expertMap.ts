/** The map of tokens × layers, coloured by the expert that each token gave most weight to. */
import { css, mix, readableOn } from '../../../src/shared/color';
import { h, oncePerFrame } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { percent } from '../../shared/numbers';
import { onResize, surface } from '../../shared/surface';
import { theme } from '../../shared/theme';
import { button } from '../../shared/toolkit';
import { setWords } from '../chips';
import { standsFor } from '../interventions/things';
import { expertColor } from './expertColors';
import { choiceWords } from './routingWords';
import type { Stage } from '../stage';
import { stripScroll } from '../text/stripScroll';
import { tokenPlace, quoted } from '../words';

/** CSS pixels: height of a layer, room for its number, and what a token takes. */
const [ROW, LABEL] = [16, 28];
const [NARROWEST, WIDEST, NUMBER_ROOM] = [1, 20, 15];

export function expertMap(stage: Stage): { element: HTMLElement; draw(): void; runChanged(): void } {
  const { selection } = stage;
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const spacer = h('div', { class: 'strip-spacer' }, canvas);
  const scroller = h(
    'div',
    { class: 'strip', tabindex: 0, role: 'group', 'aria-label': t('Experts of all tokens') },
    spacer,
  );
  const readout = h('div', { class: 'readout' });
  const buttons = h(
    'div',
    { class: 'buttons' },
    button(t('Narrower'), () => setWidth(cell / 2), { sign: '−' }),
    button(t('Wider'), () => setWidth(cell * 2), { sign: '+' }),
  );
  const element = h('div', {}, scroller, h('div', { class: 'under' }, readout, buttons));
  const scrollTo = stripScroll(scroller);
  let width = 0;
  let cell = 0; // width of a token; 0: not chosen yet
  let pointed: { layer: number; token: number } | null = null;

  const setWidth = (next: number): void => {
    const before = cell;
    cell = Math.max(NARROWEST, Math.min(WIDEST, next));
    const middle = scroller.scrollLeft + width / 2;
    draw();
    scroller.scrollLeft = (middle / before) * cell - width / 2;
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    const layers = run?.experts.length ?? 0;
    if (!run || width === 0) return;
    const tokens = run.tokens.length;
    cell ||= Math.max(2, Math.min(WIDEST, (width - LABEL) / tokens));
    spacer.style.width = `${LABEL + tokens * cell}px`;
    spacer.style.height = `${layers * ROW}px`;
    scrollTo(selection.token, LABEL + selection.token * cell, cell);
    const { context } = surface(canvas, Math.min(width, LABEL + tokens * cell), layers * ROW);
    const { background, foreground, muted, accent, font } = theme();
    const start = scroller.scrollLeft / cell;
    const first = Math.floor(start);
    const last = Math.min(tokens, Math.ceil(start + (width - LABEL) / cell));
    const gap = cell >= 4 ? 1 : 0;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    context.font = `10px ${font}`;
    for (const layer of run.experts) {
      if (!layer) continue;
      const y = layer.layer * ROW;
      for (let token = first; token < last; token++) {
        const expert = layer.ids[token * layer.topK];
        const color = mix(background, expertColor(expert), Math.min(1, layer.weights[token * layer.topK]));
        const x = LABEL + (token - start) * cell;
        context.fillStyle = css(color);
        context.fillRect(x, y, cell - gap, ROW - 1);
        if (cell < NUMBER_ROOM) continue;
        context.fillStyle = css(readableOn(color, foreground));
        context.fillText(String(expert), x + cell / 2, y + ROW / 2, cell - 1);
      }
    }
    context.fillStyle = css(background);
    context.fillRect(0, 0, LABEL, layers * ROW);
    context.fillStyle = css(muted);
    context.textAlign = 'right';
    for (let layer = 0; layer < layers; layer++) context.fillText(String(layer), LABEL - 6, layer * ROW + ROW / 2);
    const focus = selection.token;
    if (focus >= first && focus < last) {
      context.strokeStyle = css(accent);
      context.lineWidth = 2;
      context.strokeRect(LABEL + (focus - start) * cell - 1, 1, Math.max(cell, 3) + 1 - gap, layers * ROW - 2);
    }
    setWords(readout, words());
  });

  const words = (): string => {
    const run = stage.run();
    const layer = pointed && run?.experts[pointed.layer];
    if (!run || !pointed || !layer) return t('Point at a token to read its experts.');
    const { token } = pointed;
    const parts = Array.from({ length: layer.topK }, (_, k) =>
      [
        t('expert {0} {1}', layer.ids[token * layer.topK + k], percent(layer.weights[token * layer.topK + k])),
        ...(layer.apart ? [`(${choiceWords(layer, token * layer.topK + k)})`] : []),
      ].join(' '),
    );
    return `${t('layer {0}, token {1} {2}', pointed.layer, tokenPlace(run, token), quoted(run.tokens[token]))}: ${parts.join(', ')}`;
  };

  const under = (event: MouseEvent): { layer: number; token: number } | null => {
    const run = stage.run();
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left - LABEL, event.clientY - top];
    const token = Math.floor((x + scroller.scrollLeft) / cell);
    const layer = Math.floor(y / ROW);
    return run && x >= 0 && token < run.tokens.length && layer >= 0 && layer < run.experts.length
      ? { layer, token }
      : null;
  };

  standsFor(scroller, (_, event) => {
    const run = stage.run();
    if (!event) return { kind: 'token', token: selection.token };
    const at = under(event);
    const layer = Math.floor((event.clientY - canvas.getBoundingClientRect().top) / ROW);
    if (!at) return run && layer >= 0 && layer < run.experts.length ? { kind: 'layer', layer } : null;
    const routed = run?.experts[at.layer];
    return routed ? { kind: 'expert', ...at, expert: routed.ids[at.token * routed.topK] } : null;
  });
  canvas.addEventListener('pointermove', (event) => {
    pointed = under(event);
    selection.point(pointed?.token ?? null);
    draw();
  });
  canvas.addEventListener('pointerleave', () => {
    pointed = null;
    selection.point(null);
    draw();
  });
  canvas.addEventListener('click', (event) => {
    const at = under(event);
    if (at) selection.toggleToken(at.token);
  });
  scroller.addEventListener('scroll', draw);
  onResize(scroller, (now) => {
    width = now;
    draw();
  });

  return {
    element,
    draw,
    runChanged() {
      cell = 0;
      pointed = null;
      scroller.scrollLeft = 0;
    },
  };
}
