/** What can be changed in the game player, and what it shows. */
import type { Controls } from '../../protocol/milestones';

/** The board. */
export const COLUMNS = 7;
export const ROWS = 6;

export interface Options {
  simulations: number;
  games: number;
  expert: number;
  openings: number;
}

/** Budgets that play against the policy alone, up to the one that is asked for. */
export const BUDGETS = [4, 16, 64, 256];

export const controls: Controls<Options> = {
  simulations: {
    kind: 'choice',
    label: 'Simulations for a move',
    default: 64,
    small: 16,
    values: [
      { value: 16, label: '16' },
      { value: 64, label: '64' },
      { value: 256, label: '256' },
    ],
  },
  games: {
    kind: 'choice',
    label: 'Games to learn from',
    default: 800,
    small: 40,
    values: [
      { value: 40, label: '40' },
      { value: 200, label: '200' },
      { value: 800, label: '800' },
    ],
  },
  expert: { kind: 'fixed', label: 'Playouts of the expert', default: 200, small: 60 },
  openings: { kind: 'fixed', label: 'Openings', default: 40, small: 10 },
};

/** Games of one side against the policy alone: from each opening two, once with each side moving first. */
export interface Match {
  simulations: number;
  won: number;
  drawn: number;
  lost: number;
}

/** A part of a search tree, as deep as it is drawn. */
export interface TreeNode {
  move: number;
  visits: number;
  /** −1 … 1 for the player who makes the move. */
  value: number;
  prior: number;
  children: TreeNode[];
}

export interface Result {
  /** Games of the expert that are played, and how many positions they have. */
  games: number;
  positions: number;
  /** On games that were held back: the expert's move is the net's first choice; the winner is foreseen. */
  policyRight: number | null;
  valueRight: number | null;
  matches: Match[];
  /** Search in place of the value net's judgement by random playouts, with the budget that was asked for. */
  playouts: Match | null;
  /** The search from the empty board. */
  tree: TreeNode | null;
}

export type Question = {
  /** Columns from the first move on. */
  moves: number[];
  /** 'look': the position only; 'reply': the search answers, too. */
  kind: 'look' | 'reply';
  /** 0: the policy alone. */
  simulations: number;
};

export interface Answer {
  /** With the reply, if there is one. */
  moves: number[];
  /** [ROWS][COLUMNS], row 0 at the bottom. */
  board: number[];
  legal: number[];
  winner: number;
  over: boolean;
  /** What the reply came from. */
  tree: TreeNode | null;
}
