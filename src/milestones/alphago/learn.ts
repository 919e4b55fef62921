/** What the player learns from: games of an expert without nets, as AlphaGo learned first from games of people. */
import { softmax } from '../../shared/softmax';
import { Net } from '../shared/softNet';
import { Game, type Player } from './game';
import { chosen, playout, search, type Judgement } from './search';
import { FULL_BOARD, type Board } from './options';

const HIDDEN = 64;
/** In the expert's games, so that they differ: random moves at first, and now and then one later. */
const RANDOM_OPENING = 4;
const RANDOM_LATER = 0.1;
const BATCH = 32;
const LEARNING_RATE = 0.003;

export interface Position {
  /** [2][rows][columns], and the same board in the mirror. */
  seen: Float32Array;
  mirrored: Float32Array;
  /** [columns]: how good the expert, or the search, held each move to be; sums to 1. */
  aim: Float32Array;
  player: Player;
  /** 1: who is to move wins in the end, −1: loses, 0: nobody wins. */
  outcome: number;
}

/** One game of the expert against itself; positions where it chose the move. */
export function expertGame(playouts: number, random: () => number): Position[] {
  const game = new Game();
  const positions: Position[] = [];
  while (!game.over) {
    const legal = game.legal();
    const any = legal[Math.floor(random() * legal.length)];
    if (game.moves < RANDOM_OPENING) {
      game.play(any);
      continue;
    }
    const move = chosen(search(game, playouts, playout(random)));
    const aim = new Float32Array(game.columns);
    aim[move] = 1;
    positions.push({ seen: game.seen(), mirrored: game.seen(true), aim, player: game.player, outcome: 0 });
    game.play(random() < RANDOM_LATER ? any : move);
  }
  for (const position of positions) position.outcome = game.winner * position.player;
  return positions;
}

export interface Nets {
  /** Which move: [columns]. */
  policy: Net;
  /** Who wins: who is to move, or the other. */
  value: Net;
}

export function freshNets(random: () => number, { columns, rows }: Board = FULL_BOARD): Nets {
  const inputs = 2 * columns * rows;
  return { policy: new Net(inputs, HIDDEN, columns, random), value: new Net(inputs, HIDDEN, 2, random) };
}

export async function learn(
  { policy, value }: Nets,
  positions: readonly Position[],
  steps: number,
  random: () => number,
  onStep: (share: number) => Promise<void>,
): Promise<void> {
  for (let step = 0; step < steps; step++) {
    for (let at = 0; at < BATCH; at++) {
      const { seen, mirrored, aim, outcome } = positions[Math.floor(random() * positions.length)];
      const turned = random() < 0.5;
      const board = turned ? mirrored : seen;
      policy.learn(board, turned ? aim.slice().reverse() : aim);
      value.learn(board, [(1 + outcome) / 2, (1 - outcome) / 2]);
    }
    policy.step(BATCH, LEARNING_RATE);
    value.step(BATCH, LEARNING_RATE);
    await onStep((step + 1) / steps);
  }
}

/** Prior over the legal moves and value, by the two nets. */
export function judgeBy({ policy, value }: Nets): (game: Game) => Judgement {
  return (game) => {
    const seen = game.seen();
    const prior = priorOf(policy, game, seen);
    const [win, loss] = softmax(value.logits(seen));
    return { prior, value: win - loss };
  };
}

export function priorOf(policy: Net, game: Game, seen = game.seen()): Float32Array {
  const logits = policy.logits(seen);
  for (let column = 0; column < game.columns; column++) if (!game.isLegal(column)) logits[column] = -Infinity;
  return softmax(logits);
}

/** The policy's first choice. */
export function policyMove(policy: Net, game: Game): number {
  const prior = priorOf(policy, game);
  return prior.indexOf(Math.max(...prior));
}
