/** The person is the judge: two answers at a time, and what a reward learned from their own clicks picks. */
import type { Asked, Pair, Question } from '../../../src/milestones/chatgpt/options';
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, roundPercent } from '../../shared/numbers';
import type { ViewStage } from '../experimentView';
import { simpleTable } from '../simpleTable';
import './chatgpt.css';

/** What was clicked, as it is kept while the panel is hidden; of other pairs it tells nothing. */
interface Choices {
  of: string;
  chosen: (0 | 1 | null)[];
}

export interface Clicks {
  readonly element: HTMLElement;
  /** A run has ended, or (false) there is none to ask. */
  draw(final: boolean): void;
}

export function clicksView(stage: ViewStage): Clicks {
  let pairs: readonly Pair[] = [];
  let chosen: (0 | 1 | null)[] = [];
  let asked = 0;
  const status = h('p', { role: 'status', 'data-clicks': 'status' });
  const beginning = h('p', { 'data-clicks': 'beginning' });
  const answers = ([0, 1] as const).map((which) =>
    h('button', { type: 'button', class: 'gpt-answer', 'data-answer': which + 1, onclick: () => choose(which) }),
  );
  const pair = h('div', { class: 'gpt-pair', role: 'group', 'aria-label': t('Two answers: choose the better one') }, ...answers); // prettier-ignore
  const small = (name: string, label: string, onclick: () => void): HTMLButtonElement =>
    h('button', { type: 'button', class: 'chip', 'data-clicks': name, onclick }, label);
  const neither = small('neither', t('Neither is better'), () => choose(null));
  const back = small('back', t('One back'), () => go(chosen.slice(0, -1)));
  const again = small('again', t('From the beginning'), () => go([]));
  const result = h('div', { 'data-clicks': 'result' });
  const section = h(
    'section',
    { 'data-section': 'clicks' },
    h('h3', {}, t('Be the judge yourself')),
    h('p', { class: 'hint' }, t('Choose by what you like, not by the rule. After each choice the reward is learned anew from all of yours, and picks the best of the answers to beginnings that you have not seen.')), // prettier-ignore
    status,
    beginning,
    pair,
    h('p', { class: 'chips' }, neither, ' ', back, ' ', again),
    result,
  );

  function choose(which: 0 | 1 | null): void {
    if (chosen.length < pairs.length) go([...chosen, which]);
  }

  function go(next: (0 | 1 | null)[]): void {
    chosen = next;
    stage.kept.set('choices', { of: nameOf(pairs), chosen } satisfies Choices);
    // The focus is not lost with the buttons that go.
    const had = section.contains(document.activeElement);
    redraw();
    if (had && document.activeElement instanceof HTMLButtonElement === false)
      (pair.hidden ? again : answers[0]).focus();
    void judged();
  }

  function redraw(): void {
    const at = chosen.length;
    const isOver = at >= pairs.length;
    for (const each of [pair, beginning, neither]) show(each, !isOver);
    for (const each of [back, again]) show(each, at > 0);
    setText(status, isOver ? t('All {0} pairs are judged.', integer(at)) : t('Pair {0} of {1}', integer(at + 1), integer(pairs.length))); // prettier-ignore
    if (isOver) return;
    setText(beginning, t('“{0}…” goes on', pairs[at].beginning.trim()));
    answers.forEach((each, which) => setText(each, pairs[at].answers[which].trim()));
  }

  async function judged(): Promise<void> {
    const mine = ++asked;
    if (!chosen.some((which) => which !== null)) return result.replaceChildren();
    const told = await ask({ kind: 'choices', chosen });
    if (!told || mine !== asked) return;
    const { foretold, gain, agreement, picks } = told;
    result.replaceChildren(
      h('p', {}, t('By the rule, the best by your reward gains {0} standard deviations over a drawn answer. It orders {1} of the held-out pairs as the rule does; you need not agree with the rule.', decimal(gain), roundPercent(agreement))), // prettier-ignore
      h('p', {}, foretold.all > 0 && t('Your own choices: a reward learned from all the others foretells {0} of {1}; half would be chance.', integer(foretold.right), integer(foretold.all))), // prettier-ignore
      ...picks.map((each) =>
        simpleTable(
          t('“{0}…” goes on', each.beginning.trim()),
          [t('picked by'), t('answer'), t('score')],
          [
            [t('your choices'), each.yours.text.trim(), decimal(each.yours.score)],
            [t('the rule itself'), each.rule.text.trim(), decimal(each.rule.score)],
          ],
        ),
      ),
    );
  }

  async function ask<Kind extends 'pairs' | 'choices'>(
    question: Question & { kind: Kind },
  ): Promise<Asked[Kind] | null> {
    try {
      return await stage.ask<Asked[Kind]>(question);
    } catch {
      setText(status, t('These answers are no longer kept; run the experiment again.'));
      return null;
    }
  }

  show(section, false);
  return {
    element: section,
    draw(final) {
      show(section, final);
      if (!final) return;
      void ask({ kind: 'pairs' }).then((told) => {
        if (!told) return;
        pairs = told;
        const left = stage.kept.get('choices') as Partial<Choices> | undefined;
        chosen = left?.of === nameOf(pairs) && Array.isArray(left.chosen) ? left.chosen.filter(isChoice).slice(0, pairs.length) : []; // prettier-ignore
        redraw();
        void judged();
      });
    },
  };
}

const nameOf = (pairs: readonly Pair[]): string => pairs.flatMap(({ answers }) => answers).join('\n');
const isChoice = (value: unknown): value is 0 | 1 | null => value === 0 || value === 1 || value === null;
