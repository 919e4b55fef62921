/** A number of one's own: what each net writes, and where attention looked. */
import type { ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import { freshId, h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { roundPercent } from '../../shared/numbers';
import { heatGrid } from '../../shared/plot';
import { NETS, type Answer, type NetName, type Question } from '../../../src/milestones/seq2seq/options';
import { readNumber } from './readNumber';
import './seq2seq.css';

export interface OwnNumber {
  readonly element: HTMLElement;
  /** `final`: there are nets to ask; `sample`: a number as long as the longest of the training. */
  draw(final: boolean, sample: readonly number[]): void;
}

export function ownNumber(stage: ViewStage, names: Readonly<Record<NetName, string>>): OwnNumber {
  const input = h('input', {
    type: 'text',
    id: freshId('number'),
    class: 'field wide',
    inputmode: 'numeric',
    maxlength: 80,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const keep = keptField(stage.kept, 'number', input);
  const status = h('p', { role: 'status' });
  const answers = h('div', { class: 'table-scroll s2s-answers' });
  const grid = heatGrid({
    title: t('Where attention looked'),
    hint: t('A row for each digit that it wrote, a column for each that it had read; small numbers are places.'),
    value: t('weight'),
    kind: 'amount',
    rowLabel: t('written (query)'),
    columnLabel: t('read (key)'),
    format: roundPercent,
    numbers: true,
  });
  const chips = h('p', { class: 'chips' });
  let ready = false;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const clear = (message: string): void => {
      setText(status, message);
      show(answers, false);
      show(grid.element, false);
    };
    if (!ready) return clear(t('There is nobody to write yet: run the experiment first.'));
    const given = readNumber(input.value);
    if ('problem' in given) return clear(given.problem);
    let answer: Answer;
    try {
      answer = await stage.ask<Answer>({ number: given.digits } satisfies Question);
    } catch {
      return mine === asked ? clear(t('These nets are no longer kept; run the experiment again.')) : undefined;
    }
    if (mine !== asked) return undefined;
    answers.replaceChildren(answerTable(answer, names));
    const { right, written, weights } = answer;
    const verdicts = NETS.map((net) => t('{0}: {1} of {2}', names[net], hits(written[net], right), right.length));
    setText(status, t('Digits right: {0}.', verdicts.join(' · ')));
    grid.set({
      rows: weights.map((_, step) => (step < written.attention.length ? placed(written.attention, step) : t('end'))),
      columns: given.digits.map((_, place) => placed(given.digits, place)),
      values: weights,
    });
    show(answers, true);
    show(grid.element, true);
    return undefined;
  };
  const example = (number: string): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        onclick: () => {
          input.value = number;
          keep();
          void ask();
        },
      },
      number,
    );
  show(answers, false);
  show(grid.element, false);
  return {
    element: h(
      'section',
      { 'data-section': 'own-number' },
      h('h3', {}, t('Your own number')),
      h(
        'p',
        {},
        t('A telephone number, a date, the same digit many times; shorter or longer than those of the training.'),
      ),
      h(
        'form',
        {
          class: 's2s-form',
          onsubmit: (event: SubmitEvent) => {
            event.preventDefault();
            void ask();
          },
        },
        h('label', { for: input.id }, t('A number')),
        input,
        h('button', { type: 'submit', class: 'chip' }, t('Let them write it')),
      ),
      chips,
      status,
      answers,
      grid.element,
    ),
    draw(final, sample) {
      const first = final && !ready;
      ready = final;
      if (!first) return;
      const fit = sample.join('');
      chips.replaceChildren(
        ...[fit.slice(0, Math.ceil(fit.length / 2)), fit, '7'.repeat(fit.length), fit + fit.slice(0, 2)].map(example),
      );
      if (input.value === '') input.value = fit;
      void ask();
    },
  };
}

const hits = (written: readonly number[], right: readonly number[]): number =>
  right.filter((digit, place) => written[place] === digit).length;

/** 3₁: the digit 3 at the first place. */
const placed = (digits: readonly number[], at: number): string =>
  digits[at] + String(at + 1).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));

function answerTable({ right, written }: Answer, names: Readonly<Record<NetName, string>>): HTMLElement {
  const row = (name: string, digits: readonly number[]): HTMLElement =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', { class: 's2s-digits' }, ...digits.map((digit, place) => marked(digit, right[place] === digit))),
      h('td', {}, t('{0} of {1}', hits(digits, right), right.length)),
    );
  return h(
    'table',
    { class: 'simple-table' },
    h('caption', {}, t('What is written; wrong digits are marked')),
    h(
      'thead',
      {},
      h('tr', {}, h('td', {}), h('th', { scope: 'col' }, t('written')), h('th', { scope: 'col' }, t('digits right'))),
    ),
    h('tbody', {}, row(t('right'), right), ...NETS.map((net) => row(names[net], written[net]))),
  );
}

const marked = (digit: number, right: boolean): HTMLElement =>
  right ? h('span', {}, String(digit)) : h('mark', { class: 's2s-wrong', title: t('wrong') }, String(digit));
