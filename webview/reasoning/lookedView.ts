/**
 * What a model makes of the trace: arcs, curve, receivers, experiments. It is read at once where the model that wrote it reads
 * it; of a trace that another wrote only when it is asked for, and whose reading it is stands in the same line.
 */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { aboutTime } from '../shared/timeLeft';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';
import { isReadWhole } from './state';

export interface LookedView extends View {
  readonly isOpen: boolean;
}

/** @param toggled it is opened, or closed: then nothing goes on for it */
export function lookedView(stage: Stage, views: readonly View[], toggled: (isOpen: boolean) => void): LookedView {
  const words = h('span', {});
  const others = button('', () => stage.readOn(), { secondary: true });
  const readOn = h('div', { class: 'row' }, others);
  const reading = h(
    'div',
    { class: 'row reading' },
    h('span', { class: 'hint' }, t('This part is being read…')),
    button(t('Cancel'), () => (element.open = false), { secondary: true }),
  );
  const summary = h('summary', {}, h('h2', {}, words));
  const element = h(
    'details',
    { class: 'looked', 'data-section': 'looked' },
    summary,
    h('div', { class: 'looked-body' }, reading, readOn, ...views.map((view) => view.element)),
  );
  element.addEventListener('toggle', () => {
    toggled(element.open);
  });
  return {
    element,
    get isOpen() {
      return element.open;
    },
    begun() {
      // What this model wrote itself it has read already.
      if (stage.state.shown?.origin.kind === 'live') element.open = true;
      else if (stage.state.looksBefore !== stage.state.shown?.origin.kind) element.open = false;
      stage.state.looksBefore = stage.state.shown?.origin.kind ?? null;
      for (const view of views) view.begun?.();
    },
    draw() {
      const { shown, reading: read, isReading, chunkMs } = stage.state;
      show(element, shown !== null);
      if (!shown) return;
      const isOwn = shown.origin.kind === 'live';
      const name = read?.modelName ?? '';
      setText(
        words,
        isOwn
          ? t('What it looked at')
          : name
            ? t('What it looked at, as {0} reads it, which did not write it', name)
            : t('What it looked at, as the loaded model reads it, which did not write it'),
      );
      const left = read && !isReadWhole(stage.state) ? read.chunks - stage.state.chunks.size : 0;
      show(reading, isReading);
      show(readOn, left > 0);
      const what = left === 1 ? t('Read the other chunk, too') : t('Read the other {0} chunks, too', left);
      setText(others, chunkMs === null ? what : t('{0}: {1}', what, aboutTime(left * chunkMs)));
      for (const view of views) view.draw?.();
    },
  };
}
