/** What falls out of the context window: from which turn on a first sentence is out of the model's sight. */
import type { InSight, Question } from '../../../src/milestones/chatgpt/options';
import { freshId, h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer } from '../../shared/numbers';
import { linePlot } from '../../shared/plot';
import type { ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import './chatgpt.css';

/** Windows in tokens; '': the model's own. */
const WINDOWS = ['', '256', '1024', '4096'];
const MOST_CHARS = 400;

export function windowView(stage: ViewStage): { element: HTMLElement; draw(final: boolean): void } {
  const first = h('input', { id: freshId('said'), class: 'field wide', type: 'text', maxlength: MOST_CHARS, autocomplete: 'off', value: t('My name is Ada, and I never eat nuts.') }); // prettier-ignore
  const choice = h(
    'select',
    { id: freshId('window'), class: 'field' },
    ...WINDOWS.map((size) => h('option', { value: size }, size === '' ? t('the model’s own') : integer(Number(size)))),
  );
  keptField(stage.kept, 'first', first);
  keptField(stage.kept, 'window', choice);
  const plot = linePlot({
    title: t('A conversation as it grows, in tokens of the model’s own tokenizer'),
    hint: t('After the first sentence come the beginnings and answers of this run as turns. What lies below the lower line is out of sight: nothing of it reaches the next word.'), // prettier-ignore
    x: { label: t('turns'), format: integer },
    y: { label: t('tokens'), format: integer },
  });
  const status = h('p', { role: 'status', 'data-window': 'status' });
  const edge = h('p', { class: 'gpt-edge', 'data-window': 'edge' });
  const element = h(
    'section',
    { 'data-section': 'window' },
    h('h3', {}, t('What falls out of the context window')),
    h(
      'div',
      { class: 'controls' },
      h('div', { class: 'control' }, h('label', { for: first.id }, t('Said first of all')), first),
      h('div', { class: 'control' }, h('label', { for: choice.id }, t('Tokens of the window')), choice),
    ),
    status,
    plot.element,
    edge,
  );
  let asked = 0;
  for (const field of [first, choice]) field.addEventListener('change', () => void redraw());

  async function redraw(): Promise<void> {
    const mine = ++asked;
    const question: Question = { kind: 'window', first: first.value, window: choice.value === '' ? null : Number(choice.value) }; // prettier-ignore
    const told = await stage.ask<InSight>(question).catch(() => null);
    if (mine !== asked) return;
    for (const each of [plot.element, edge]) show(each, told !== null);
    if (!told) return setText(status, t('These answers are no longer kept; run the experiment again.'));
    drawn(told);
  }

  function drawn({ window, room, totals, gone, edge: at }: InSight): void {
    const turns = totals.map((_, turn) => turn);
    plot.set([
      { name: t('said so far'), x: turns, y: totals },
      { name: t('out of sight'), x: turns, y: totals.map((total) => Math.max(0, total - room)) },
    ]);
    setText(status, sentence(window, totals, gone));
    edge.replaceChildren(
      t('At the end, on either side of the edge:'),
      ' ',
      h('del', { 'aria-label': t('out of sight') }, at.out === '' ? '' : `…${at.out}`),
      h('strong', { 'aria-hidden': true }, ' | '),
      h('span', {}, at.in, '…'),
    );
    show(edge, at.out !== '');
  }

  show(element, false);
  return {
    element,
    draw(final) {
      show(element, final);
      if (final) void redraw();
    },
  };
}

function sentence(window: number, totals: readonly number[], gone: number | null): string {
  const [own, all] = [totals[0], totals.at(-1)!].map(integer);
  const said = t('The first sentence has {0} tokens, the whole conversation {1}, the window {2}.', own, all, integer(window)); // prettier-ignore
  const so = gone === null ? t('Some of the first sentence stays in sight.') : t('From turn {0} on, nothing of the first sentence is in sight.', integer(gone)); // prettier-ignore
  return `${said} ${so}`;
}
