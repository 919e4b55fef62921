/**
 * AlphaZero in small (Silver et al. 2017, 2018): nets that know the rules only play themselves, with the search; the policy
 * learns how often the search tried each move, the value net who won. On a board that is solved, so that a move can be
 * judged by what it gives away, not by whom it beats.
 */
import { Game } from './game';
import { judgeBy, learn, policyMove, priorOf, type Nets, type Position } from './learn';
import { SOLVED_BOARD, type Regrets, type Way } from './options';
import { chosen, playout, search, type Judgement, type Node } from './search';
import { type Solver } from './solver';

/** Discs on the boards that are asked, from and to. */
const ASKED_MOVES = [2, 12] as const;
/** In self-play: moves drawn by how often they were tried, then the likeliest; the share of the prior that is noise. */
const DRAWN_MOVES = 6;
const NOISE = 0.25;
/** Nets learn from the games of so many last rounds. */
const ROUNDS_KEPT = 3;
/**
 * So many simulations without nets take as long by the clock as one with both: 2.8 on Node 20 and 3.3 on Node 24, the
 * fastest of 150 times each (bench/LOG.md). A constant, since a clock has no seed and the card must be the same everywhere.
 */
export const PLAIN_PACE = 3;
const STEPS_PER_GAME = 4;

export interface Asked {
  game: Game;
  /** [columns]: what each move gives away against the best, 0, 1 (a draw for a win, a loss for a draw) or 2. */
  regret: number[];
}

/** Boards after random moves, none twice, on which the moves differ in worth. */
export function askedBoards(solver: Solver, count: number, random: () => number): Asked[] {
  const seen = new Set<string>();
  const asked: Asked[] = [];
  while (asked.length < count) {
    const game = new Game(solver.board);
    const [from, to] = ASKED_MOVES;
    const moves = from + Math.floor(random() * (to - from + 1));
    while (game.moves < moves && !game.over) game.play(drawnOf(game.legal(), random));
    if (game.over || seen.has(game.board.join())) continue;
    seen.add(game.board.join());
    const worth = solver.moves(game);
    const best = Math.max(...worth.filter((each) => !Number.isNaN(each)));
    const regret = worth.map((each) => best - each);
    if (regret.some((each) => each > 0)) asked.push({ game, regret });
  }
  return asked;
}

/** Mean of what the moves give away. */
export function regretOf(asked: readonly Asked[], move: (game: Game) => number): number {
  return asked.reduce((sum, { game, regret }) => sum + regret[move(game)], 0) / asked.length;
}

/** Of a move drawn by lot, exactly. */
export function chanceRegret(asked: readonly Asked[]): number {
  const means = asked.map(({ game, regret }) => {
    const legal = game.legal();
    return legal.reduce((sum, move) => sum + regret[move], 0) / legal.length;
  });
  return means.reduce((sum, each) => sum + each, 0) / means.length;
}

/** One game of the nets against themselves. */
export function selfGame(nets: Nets, simulations: number, random: () => number): Position[] {
  const game = new Game(SOLVED_BOARD);
  const judge = judgeBy(nets);
  const positions: Position[] = [];
  while (!game.over) {
    const root = game.moves;
    const noisy = (position: Game): Judgement => {
      const judged = judge(position);
      return position.moves === root ? { ...judged, prior: withNoise(judged.prior, position, random) } : judged;
    };
    const tried = search(game, simulations, noisy);
    const aim = new Float32Array(game.columns);
    for (const { move, visits } of tried.children) aim[move] = visits / (tried.visits - 1);
    positions.push({ seen: game.seen(), mirrored: game.seen(true), aim, player: game.player, outcome: 0 });
    game.play(game.moves < DRAWN_MOVES ? drawnBy(tried, random) : chosen(tried));
  }
  for (const position of positions) position.outcome = game.winner * position.player;
  return positions;
}

/** Rounds of games and learning; `onRound` with the games played so far. */
export async function playSelf(
  nets: Nets,
  { rounds, games, simulations }: { rounds: number; games: number; simulations: number },
  random: () => number,
  onRound: (games: number) => Promise<void>,
): Promise<void> {
  const kept: Position[][] = [];
  for (let round = 1; round <= rounds; round++) {
    kept.push(Array.from({ length: games }, () => selfGame(nets, simulations, random)).flat());
    if (kept.length > ROUNDS_KEPT) kept.shift();
    await learn(nets, kept.flat(), games * STEPS_PER_GAME, random, async () => {});
    await onRound(round * games);
  }
}

/** ms that the search with both nets, and the one without, take for a move on all these boards. */
export function paces(nets: Nets, asked: readonly Asked[], simulations: number, random: () => number) {
  const judges = { nets: judgeBy(nets), plain: playout(random) };
  const timed = (judge: (game: Game) => Judgement): number => {
    const start = performance.now();
    for (const { game } of asked) search(game, simulations, judge);
    return performance.now() - start;
  };
  return { searchWithNetsMs: timed(judges.nets), searchWithoutMs: timed(judges.plain) };
}

/** What each of the ways gives away, at equal simulations where it searches. */
export function regretsOf<Asking extends Way>(
  nets: Nets,
  asked: readonly Asked[],
  simulations: number,
  ways: readonly Asking[],
  random: () => number,
): Pick<Regrets, Asking> {
  const byNets = judgeBy(nets);
  const plain = playout(random);
  const searched =
    (judge: (game: Game) => Judgement, times = 1) =>
    (game: Game) =>
      chosen(search(game, Math.round(times * simulations), judge));
  const moves: Record<Way, (game: Game) => number> = {
    policy: (game) => policyMove(nets.policy, game),
    search: searched(byNets),
    // A playout's prior is even over the legal moves.
    noPolicy: searched((game) => ({ prior: plain(game).prior, value: byNets(game).value })),
    noValue: searched((game) => ({ prior: priorOf(nets.policy, game), value: plain(game).value })),
    plain: searched(plain),
    plainTimed: searched(plain, PLAIN_PACE),
    plainLonger: searched(plain, 4),
  };
  return Object.fromEntries(ways.map((way) => [way, regretOf(asked, moves[way])])) as Pick<Regrets, Asking>;
}

function withNoise(prior: Float32Array, game: Game, random: () => number): Float32Array {
  const noise = Float32Array.from(prior, (_, move) => (game.isLegal(move) ? random() : 0));
  const sum = noise.reduce((total, each) => total + each, 0);
  return prior.map((each, move) => (1 - NOISE) * each + (NOISE * noise[move]) / sum);
}

const drawnOf = (moves: readonly number[], random: () => number): number => moves[Math.floor(random() * moves.length)];

/** A move, as often as it was tried. */
function drawnBy({ children, visits }: Node, random: () => number): number {
  let left = random() * (visits - 1);
  for (const child of children) {
    left -= child.visits;
    if (left < 0) return child.move;
  }
  return children[children.length - 1].move;
}
