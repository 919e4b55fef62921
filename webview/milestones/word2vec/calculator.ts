/** king − man + woman, and any other: the person's own words, with the words of the question left out or not. */
import type { ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import { simpleTable } from '../simpleTable';
import { freshId, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal } from '../../shared/numbers';
import type { Answer, Question, Result, Neighbour } from '../../../src/milestones/word2vec/options';
import './word2vec.css';

export interface Calculator {
  readonly element: HTMLElement;
  /** The first answer, which is there before the run is over. */
  draw(king: Result['king'], final: boolean): void;
}

/** b, a, c of "b − a + c". */
const EXAMPLES = [
  ['king', 'man', 'woman'],
  ['paris', 'france', 'england'],
  ['better', 'good', 'bad'],
  ['went', 'go', 'see'],
  ['horses', 'horse', 'ship'],
] as const;
const SHOWN = 6;

export function calculator(stage: ViewStage): Calculator {
  const fields = [t('Start from'), t('take away'), t('add')].map((label) => field(label, 30));
  const [start, less, more] = fields.map(({ input }) => input);
  const exclude = h('input', { type: 'checkbox', id: freshId('exclude'), checked: true });
  const answer = h('div', { class: 'w2v-answer' });
  const status = h('p', { class: 'hint', role: 'status' });
  let king: Result['king'] | undefined;
  let ready = false;
  let asked = 0;

  const fill = (words: readonly string[]): void => {
    [start.value, less.value, more.value] = words;
  };
  const isKing = (): boolean =>
    [start, less, more].every(({ value }, at) => value.trim().toLowerCase() === EXAMPLES[0][at]);
  const show = (near: readonly Neighbour[]): void => {
    const left = exclude.checked ? t('the question’s words left out') : t('the question’s words allowed');
    const question = `${start.value.trim()} − ${less.value.trim()} + ${more.value.trim()}`;
    answer.replaceChildren(neighbourTable(`${question} (${left})`, near));
    stage.say(t('{0}: {1}', question, near[0]?.word ?? ''));
  };
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    status.textContent = '';
    if (king && isKing()) return show(exclude.checked ? king.excluded : king.allowed);
    if (!ready) {
      status.textContent = t('Other questions can be asked when the run is over.');
      return;
    }
    const [b, a, c] = [start.value, less.value, more.value];
    const question: Question = { kind: 'analogy', a, b, c, exclude: exclude.checked, count: SHOWN };
    try {
      const { near, unknown } = await stage.ask<Answer>(question);
      if (mine !== asked) return;
      if (unknown.length > 0) {
        answer.replaceChildren();
        status.textContent = t(
          'Not among the words of the old books: {0}',
          unknown.map((word) => `“${word}”`).join(' '),
        );
      } else show(near);
    } catch {
      if (mine === asked) status.textContent = t('This result is no longer kept; run the experiment again.');
    }
    return undefined;
  };
  fill(EXAMPLES[0]);
  const keepWords = [start, less, more].map((input, at) => keptField(stage.kept, `word ${at + 1}`, input));
  keptField(stage.kept, 'leave out', exclude);
  exclude.addEventListener('change', () => void ask());
  const form = h(
    'form',
    {
      class: 'w2v-form',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void ask();
      },
    },
    ...fields.map(({ element }) => element),
    h('button', { type: 'submit', class: 'chip' }, t('What is nearest?')),
    h('span', { class: 'w2v-check' }, exclude, h('label', { for: exclude.id }, t('leave the question’s words out'))),
  );
  const examples = EXAMPLES.map(([b, a, c]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        onclick: () => {
          fill([b, a, c]);
          for (const keep of keepWords) keep();
          void ask();
        },
      },
      `${b} − ${a} + ${c}`,
    ),
  );
  return {
    element: h(
      'section',
      {},
      h('h3', {}, t('Analogy calculator, on 12,000 words of old books')),
      form,
      h('p', { class: 'w2v-examples' }, ...examples),
      status,
      answer,
    ),
    draw(first, final) {
      // Only the first question has its answer before the run is over.
      const answerable = king === undefined || (final && !ready);
      king = first;
      ready = final;
      if (answerable) void ask();
    },
  };
}

/** A text field with its label above. */
export function field(label: string, maxLength: number): { element: HTMLElement; input: HTMLInputElement } {
  const id = freshId('word');
  const input = h('input', {
    type: 'text',
    class: 'field',
    id,
    maxlength: maxLength,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  return { element: h('span', { class: 'w2v-field' }, h('label', { for: id }, label), input), input };
}

export function neighbourTable(caption: string, near: readonly Neighbour[]): HTMLElement {
  return simpleTable(
    caption,
    [t('nearest'), t('cosine similarity')],
    near.map(({ word, cosine }) => [word, decimal(cosine)]),
  );
}
