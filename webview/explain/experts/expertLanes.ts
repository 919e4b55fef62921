/** A lane for each expert of a layer under the tokens: where it was taken, and with what weight. */
import type { LayerExperts } from '../../../src/protocol/explanation';
import type { ExpertReport } from '../../../src/protocol/readingApi';
import { css, mix } from '../../../src/shared/color';
import { shortened } from '../../../src/shared/tokenLabel';
import { info } from '../../shared/info';
import { h, oncePerFrame } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { onResize, surface } from '../../shared/surface';
import { theme } from '../../shared/theme';
import { standsFor } from '../interventions/things';
import { expertColor } from './expertColors';
import { laneOrder } from './lanes';
import type { Stage } from '../stage';
import { stripScroll } from '../text/stripScroll';

/** CSS pixels: a token's width, a lane's height, room for the lane's number and for the tokens' labels. */
const [CELL, LANE, NUMBER, LABELS] = [16, 12, 30, 70];
const MOST_LANES = 24;

export interface LaneSource {
  layer: LayerExperts | null;
  report: ExpertReport | null;
}

export function expertLanes(
  stage: Stage,
  source: () => LaneSource,
): { element: HTMLElement; draw(): void; runChanged(): void } {
  const { selection } = stage;
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const spacer = h('div', { class: 'strip-spacer' }, canvas);
  const scroller = h(
    'div',
    { class: 'strip', tabindex: 0, role: 'group', 'aria-label': t('Lanes of the experts') },
    spacer,
  );
  const hint = info(
    t('A lane for each expert that was taken, the busiest on top (at most {0}); opacity is its weight.', MOST_LANES),
  );
  const element = h('div', {}, scroller, hint);
  const scrollTo = stripScroll(scroller);
  let width = 0;

  const draw = oncePerFrame(() => {
    const run = stage.run();
    const { layer } = source();
    if (!run || !layer || width === 0) return;
    const order = laneOrder(layer, MOST_LANES);
    const tokens = run.tokens.length;
    const height = LABELS + order.length * LANE;
    spacer.style.width = `${NUMBER + tokens * CELL}px`;
    spacer.style.height = `${height}px`;
    scrollTo(selection.token, NUMBER + selection.token * CELL, CELL);
    const { context } = surface(canvas, Math.min(width, NUMBER + tokens * CELL), height);
    const { background, foreground, muted, accent, font } = theme();
    const left = scroller.scrollLeft;
    const [first, last] = [Math.floor(left / CELL), Math.min(tokens, Math.ceil((left + width - NUMBER) / CELL))];
    const x = (token: number): number => NUMBER + token * CELL - left;
    const laneOf = new Map(order.map((expert, lane) => [expert, lane]));
    context.font = `10px ${font}`;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (let token = first; token < last; token++) {
      context.save();
      context.translate(x(token) + CELL / 2, LABELS - 4);
      context.rotate(-Math.PI / 2);
      context.fillStyle = css(token === selection.token ? accent : muted);
      context.fillText(shortened(run.tokens[token].label, 9), 0, 0);
      context.restore();
      for (let k = 0; k < layer.topK; k++) {
        const expert = layer.ids[token * layer.topK + k];
        const lane = laneOf.get(expert);
        if (lane === undefined) continue;
        // Never so faint that a lane looks empty.
        const opacity = 0.15 + 0.85 * Math.min(1, layer.weights[token * layer.topK + k]);
        context.fillStyle = css(mix(background, expertColor(expert), opacity));
        context.fillRect(x(token), LABELS + lane * LANE, CELL - 1, LANE - 1);
      }
    }
    context.fillStyle = css(background);
    context.fillRect(0, 0, NUMBER, height);
    context.fillStyle = css(foreground);
    context.textAlign = 'right';
    order.forEach((expert, lane) => context.fillText(String(expert), NUMBER - 5, LABELS + lane * LANE + LANE / 2));
    context.strokeStyle = css(accent);
    context.strokeRect(x(selection.token) + 0.5, LABELS + 0.5, CELL - 1, order.length * LANE - 1);
  });

  const under = (event: MouseEvent): number | null => {
    const token = Math.floor(
      (event.clientX - canvas.getBoundingClientRect().left - NUMBER + scroller.scrollLeft) / CELL,
    );
    return token >= 0 && token < (stage.run()?.tokens.length ?? 0) ? token : null;
  };
  standsFor(scroller, (_, event) => {
    const { layer } = source();
    const token = event ? under(event) : selection.token;
    if (!layer) return null;
    const lane = event ? Math.floor((event.clientY - canvas.getBoundingClientRect().top - LABELS) / LANE) : -1;
    const expert = laneOrder(layer, MOST_LANES)[lane];
    if (expert === undefined) return token === null ? null : { kind: 'token', token };
    return { kind: 'expert', layer: layer.layer, expert, token };
  });
  canvas.addEventListener('pointermove', (event) => selection.point(under(event)));
  canvas.addEventListener('pointerleave', () => selection.point(null));
  canvas.addEventListener('click', (event) => {
    const token = under(event);
    if (token !== null) selection.toggleToken(token);
  });
  scroller.addEventListener('scroll', draw);
  onResize(scroller, (now) => {
    width = now;
    draw();
  });
  return { element, draw, runChanged: () => void (scroller.scrollLeft = 0) };
}
