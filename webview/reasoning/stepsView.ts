/** The trace: every step as a row, the one that one stands at with its tokens coloured by surprisal. */
import type { Division, Step, StepToken } from '../../src/protocol/reasoning';
import { readableLabel } from '../../src/shared/tokenLabel';
import { css, readableOn, stepOf, surprisalPlace } from '../../src/shared/color';
import { saysNumber } from '../../src/shared/itemNumber';
import { h, oncePerFrame, setAttribute, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { surprisalLegend } from '../shared/legend';
import { longList } from '../shared/longList';
import { bits, decimal, percent } from '../shared/numbers';
import { tableTwin } from '../shared/tableTwin';
import { onThemeChange, theme } from '../shared/theme';
import { minimap } from './minimap';
import type { Stage, View } from './stage';
import { stepChoice } from './stepChoice';
import { kindName, mainKind } from './stepKinds';
import { isWritersOwn, tokensOf, type Shown } from './state';
import { sumSign } from './sumSign';
import { notRead, stepName } from './words';

export function stepsView(stage: Stage): View {
  const list = h('div', {
    class: 'steps',
    role: 'listbox',
    tabindex: 0,
    'aria-label': t('Steps of the chain of thought'),
  });
  const whose = h('p', { class: 'hint' });
  const key = surprisalLegend();
  const map = minimap(stage);
  const choice = stepChoice(stage, () => draw());
  const nothing = h('p', { class: 'hint', hidden: true }, t('No step is like that.'));
  const division = divisionChoice(stage);
  const twin = tableTwin(() => tokenRows(stage));
  const element = h(
    'section',
    { class: 'text', 'data-section': 'steps' },
    h('div', { class: 'row' }, h('h2', {}, t('The trace')), choice.element, division.element),
    map.element,
    nothing,
    list,
    h('div', { class: 'under' }, whose, key),
    twin.element,
  );
  const rows = longList(list, (step) => drawnRow(step));
  let current = -1;
  let shownRows: readonly number[] | null = null;
  let all: readonly number[] = [];

  const build = (): void => {
    const { shown } = stage.state;
    current = -1;
    shownRows = null;
    all = [...(shown?.steps.keys() ?? [])];
    rows.show(all);
    map.begun();
    choice.begun();
    division.show(shown?.division);
  };
  const drawnRow = (step: number): HTMLElement => {
    const { shown, position } = stage.state;
    const one = row(shown!, shown!.steps[step], step);
    mark(one, step, position);
    return one;
  };
  const draw = oncePerFrame(() => {
    const { shown, position } = stage.state;
    show(element, shown !== null);
    if (!shown || all.length === 0) return;
    const listed = choice.listed();
    if (listed !== shownRows) {
      shownRows = listed;
      rows.show(listed ?? all);
      current = -1;
      show(nothing, listed?.length === 0);
    }
    const before = current === position ? undefined : rows.drawn.get(current);
    if (before) plain(before, shown.steps[current]);
    const here = rows.reach(position);
    for (const [step, one] of rows.drawn) mark(one, step, position);
    map.draw();
    list.classList.toggle('folded', choice.isFolded());
    const own = tokensOf(stage.state, position);
    const isColoured = own.length > 0 && !surprisesAnyReader(shown, position);
    if (here && isColoured) coloured(here, shown, shown.steps[position], own);
    else if (here) plain(here, shown.steps[position]);
    setAttribute(list, 'aria-activedescendant', here?.id);
    if (here && stage.state.reveal) bringIntoView(list, here);
    else if (here && current !== position) scrollTo(list, here);
    stage.state.reveal = false;
    current = position;
    setText(
      whose,
      own.length === 0 ? notRead(stage.state) : isColoured ? whoseWords(shown, position) : beginningWords(),
    );
    show(key, isColoured);
    twin.invalidate();
  });
  list.addEventListener('click', ({ target }) => {
    const at = (target as HTMLElement).closest<HTMLElement>('.step')?.dataset.step;
    if (at === undefined) return;
    stage.goTo(Number(at));
    stage.openInDocument(Number(at));
  });
  list.addEventListener('keydown', (event) => {
    const { shown, position } = stage.state;
    if (!shown || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    const listed = choice.listed() ?? all;
    const to =
      event.key === 'ArrowDown' ? listed.find((step) => step > position) : listed.findLast((step) => step < position);
    if (to !== undefined) stage.goTo(to);
  });
  onThemeChange(draw);
  return { element, begun: () => (build(), draw()), draw };
}

/** How the text is divided into steps; joining and dividing single ones is where a step is edited. */
function divisionChoice(stage: Stage): { element: HTMLElement; show(division: Division | undefined): void } {
  const byHand = h('option', { value: '' }, t('by hand'));
  const select = h(
    'select',
    {},
    h('option', { value: 'found' }, t('items, else sentences')),
    h('option', { value: 'sentences' }, t('sentences')),
    h('option', { value: 'lines' }, t('lines')),
    h('option', { value: 'sums' }, t('sentences, and after each sum')),
  );
  select.addEventListener('change', () => stage.divide(select.value as Division));
  return {
    element: h('label', { class: 'division hint' }, t('Divided into'), ' ', select),
    show(by) {
      if (by === undefined) select.append(byHand);
      else byHand.remove();
      select.value = by ?? '';
    },
  };
}

/** Whether one stands at it, or has not come to it yet. */
function mark(element: HTMLElement, step: number, position: number): void {
  setAttribute(element, 'aria-selected', step === position ? 'true' : 'false');
  element.classList.toggle('later', step > position);
}

function row(shown: Shown, step: Step, index: number): HTMLElement {
  const body = h('span', { class: 'body' }, step.text);
  const kind = mainKind(step);
  const { kinds = [] } = step;
  return h(
    'div',
    { class: 'step', role: 'option', id: `step-${index}`, 'data-step': index, 'aria-selected': 'false' },
    h(
      'span',
      { class: 'number', 'aria-label': stepName(shown, index) },
      step.isAnswer ? '=' : saysNumber(step.text, index + 1) ? '' : String(index + 1),
    ),
    body,
    h(
      'span',
      { class: 'sums' },
      kind && h('span', { class: `kind kind-${kind}`, title: kinds.map(kindName).join(', ') }, kindName(kind)),
      ...step.equations.map((sum) => sumSign(sum, step)),
    ),
  );
}

function plain(element: HTMLElement, step: Step): void {
  element.querySelector('.body')!.replaceChildren(step.text);
}

function coloured(element: HTMLElement, { text }: Shown, step: Step, tokens: readonly StepToken[]): void {
  const { surprisal: scale, foreground } = theme();
  const pieces: (Node | string)[] = [];
  let at = step.start;
  for (const { start, end, surprisal } of tokens) {
    // Tokens may reach into the steps beside this one, and share characters.
    const [from, to] = [Math.max(at, start), Math.min(end, step.end)];
    if (to <= from) continue;
    if (from > at) pieces.push(text.slice(at, from));
    at = to;
    const token = h('span', { class: 'token' }, text.slice(from, to));
    if (!Number.isNaN(surprisal)) {
      const color = scale.colors[stepOf(surprisalPlace(surprisal))];
      token.style.backgroundColor = css(color);
      token.style.color = css(readableOn(color, foreground));
      token.title = t('surprisal {0}: it had a chance of {1}', bits(surprisal), percent(2 ** -surprisal));
    }
    pieces.push(token);
  }
  element.querySelector('.body')!.replaceChildren(...pieces, text.slice(at, step.end));
}

function whoseWords(shown: Shown, step: number): string {
  return t('Colour: surprisal of each token, {0}.', judge(shown, step));
}

/** At the beginning a reader knows nothing of what comes: colours there would show that, and nothing of the step. */
const surprisesAnyReader = (shown: Shown, step: number): boolean =>
  step === 0 && shown.question === null && !isWritersOwn(shown, step);

const beginningWords = (): string =>
  t('No colours for the beginning of a text without a question: it surprises every reader. The table has the numbers.');

/** Whose surprisal it is. */
function judge(shown: Shown, step: number): string {
  if (!isWritersOwn(shown, step)) return t('by the model that read it');
  return shown.origin.kind === 'server'
    ? t('by the server’s own log-probabilities')
    : t('by the writer’s own log-probabilities');
}

function tokenRows(stage: Stage): { caption: string; columns: string[]; rows: string[][] } | null {
  const { shown, position } = stage.state;
  const tokens = tokensOf(stage.state, position);
  if (!shown || tokens.length === 0) return null;
  return {
    caption: t('Tokens of {0}', stepName(shown, position)),
    columns: [t('Token'), t('Surprisal in bits'), t('Chance')],
    rows: tokens.map(({ label, surprisal }) => [
      readableLabel(label),
      Number.isNaN(surprisal) ? '–' : decimal(surprisal),
      Number.isNaN(surprisal) ? '–' : percent(2 ** -surprisal),
    ]),
  };
}

/** Frames within which rows that come into sight get their own heights, and move the one that is wanted. */
const SETTLING = 6;

/** In the list, and the list in the page. */
function bringIntoView(list: HTMLElement, element: HTMLElement, frames = SETTLING): void {
  scrollTo(list, element);
  element.scrollIntoView({ block: 'nearest' });
  if (frames === 0) return;
  requestAnimationFrame(() => {
    const isWanted = element.isConnected && element.ariaSelected === 'true';
    if (isWanted) bringIntoView(list, element, frames - 1);
  });
}

/** Within the list only: the page itself stays where it is. */
function scrollTo(list: HTMLElement, element: HTMLElement): void {
  const [outer, inner] = [list.getBoundingClientRect(), element.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top + 8;
  else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom + 8;
}
