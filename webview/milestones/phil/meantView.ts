/** Typing errors with what was made of them, and a field for the person's own. */
import type { ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import { simpleTable } from '../simpleTable';
import { freshId, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer } from '../../shared/numbers';
import type { Answer, Question, Result } from '../../../src/milestones/phil/options';

export interface MeantView {
  readonly element: HTMLElement;
  draw(examples: Result['examples'], final: boolean): void;
}

export function meantView(stage: ViewStage): MeantView {
  const examples = h('div', {});
  const id = freshId('typo');
  const input = h('input', {
    type: 'text',
    class: 'field',
    id,
    maxlength: 80,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  keptField(stage.kept, 'typed', input);
  const answer = h('p', { role: 'status' });
  let ready = false;
  const ask = async (): Promise<void> => {
    const word = input.value.trim();
    if (!word) return;
    if (!ready) {
      answer.textContent = t('Words can be looked up when the run is over.');
      return;
    }
    try {
      const question: Question = { word };
      const { known, meant } = await stage.ask<Answer>(question);
      const words = meant.map((each) => `${each.word} (${integer(each.count)})`).join(', ');
      if (known) answer.textContent = t('“{0}” is a word that was learned.', word);
      else if (words) answer.textContent = t('Did you mean: {0}', words);
      else answer.textContent = t('No learned word is one slip away from “{0}”.', word);
    } catch {
      answer.textContent = t('This result is no longer kept; run the experiment again.');
    }
  };
  const form = h(
    'form',
    {
      class: 'phil-form',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void ask();
      },
    },
    h('label', { for: id }, t('A mistyped word or identifier')),
    input,
    h('button', { type: 'submit', class: 'chip' }, t('Did you mean …?')),
  );
  return {
    element: h('section', {}, examples, form, answer),
    draw(list, final) {
      // A word that was asked before the panel was hidden.
      const returned = final && !ready;
      ready = final;
      if (returned) void ask();
      examples.replaceChildren(
        simpleTable(
          t('The first errors'),
          [t('typed'), t('suggested'), t('meant')],
          list.map(({ typo, meant, guess }) => [typo, guess || '–', meant]),
        ),
      );
    },
  };
}
