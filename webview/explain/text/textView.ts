/** Where did the chosen head look, on the text itself? Tokens in the document's own layout, with heat. */
import { placeOf } from '../../../src/shared/color';
import { legend } from '../../shared/legend';
import { freshId, h, oncePerFrame, setText, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { radioGroup } from '../../shared/toolkit';
import { latest } from '../host';
import type { Stage, View } from '../stage';
import type { Direction } from '../state/selection';
import { sinkTokens } from '../heads/sinks';
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
  const element = h(
    'section',
    { class: 'view', 'data-section': 'text' },
    h('header', {}, title, direction.element),
    list.element,
    h('div', { class: 'under' }, readout.element, key.element),
    dimmed,
    info(t('Point at a token to look from it; click to keep it.'), hintId),
    table.element,
  );
  const ask = latest();

  const heat = (row: Float32Array | null): void => {
    const run = stage.run();
    const shown = row && options.dimSinks && run && selection.direction === 'from' ? withoutSinks(row) : row;
    let largest = 0;
    if (shown) for (const weight of shown) largest = Math.max(largest, weight);
    key.set(shown ? largest : null);
    list.heat(shown, (weight) => placeOf(weight, largest));

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
    const words = [headName(head), quoted(run.tokens[token])] as const;
    setText(title, way === 'from' ? t('Where {0} looked from {1}', ...words) : t('Who looked at {1}, {0}', ...words));
    list.mark('focus', token);
    list.mark('pointed', pointed);
    list.lock(selection.tokenLock !== null);
    show(dimmed, options.dimSinks && way === 'from');
    readout.draw();
    table.invalidate();
    if (!run.explanation) return heat(null);
    const known = stage.weights.peek(head, token, way);
    if (known) heat(known);
    ask(async (signal) => {
      if (known) return;
      const row = await stage.weights.get(head, token, way, signal);
      if (stage.run() !== run) return;
      heat(row);
      readout.draw();
    });
  });

  return {
    element,
    table: table.all,
    runChanged() {
      const run = stage.run();
      if (run) list.rebuild(run);
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    optionsChanged: draw,
    themeChanged() {
      list.recolor();
      draw();
    },
  };
}
