/** What came out? In words, before any picture. */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import type { Stage, View } from './stage';
import { waysOf } from './ways';
import { answerSentences, originSentence, windowSentence } from './words';

export function answerView(stage: Stage): View {
  const sentence = h('h1', { class: 'sentence' });
  const more = h('p', { class: 'more' });
  const question = h('p', { class: 'question' });
  const ways = h('div', { class: 'side-by-side ways' });
  const place = h('p', { class: 'hint place' });
  const window = h('p', { class: 'hint window' });
  const expected = h('input', {
    type: 'text',
    inputmode: 'decimal',
    'aria-label': t('The right answer, if you know it'),
  });
  const expectedLine = h('label', { class: 'expected hint' }, t('The right answer, if you know it'), ' ', expected);
  const element = h(
    'section',
    { class: 'answer', 'data-section': 'answer' },
    sentence,
    more,
    question,
    ways,
    place,
    window,
    expectedLine,
  );
  expected.addEventListener('change', () => {
    const { shown } = stage.state;
    if (!shown) return;
    stage.show({ ...shown, expected: expected.value.trim() || null });
  });
  return {
    element,
    begun() {
      expected.value = stage.state.shown?.expected ?? '';
      // Generated problems come with their answer.
      show(expectedLine, stage.state.shown?.expected == null || expected.value !== '');
    },
    draw() {
      const { shown, curve, reading } = stage.state;
      show(element, shown !== null);
      if (!shown) return;
      // What was answered directly stands beside it.
      const [first, ...rest] = answerSentences({ ...shown, direct: null }, curve, reading?.modelName);
      setText(sentence, first);
      setText(more, rest.join(' '));
      setText(question, shown.question ?? '');
      show(question, shown.question !== null);
      const columns = waysOf(shown);
      show(ways, columns.length > 0);
      ways.replaceChildren(...columns);
      setText(place, originSentence(shown, stage.state));
      const partly = windowSentence(stage.state);
      show(window, partly !== null);
      setText(window, partly ?? '');
    },
  };
}
