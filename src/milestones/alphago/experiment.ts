/**
 * AlphaGo, 2016, on a smaller board: four in a row. A policy and a value net learn from an expert's games; then a tree search
 * with both plays against the policy alone. Then AlphaZero in small: nets that play themselves on a board that is solved,
 * where each move is judged by what it gives away.
 */
import { seededRandom } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment } from '../experiment';
import { Game } from './game';
import { expertGame, freshNets, judgeBy, learn, policyMove, priorOf, type Nets, type Position } from './learn';
import { askedBoards, chanceRegret, paces, PLAIN_PACE, playSelf, regretsOf } from './selfPlay';
import { Solver } from './solver';
import {
  BUDGETS,
  SOLVED_BOARD,
  WAYS,
  controls,
  type Answer,
  type Match,
  type Options,
  type Question,
  type Result,
  type SelfPlay,
  type TreeNode,
} from './options';
import { chosen, playout, search, type Judgement, type Node } from './search';
import { trial } from './trial';

const OPENING_MOVES = 4;
const STEPS_PER_GAME = 4;
/** Every tenth game is held back. */
const HELD_BACK = 10;
const SELF_ROUNDS = 10;
const SELF_SIMULATIONS = 32;
/** For a move that is judged by the solver; with many more, every search finds it on so small a board. */
const ASKED_SIMULATIONS = 16;

export const alphaGo: Experiment<Options, Result, Question, Answer> = {
  id: 'alphago',
  controls,
  trial,
  async run({ simulations, games, expert, openings, selfGames, asked }, seed, report) {
    const result: Result = {
      games: 0,
      positions: 0,
      policyRight: null,
      valueRight: null,
      matches: [],
      playouts: null,
      tree: null,
      selfPlay: null,
    };
    const random = seededRandom(seed * 1000 + 1);
    const [known, held]: [Position[], Position[]] = [[], []];
    for (let number = 0; number < games; number++) {
      (number % HELD_BACK === HELD_BACK - 1 ? held : known).push(...expertGame(expert, random));
      result.games = number + 1;
      result.positions = known.length + held.length;
      await report(
        (0.4 * (number + 1)) / games,
        { text: 'The expert plays game {0} of {1}', args: [number + 1, games] },
        result,
      );
    }
    const nets = freshNets(random);
    await learn(nets, known, games * STEPS_PER_GAME, random, (share) =>
      report(0.4 + 0.15 * share, { text: 'Policy and value learn from the games' }, result),
    );
    measureNets(nets, held, result);

    const judge = judgeBy(nets);
    result.tree = drawn(search(new Game(), simulations, judge), 3, 3);
    const starts = Array.from({ length: openings }, () => opening(random));
    const budgets = [...BUDGETS.filter((budget) => budget < simulations), simulations];
    const total = budgets.reduce((sum, budget) => sum + budget, 0) + simulations;
    let spent = 0;
    const play = async (budget: number, by: (game: Game) => Judgement, show: (match: Match) => void): Promise<void> => {
      const match: Match = { simulations: budget, won: 0, drawn: 0, lost: 0 };
      for (const [number, start] of starts.entries()) {
        for (const first of [true, false]) {
          const winner = playGame(start, first, nets, (game) => chosen(search(game, budget, by)));
          if (winner === 0) match.drawn++;
          else if (winner > 0) match.won++;
          else match.lost++;
        }
        show(match);
        const done = 0.55 + (0.25 * (spent + (budget * (number + 1)) / starts.length)) / total;
        await report(done, { text: 'Search with {0} simulations plays the policy alone', args: [budget] }, result);
      }
      spent += budget;
    };
    for (const [at, budget] of budgets.entries()) {
      await play(budget, judge, (match) => (result.matches[at] = { ...match }));
    }
    await play(simulations, withPlayouts(nets, random), (match) => (result.playouts = { ...match }));
    const timings = await inSmall(result, { selfGames, asked }, seededRandom(seed * 1000 + 2), (share) =>
      report(0.8 + 0.2 * share, { text: 'Nets play themselves on the solved board' }, result),
    );
    return { result, timings, answer: (question) => reply(question, nets) };
  },
  card,
};

/** Fills `result.selfPlay` while nets play themselves. Returns how long the searches took at the end. */
async function inSmall(
  result: Result,
  { selfGames, asked: count }: Pick<Options, 'selfGames' | 'asked'>,
  random: () => number,
  onRound: (share: number) => Promise<void>,
): Promise<Record<string, number>> {
  const solver = new Solver();
  solver.worth(new Game(SOLVED_BOARD));
  const solved = solver.positions;
  const asked = askedBoards(solver, count, random);
  const nets = freshNets(random, SOLVED_BOARD);
  const chance = chanceRegret(asked);
  const told: SelfPlay = { solved, asked: count, simulations: ASKED_SIMULATIONS, chance, games: [], policy: [], search: [], end: null }; // prettier-ignore
  const judge = (games: number): void => {
    const { policy, search: searched } = regretsOf(nets, asked, ASKED_SIMULATIONS, ['policy', 'search'], random);
    told.games.push(games);
    told.policy.push(policy);
    told.search.push(searched);
    result.selfPlay = { ...told, games: [...told.games], policy: [...told.policy], search: [...told.search] };
  };
  judge(0);
  const recipe = { rounds: SELF_ROUNDS, games: selfGames / SELF_ROUNDS, simulations: SELF_SIMULATIONS };
  await playSelf(nets, recipe, random, async (games) => {
    judge(games);
    await onRound(games / selfGames);
  });
  told.end = regretsOf(nets, asked, ASKED_SIMULATIONS, WAYS, random);
  result.selfPlay = told;
  return paces(nets, asked, ASKED_SIMULATIONS, seededRandom(count));
}

/** Some random moves that nobody has won by. */
function opening(random: () => number): number[] {
  for (;;) {
    const game = new Game();
    const moves: number[] = [];
    while (game.moves < OPENING_MOVES && !game.over) {
      const legal = game.legal();
      moves.push(legal[Math.floor(random() * legal.length)]);
      game.play(moves.at(-1)!);
    }
    if (!game.over) return moves;
  }
}

/** 1: the search has won, −1: the policy, 0: nobody. */
function playGame(
  start: readonly number[],
  searchFirst: boolean,
  { policy }: Nets,
  bySearch: (game: Game) => number,
): number {
  const game = Game.after(start);
  const side = searchFirst ? game.player : -game.player;
  while (!game.over) game.play(game.player === side ? bySearch(game) : policyMove(policy, game));
  return game.winner * side;
}

/** The policy's prior, and a random game to the end in place of the value net. */
function withPlayouts({ policy }: Nets, random: () => number): (game: Game) => Judgement {
  const judge = playout(random);
  return (game) => ({ prior: priorOf(policy, game), value: judge(game).value });
}

function measureNets({ policy, value }: Nets, held: readonly Position[], result: Result): void {
  let [right, foreseen, decided] = [0, 0, 0];
  for (const { seen, aim, outcome } of held) {
    const choice = policy.logits(seen);
    if (aim[choice.indexOf(Math.max(...choice))] === 1) right++;
    if (outcome === 0) continue;
    decided++;
    const [win, loss] = value.logits(seen);
    if (win > loss === outcome > 0) foreseen++;
  }
  result.policyRight = right / held.length;
  result.valueRight = decided > 0 ? foreseen / decided : null;
}

/** The most visited children, so many on each level and so deep. */
function drawn(node: Node, most: number, depth: number): TreeNode {
  const children = depth === 0 ? [] : [...node.children].sort((a, b) => b.visits - a.visits).slice(0, most);
  return {
    move: node.move,
    visits: node.visits,
    value: node.visits > 0 ? node.total / node.visits : 0,
    prior: node.prior,
    children: children.filter(({ visits }) => visits > 0).map((child) => drawn(child, most, depth - 1)),
  };
}

/** Throws RangeError where the moves are not those of a game. */
function reply({ moves, kind, simulations }: Question, nets: Nets): Answer {
  const game = Game.after(moves);
  const all = [...moves];
  let tree: TreeNode | null = null;
  if (kind === 'reply' && !game.over) {
    let move = policyMove(nets.policy, game);
    if (simulations > 0) {
      const root = search(game, simulations, judgeBy(nets));
      move = chosen(root);
      tree = drawn(root, 3, 3);
    }
    game.play(move);
    all.push(move);
  }
  return { moves: all, board: [...game.board], legal: game.legal(), winner: game.winner, over: game.over, tree };
}

/** A draw counts half. */
export const winRate = ({ won, drawn: even, lost }: Match): number => (won + even / 2) / (won + even + lost);

function card({ matches, playouts, policyRight, valueRight, selfPlay }: Result): Card {
  const [least, most] = [matches[0], matches.at(-1)!];
  return {
    paper: {
      text: '494 of 495 games won against other Go programs; 5 : 0 against Fan Hui. The search uses both networks.',
    },
    rows: cardRows([
      { name: 'search over policy alone', value: winRate(most), unit: 'share' },
      { name: 'search over policy alone, fewest simulations', value: winRate(least), unit: 'share' },
      { name: 'gained by more simulations', value: winRate(most) - winRate(least), unit: 'points' },
      { name: 'search with random playouts, no value net', value: winRate(playouts!), unit: 'share' },
      { name: 'expert moves that the policy foresees', value: policyRight!, unit: 'share' },
      { name: 'winners that the value net foresees', value: valueRight, unit: 'share' },
      { name: 'given away by a move: drawn by lot', value: selfPlay?.chance },
      { name: 'given away by a move: policy before self-play', value: selfPlay?.policy[0] },
      { name: 'given away by a move: policy after self-play', value: selfPlay?.end?.policy },
      { name: 'given away by a move: search with both nets', value: selfPlay?.end?.search },
      { name: 'given away by a move: search without the policy', value: selfPlay?.end?.noPolicy },
      { name: 'given away by a move: search, playouts for the value net', value: selfPlay?.end?.noValue },
      { name: 'given away by a move: search without nets', value: selfPlay?.end?.plain },
      { name: 'given away by a move: search without nets, as long by the clock', value: selfPlay?.end?.plainTimed },
      { name: 'given away by a move: search without nets, four times as many', value: selfPlay?.end?.plainLonger },
      {
        name: 'given away less, with both nets than without',
        value: selfPlay?.end ? selfPlay.end.plain - selfPlay.end.search : null,
      },
      {
        name: 'given away less, with both nets than without for as long',
        value: selfPlay?.end ? selfPlay.end.plainTimed - selfPlay.end.search : null,
      },
    ]),
    why: {
      text: 'Another game and another opponent: four in a row instead of Go, since its nets can learn within seconds, and the program’s own policy instead of other programs. The question is the paper’s: what does the search add to the network? Our expert is a search with random playouts, not people. AlphaGo took its value net together with playouts by a fast policy that had learned from people’s moves; here each stands alone, our playouts are random, and a value net that saw a few hundred games judges no better than they do. Games won say little where nearly all are; so on a board of {0} × {1}, which is solved, a move is judged by what it gives away: 1 where it makes a draw of a win or a loss of a draw, 2 where it loses a win. There nets learn from {2} games against themselves, where AlphaGo Zero had 4.9 million in three days and AlphaZero, in chess, 44 million. As long by the clock means {3} times as many simulations: so many times faster was the search without nets on the machine of our check; a clock has no seed, so the number is kept and not measured at each run. In the checked runs nets that have seen so little do not help the search: without them, at as many simulations, it gives away as much, so far as can be told, and for as long it gives away less.',
      args: [SOLVED_BOARD.columns, SOLVED_BOARD.rows, selfPlay?.games.at(-1) ?? 0, PLAIN_PACE],
    },
  };
}
