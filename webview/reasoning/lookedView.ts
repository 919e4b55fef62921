/**
 * What a model makes of the trace: arcs, curve, receivers, experiments. It is read at once where the model that wrote it reads
 * it; of a trace that another wrote only when it is asked for, and whose reading it is stands in the same line.
 */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';
import { isReadWhole } from './state';

export interface LookedView extends View {
  readonly isOpen: boolean;
}

export function lookedView(stage: Stage, views: readonly View[], onOpen: () => void): LookedView {
  const words = h('span', {});
  const others = button('', () => stage.readOn(), { secondary: true });
  const readOn = h('div', { class: 'row' }, others);
  const summary = h('summary', {}, h('h2', {}, words));
  const element = h(
    'details',
    { class: 'looked', 'data-section': 'looked' },
    summary,
    h('div', { class: 'looked-body' }, readOn, ...views.map((view) => view.element)),
  );
  element.addEventListener('toggle', () => {
    if (element.open) onOpen();
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
      const { shown, reading } = stage.state;
      show(element, shown !== null);
      if (!shown) return;
      const isOwn = shown.origin.kind === 'live';
      const name = reading?.modelName ?? '';
      setText(
        words,
        isOwn
          ? t('What it looked at')
          : name
            ? t('What it looked at, as {0} reads it, which did not write it', name)
            : t('What it looked at, as the loaded model reads it, which did not write it'),
      );
      const left = reading && !isReadWhole(stage.state) ? reading.chunks - stage.state.chunks.size : 0;
      show(readOn, left > 0);
      setText(others, left === 1 ? t('Read the other chunk, too') : t('Read the other {0} chunks, too', left));
      for (const view of views) view.draw?.();
    },
  };
}
