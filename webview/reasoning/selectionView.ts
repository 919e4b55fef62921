/** What the selected text was taken for, with one click to the other reading; where that is not sure, the person says. */
import type { Evidence } from '../../src/protocol/reasoning';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';
import type { State } from './state';

type Selected = NonNullable<State['selected']>;

export function selectionView(stage: Stage, readAsTrace: (selected: Selected) => void): View {
  const words = h('p', { class: 'words' });
  const text = h('pre', { class: 'selected-text' });
  const read = button(t('Read it as a chain of thought'), () => {
    const { selected } = stage.state;
    if (selected) readAsTrace(selected);
  });
  const solve = button(t('Solve it as a problem'), () => {
    const { selected } = stage.state;
    if (!selected) return;
    stage.state.selected = { ...selected, taken: { takenFor: 'problem', because: 'said' } };
    stage.solve(selected.text, null);
  });
  const element = h(
    'section',
    { class: 'selection', 'data-section': 'selection' },
    words,
    text,
    h('div', { class: 'row' }, read, solve),
  );
  return {
    element,
    draw() {
      const { selected, shown, pending } = stage.state;
      // It is about what is on show, or about what nobody has decided.
      const isOffered = selected?.isOffer === true && shown === null && !pending;
      const isAsked = selected?.taken.takenFor === 'unsure' && shown === null && !pending;
      const isShown =
        selected !== null &&
        shown !== null &&
        (shown.text === selected.text || shown.question === selected.text || shown.origin.kind === 'import');
      show(element, isAsked || isOffered || isShown);
      if (!selected) return;
      const isRead = shown?.origin.kind === 'import';
      setText(
        words,
        isOffered
          ? t('Nothing is selected. {0}, which is open, holds a chain of thought.', selected.title)
          : isAsked
            ? `${evidenceWords(selected.taken.because)} ${t('Is it a chain of thought to be read, or a problem to be solved?')}`
            : isRead
              ? selected.isOffer
                ? t('The whole of {0} was read as a chain of thought.', selected.title)
                : `${t('The selected text was taken for a chain of thought.')} ${evidenceWords(selected.taken.because)}`
              : `${t('The selected text was taken for a problem.')} ${evidenceWords(selected.taken.because)}`,
      );
      show(text, isAsked);
      setText(text, isAsked ? selected.text.slice(0, 2000) : '');
      show(read, !isRead);
      show(solve, (isAsked || isRead) && !selected.isOffer);
    },
  };
}

/** What the text was told by, in a sentence; none where the person said what it is. */
function evidenceWords(because: Evidence): string {
  switch (because) {
    case 'marks':
      return t('It has marks of one: tags, records, a numbered list or an answer line.');
    case 'sums':
      return t('It works out sums and asks nothing.');
    case 'asks':
      return t('It asks, and works out next to nothing.');
    case 'short':
      return t('It is short and works out next to nothing.');
    case 'code':
      return t('This text looks like code.');
    case 'table':
      return t('This text looks like a table or a list of data.');
    case 'both':
      return t('This text asks, and reasons as well.');
    case 'reasons':
      return t('This text reasons, but works out no sum.');
    case 'long':
      return t('This text is long, asks nothing and works out next to nothing.');
    case 'said':
      return '';
  }
}
