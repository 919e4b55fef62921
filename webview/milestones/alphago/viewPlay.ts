/** A game against the nets: by mouse or keyboard, with the search's tree after each answer. */
import type { ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import { freshId, h, setText } from '../../shared/dom';
import { t } from '../../shared/l10n';
import './alphago.css';
import { type Answer, type Question, COLUMNS, ROWS } from '../../../src/milestones/alphago/options';
import { treePlot } from './viewTree';

export interface PlayView {
  readonly element: HTMLElement;
  draw(final: boolean): void;
}

/** A game as it is kept while the panel is hidden. */
interface Game {
  /** Columns from the first move on. */
  moves: number[];
  person: 1 | -1;
}

/** Simulations of the opponent; 0: the policy alone. */
const OPPONENTS = [0, 16, 64, 256, 1000];

export function playView(stage: ViewStage): PlayView {
  const status = h('p', { role: 'status', class: 'go-status', 'data-go': 'status' });
  const log = h('p', { class: 'hint', 'data-go': 'moves' });
  const tree = treePlot(t('What the search looked at before its last move'));
  const opponent = h(
    'select',
    { id: freshId('opponent'), class: 'field' },
    ...OPPONENTS.map((count) =>
      h(
        'option',
        { value: count, selected: count === 64 },
        count === 0 ? t('policy alone') : t('{0} simulations', count),
      ),
    ),
  );
  keptField(stage.kept, 'opponent', opponent);
  let left = stage.kept.get('game') as Game | undefined;
  let [moves, ready, busy, person]: [number[], boolean, boolean, 1 | -1] = [[], false, false, 1];
  const drop = Array.from({ length: COLUMNS }, (_, column) =>
    h(
      'button',
      {
        type: 'button',
        class: 'go-drop',
        'data-column': column + 1,
        'aria-label': t('Drop a disc into column {0}', column + 1),
        onclick: () => void turn(column),
      },
      String(column + 1),
    ),
  );
  const cells = Array.from({ length: ROWS * COLUMNS }, (_, at) =>
    h('td', { class: 'go-cell', onclick: () => drop[at % COLUMNS].disabled || void turn(at % COLUMNS) }),
  );
  // Row 0 is at the bottom.
  const rows = Array.from({ length: ROWS }, (_, row) => cells.slice(row * COLUMNS, (row + 1) * COLUMNS)).reverse();
  const board = h(
    'table',
    { class: 'go-board' },
    h('caption', { class: 'only-read-out' }, t('The board')),
    h('thead', {}, h('tr', {}, ...drop.map((each) => h('th', { scope: 'col' }, each)))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row))),
  );
  const show = ({ board: discs, legal, winner, over, moves: all }: Answer): void => {
    moves = all;
    stage.kept.set('game', { moves, person } satisfies Game);
    cells.forEach((cell, at) => {
      const side = discs[at] === 0 ? '' : discs[at] === person ? 'you' : 'nets';
      cell.dataset.side = side;
      setText(cell, side === '' ? '' : side === 'you' ? t('you') : t('nets'));
    });
    drop.forEach((each, column) => (each.disabled = !legal.includes(column)));
    setText(log, all.length > 0 ? t('Columns so far: {0}', all.map((move) => move + 1).join(', ')) : '');
    const last = all.at(-1);
    if (winner !== 0) setText(status, winner === person ? t('You have won.') : t('The nets have won.'));
    else if (over) setText(status, t('The board is full: a draw.'));
    else if (last === undefined) setText(status, t('It is your move.'));
    else setText(status, t('The nets chose column {0}. It is your move.', last + 1));
  };
  const ask = async (question: Question): Promise<Answer | null> => {
    busy = true;
    try {
      return await stage.ask<Answer>(question);
    } catch {
      setText(
        status,
        ready
          ? t('These nets are no longer kept; run the experiment again.')
          : t('There is nobody to play with yet: run the experiment first.'),
      );
      return null;
    } finally {
      busy = false;
    }
  };
  const answer = async (before: readonly number[]): Promise<void> => {
    const simulations = OPPONENTS[opponent.selectedIndex];
    const reply = await ask({ moves: [...before], kind: 'reply', simulations });
    if (!reply) return;
    show(reply);
    tree.element.hidden = reply.tree === null;
    if (reply.tree) tree.set(reply.tree);
  };
  const turn = async (column: number): Promise<void> => {
    if (busy) return;
    const own = await ask({ moves: [...moves, column], kind: 'look', simulations: 0 });
    if (!own) return;
    show(own);
    if (own.over) return;
    setText(status, t('The nets think…'));
    await answer(own.moves);
  };
  const begin = async (personFirst: boolean): Promise<void> => {
    if (busy) return;
    person = personFirst ? 1 : -1;
    tree.element.hidden = true;
    const empty = await ask({ moves: [], kind: 'look', simulations: 0 });
    if (!empty) return;
    show(empty);
    if (!personFirst) await answer([]);
  };
  const goOn = async ({ moves: before, person: side }: Game): Promise<void> => {
    person = side;
    const now = await ask({ moves: before, kind: 'look', simulations: 0 });
    if (!now) return;
    show(now);
    const turnOf = before.length % 2 === 0 ? 1 : -1;
    if (!now.over && turnOf !== person) await answer(before);
  };
  tree.element.hidden = true;
  for (const each of drop) each.disabled = true;
  return {
    element: h(
      'section',
      { 'data-section': 'play' },
      h('h3', {}, t('Play against it')),
      h(
        'div',
        { class: 'go-controls' },
        h('label', { for: opponent.id }, t('Opponent')),
        opponent,
        h(
          'button',
          { type: 'button', class: 'chip', 'data-go': 'first', onclick: () => void begin(true) },
          t('New game, you begin'),
        ),
        h(
          'button',
          { type: 'button', class: 'chip', 'data-go': 'second', onclick: () => void begin(false) },
          t('New game, the nets begin'),
        ),
      ),
      board,
      status,
      log,
      tree.element,
    ),
    draw(final) {
      const first = final && !ready;
      ready = final;
      if (first) void (left ? goOn(left) : begin(true));
      if (final) left = undefined;
      if (!final) for (const each of drop) each.disabled = true;
    },
  };
}
