/** Where did the chosen head look, on the text itself? Tokens in the document's own layout, with heat. */
import { placeOf, signedPlace } from '../../../src/shared/color';
import { legend } from '../../shared/legend';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { radioGroup } from '../../shared/toolkit';
import { setWords } from '../chips';
import { latest } from '../host';
import { integer } from '../../shared/numbers';
import type { Stage, View } from '../stage';
import type { Run } from '../state/run';
import type { Direction } from '../state/selection';
import { sinkTokens } from '../heads/sinks';
import { influenceWords } from '../heads/layerWords';
import { hasInfluence, looksBothWays, maskOf, windowOf } from '../state/layers';
import { sinkLine } from './sinkLine';
import { textReadout } from './textReadout';
import { textTable } from './textTable';
import { tokenList } from './tokenList';
import { headName, quoted } from '../words';

export function textView(stage: Stage): View {
  const { selection, options } = stage;
  const title = h('h2', { id: freshId('text-title') });
  const key = legend();
  const direction = radioGroup<Direction>(
    t('Direction'),
    [
      ['from', t('Where it looked')],
      ['to', t('Who looked at it')],
    ],
    selection.direction,
    (value) => selection.change({ direction: value }),
  );
  const hintId = freshId('text-hint');
  const list = tokenList({
    labelledBy: title.id,
    describedBy: hintId,
    start: () => selection.token,
    point: (token) => selection.point(token),
    choose: (token) => selection.toggleToken(token),
    reveal: (token) => void stage.host.call('reveal', { token }).catch(() => {}),
  });
  const readout = textReadout(stage);
  const table = textTable(stage);
  const dimmed = h('p', { class: 'hint' }, t('Sinks are dimmed: the first token and line breaks have no colour here.'));
  const sink = sinkLine();
  const layerHint = h('p', { class: 'hint layer-hint' });
  const element = h(
    'section',
    { class: 'view', 'data-section': 'text' },
    h('header', {}, title, direction.element),
    sink.element,
    list.element,
    h('div', { class: 'under' }, readout.element, key.element),
    layerHint,
    dimmed,
    info(t('Point at a token to look from it; click to keep it.'), hintId),
    table.element,
  );
  const ask = latest();

  const heat = (row: Float32Array | null): void => {
    const run = stage.run();
    const { head, token, direction: way } = selection;
    const signed = run !== null && hasInfluence(run, head.layer);
    const dims = options.dimSinks && way === 'from' && !signed;
    const shown = row && dims && run ? withoutSinks(row) : row;
    const sinkWeight = row && way === 'from' ? stage.weights.peekSinks(head)?.[token] : undefined;
    let largest = 0;
    if (shown) for (const weight of shown) largest = Math.max(largest, Math.abs(weight));
    // Colours of keys and of the sink can be compared, unless sinks are not to count.
    if (sinkWeight !== undefined && !dims) largest = Math.max(largest, sinkWeight);
    key.set(shown ? largest : null, false, signed);
    list.heat(shown, (weight) => (signed ? signedPlace : placeOf)(weight, largest), signed ? 'signed' : 'heat');
    sink.draw(sinkWeight, largest);

    function withoutSinks(weights: Float32Array): Float32Array {
      const sinks = sinkTokens(run!);
      return weights.map((weight, token) => (sinks[token] ? 0 : weight));
    }
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run || run.tokens.length === 0) return;
    const { head, token, direction: way, pointed } = selection;
    direction.set(way);
    direction.name(
      hasInfluence(run, head.layer)
        ? [t('What it reads'), t('What reads it')]
        : [t('Where it looked'), t('Who looked at it')],
    );
    const words = [headName(head), quoted(run.tokens[token])] as const;
    setWords(title, titleWords(hasInfluence(run, head.layer), way, words));
    list.mark('focus', token);
    list.mark('pointed', pointed);
    list.lock(selection.tokenLock !== null);
    show(dimmed, options.dimSinks && way === 'from' && !hasInfluence(run, head.layer));
    drawLayer(run);
    readout.draw();
    table.invalidate();
    const known = stage.weights.peek(head, token, way);
    if (!run.explanation) return heat(known ?? null);
    const knowsSink = stage.weights.peekSinks(head) !== undefined;
    if (known) heat(known);
    ask(async (signal) => {
      if (known && knowsSink) return;
      const row = await stage.weights.get(head, token, way, signal);
      await stage.weights.sinks(head, signal);
      if (stage.run() !== run) return;
      heat(row);
      readout.draw();
    });
  });

  /** The window's edge on the text, and what is said of a layer that is not plain attention. */
  const drawLayer = (run: Run): void => {
    const { head, token, direction: way } = selection;
    const window = windowOf(run, head.layer);
    const outside = (other: number): boolean => {
      return (
        maskOf(run, head.layer, ...(way === 'from' ? ([token, other] as const) : ([other, token] as const))) ===
        'outside'
      );
    };
    const isCut = run.tokens.length > window;
    list.outside(isCut ? outside : null, t('outside the window'));
    const windowWords = !isCut
      ? ''
      : looksBothWays(run)
        ? t('Dotted: outside the window. This layer looks at {0} tokens to each side.', integer(window - 1))
        : t('Dotted: outside the window. This layer looks back over {0} tokens, its own among them.', integer(window));
    const words = influenceWords(run, head.layer) ?? windowWords;
    show(layerHint, words !== '');
    setWords(layerHint, words);
  };

  return {
    element,
    table: table.all,
    runChanged() {
      const run = stage.run();
      if (run) list.rebuild(run);
      draw();
    },
    rowCame: draw.now,
    completed: draw.now,
    selectionChanged: draw,
    optionsChanged: draw,
    themeChanged() {
      list.recolor();
      draw();
    },
  };
}

function titleWords(influence: boolean, way: Direction, words: readonly [string, string]): string {
  if (influence) {
    return way === 'from'
      ? t('Implied influence on {1}, {0}', ...words)
      : t('Implied influence of {1} on later tokens, {0}', ...words);
  }
  return way === 'from' ? t('Where {0} looked from {1}', ...words) : t('Who looked at {1}, {0}', ...words);
}
