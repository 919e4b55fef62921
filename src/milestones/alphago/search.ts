/**
 * The tree search of AlphaGo: each simulation goes down where value and prior promise most, adds one position, and carries
 * its value back up (PUCT; Silver et al. 2016, "searching with policy and value networks").
 */
import type { Game } from './game';

export interface Judgement {
  /** [columns], sums to 1 over the legal moves. */
  prior: Float32Array;
  /** −1 … 1 for the player to move. */
  value: number;
}

export interface Node {
  /** The move that leads here; −1 at the root. */
  move: number;
  prior: number;
  visits: number;
  /** Sum of values for the player who made `move`. */
  total: number;
  children: Node[];
}

/** How much the prior counts against the value. */
const EXPLORATION = 1.5;

export function search(game: Game, simulations: number, judge: (game: Game) => Judgement): Node {
  const root: Node = { move: -1, prior: 1, visits: 0, total: 0, children: [] };
  for (let simulation = 0; simulation < simulations; simulation++) {
    const position = game.copy();
    const path = [root];
    let node = root;
    while (node.children.length > 0) {
      node = mostPromising(node);
      position.play(node.move);
      path.push(node);
    }
    let value: number;
    if (position.over) {
      // The player to move has lost, or nobody has won.
      value = position.winner === 0 ? 0 : -1;
    } else {
      const judged = judge(position);
      value = judged.value;
      node.children = position
        .legal()
        .map((move) => ({ move, prior: judged.prior[move], visits: 0, total: 0, children: [] }));
    }
    for (let at = path.length - 1; at >= 0; at--) {
      // A node's total is for the player who moved into it: the other one.
      value = -value;
      path[at].visits++;
      path[at].total += value;
    }
  }
  return root;
}

/** The child with the largest value + exploration · prior · √visits / (1 + visits of the child). */
export function mostPromising({ children, visits }: Node): Node {
  let [best, most] = [children[0], -Infinity];
  for (const child of children) {
    const value = child.visits > 0 ? child.total / child.visits : 0;
    const score = value + (EXPLORATION * child.prior * Math.sqrt(visits)) / (1 + child.visits);
    if (score > most) [best, most] = [child, score];
  }
  return best;
}

/** The most visited move, as AlphaGo chooses; of equal ones the first. */
export function chosen({ children }: Node): number {
  return children.reduce((best, child) => (child.visits > best.visits ? child : best)).move;
}

/** Judges by a game of random moves to the end, without any net. */
export function playout(random: () => number): (game: Game) => Judgement {
  return (game) => {
    const legal = game.legal();
    const prior = new Float32Array(game.columns);
    for (const move of legal) prior[move] = 1 / legal.length;
    const end = game.copy();
    while (!end.over) {
      const moves = end.legal();
      end.play(moves[Math.floor(random() * moves.length)]);
    }
    return { prior, value: end.winner === 0 ? 0 : end.winner === game.player ? 1 : -1 };
  };
}
