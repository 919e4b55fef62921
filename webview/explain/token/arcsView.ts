/** The edges of one token as arcs over the text in one line: from the query back to its keys. */
import { css, placeOf, signedPlace, stepOf } from '../../../src/shared/color';
import { shortened } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { onResize, surface } from '../../shared/surface';
import { cell } from '../../shared/tableTwin';
import { theme } from '../../shared/theme';
import { percent } from '../../shared/numbers';
import { setWords } from '../chips';
import { latest } from '../host';
import { standsFor } from '../interventions/things';
import type { Stage, View } from '../stage';
import { influenceWords, measureName, measureText, pairReadout } from '../heads/layerWords';
import { hasInfluence, looksBothWays, maskOf } from '../state/layers';
import { headName, pairIndices, placeCell, quoted } from '../words';

/** CSS pixels: a token's place, the arcs' room, the labels'. */
const [CELL, ARCS, LABELS] = [22, 130, 76];
/** Weaker arcs would be a grey cloud. */
const LEAST = 0.01;

export function arcsView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('arcs-title') });
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const spacer = h('div', { class: 'strip-spacer' }, canvas);
  const scroller = h('div', { class: 'strip', tabindex: 0, role: 'group', 'aria-labelledby': title.id }, spacer);
  const readout = h('div', { class: 'readout' });
  const layerHint = h('p', { class: 'hint layer-hint' });
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'arcs' },
    h('header', {}, title),
    scroller,
    readout,
    layerHint,
    info(
      t(
        'Query at the right end of each arc, keys at the left. Weights under 1% are not drawn. Click a token to make it the query; arrow keys move it.',
      ),
    ),
  );
  let width = 0;
  let visible = false;
  let centred = -1;
  const ask = latest();

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run?.explanation || !visible || width === 0) return;
    const { head, query } = selection;
    const influence = hasInfluence(run, head.layer);
    const of = [headName(head), quoted(run.tokens[query])] as const;
    setWords(title, influence ? t('Implied influence on {1}, {0}', ...of) : t('Arcs of {0} from {1}', ...of));
    show(layerHint, influence);
    setWords(layerHint, influenceWords(run, head.layer) ?? '');
    const row = stage.weights.peek(head, query, 'from');
    const sinks = stage.weights.peekSinks(head);
    if (!row || !sinks) {
      ask(async (signal) => {
        await stage.weights.get(head, query, 'from', signal);
        await stage.weights.sinks(head, signal);
        if (stage.run() === run) draw();
      });
      return;
    }
    const { tokens } = run;
    spacer.style.width = `${tokens.length * CELL}px`;
    spacer.style.height = `${ARCS + LABELS}px`;
    if (centred !== query) {
      centred = query;
      scroller.scrollLeft = (query + 2) * CELL - width;
    }
    const { context } = surface(canvas, Math.min(width, tokens.length * CELL), ARCS + LABELS);
    const { heat, signed, foreground, muted, accent, font } = theme();
    const left = scroller.scrollLeft;
    const x = (token: number): number => token * CELL + CELL / 2 - left;
    const largest = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    // Influence has no whole of which it is a share: its arcs are measured by the largest.
    const share = (key: number): number => (influence ? Math.abs(row[key]) / (largest || 1) : row[key]);
    const order = Array.from(row.keys())
      .filter((key) => share(key) >= LEAST)
      .sort((a, b) => share(a) - share(b));
    for (const key of order) {
      const [from, to] = [x(key), x(query)];
      const color = influence
        ? signed.colors[stepOf(signedPlace(row[key], largest))]
        : heat.colors[stepOf(placeOf(row[key], largest))];
      context.strokeStyle = css(color);
      context.lineWidth = 1 + 5 * share(key);
      context.beginPath();
      if (key === query) context.arc(to, ARCS - 10, 8, 0, 2 * Math.PI);
      else {
        const height = Math.min(ARCS - 8, 14 + Math.abs(to - from) / 3);
        context.moveTo(from, ARCS);
        context.bezierCurveTo(from, ARCS - 1.33 * height, to, ARCS - 1.33 * height, to, ARCS);
      }
      context.stroke();
    }
    context.font = `11px ${font}`;
    context.textBaseline = 'middle';
    const [first, last] = [
      Math.max(0, Math.floor(left / CELL)),
      Math.min(tokens.length, Math.ceil((left + width) / CELL)),
    ];
    for (let token = first; token < last; token++) {
      context.save();
      context.translate(x(token), ARCS + 8);
      context.rotate(Math.PI / 2);
      context.fillStyle = css(token === query ? accent : share(token) >= LEAST ? foreground : muted);
      context.fillText(shortened(tokens[token].label, 9), 0, 0);
      context.restore();
    }
    const { other } = selection;
    if (other !== null && other < tokens.length) {
      context.strokeStyle = css(accent);
      context.lineWidth = 1;
      context.strokeRect(x(other) - CELL / 2 + 1, ARCS + 2, CELL - 2, LABELS - 4);
    }
    const asked = other ?? order.at(-1) ?? query;
    const sinkWords = sinks.length > 0 ? ` · ${t('learned sink: {0}', percent(sinks[query]))}` : '';
    setWords(readout, pairReadout(run, head.layer, query, asked, row[asked]) + sinkWords);
    readout.title = pairIndices(query, asked);
  });

  const under = (event: MouseEvent): number | null => {
    const run = stage.run();
    const token = Math.floor((event.clientX - canvas.getBoundingClientRect().left + scroller.scrollLeft) / CELL);
    return run && token >= 0 && token < run.tokens.length ? token : null;
  };
  standsFor(scroller, (_, event) => {
    const { head, query, other } = selection;
    const key = event ? under(event) : other;
    const run = stage.run();
    const masked = key === null || !run || maskOf(run, head.layer, query, key) === 'later';
    return masked ? { kind: 'token', token: key ?? query } : { kind: 'edge', ...head, query, key };
  });
  canvas.addEventListener('pointermove', (event) => selection.change({ pointed: under(event) }));
  canvas.addEventListener('pointerleave', () => selection.change({ pointed: null }));
  const take = (query: number): void =>
    selection.change({ tokenLock: query, tokenPreview: null, pointed: null, direction: 'from' });
  canvas.addEventListener('click', (event) => {
    const token = under(event);
    if (token !== null) take(token);
  });
  scroller.addEventListener('keydown', (event) => {
    const run = stage.run();
    const { query } = selection;
    const to: Record<string, number> = {
      ArrowLeft: query - 1,
      ArrowRight: query + 1,
      Home: 0,
      End: (run?.tokens.length ?? 1) - 1,
    };
    if (!run || !Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    if (to[event.key] >= 0 && to[event.key] < run.tokens.length) take(to[event.key]);
  });
  scroller.addEventListener('scroll', draw);
  onResize(scroller, (now) => {
    width = now;
    draw();
  });

  return {
    element,
    async table(signal) {
      const run = stage.run();
      if (!run?.explanation) return null;
      const { head, query } = selection;
      const weights = await stage.weights.get(head, query, 'from', signal);
      const sinks = await stage.weights.sinks(head, signal);
      return {
        caption: title.textContent,
        columns: [t('Key'), t('Token'), measureName(run, head.layer)],
        rows: [
          ...(sinks.length > 0 ? [['', t('learned sink'), cell(sinks[query], percent)]] : []),
          ...run.tokens
            .slice(0, looksBothWays(run) ? undefined : query + 1)
            .map(({ label }, key) => [
              placeCell(run, key),
              label,
              maskOf(run, head.layer, query, key) ? '' : cell(weights[key], measureText(run, head.layer)),
            ]),
        ],
      };
    },
    runChanged() {
      centred = -1;
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    themeChanged: draw,
    shown() {
      visible = true;
      draw();
    },
  };
}
