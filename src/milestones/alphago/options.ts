/** What can be changed in the game player, and what it shows. */
import type { Controls } from '../../protocol/milestones';

/** The board. */
export const COLUMNS = 7;
export const ROWS = 6;

export interface Board {
  columns: number;
  rows: number;
}

export const FULL_BOARD: Board = { columns: COLUMNS, rows: ROWS };
/** Small enough to be solved whole. */
export const SOLVED_BOARD: Board = { columns: 4, rows: 5 };

export interface Options {
  simulations: number;
  games: number;
  expert: number;
  openings: number;
  selfGames: number;
  asked: number;
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
  openings: { kind: 'fixed', label: 'Openings', default: 32, small: 10 },
  selfGames: { kind: 'fixed', label: 'Games against itself', default: 400, small: 20 },
  asked: { kind: 'fixed', label: 'Boards that are judged by the solver', default: 400, small: 30 },
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

/**
 * Ways to choose a move. policy: its first choice, without search. search: with both nets; noPolicy: all moves promising
 * alike at first; noValue: random playouts in place of the value net; plain: neither net; plainTimed: neither, with as many
 * simulations as take as long by the clock; plainLonger: four times as many.
 */
export const WAYS = ['policy', 'search', 'noPolicy', 'noValue', 'plain', 'plainTimed', 'plainLonger'] as const;
export type Way = (typeof WAYS)[number];

/** Mean of what a move gives away on the solved board: a loss is −1, a draw 0, a win 1. */
export type Regrets = Record<Way, number>;

export interface SelfPlay {
  /** Positions that the solver knows, and on how many boards the moves are asked. */
  solved: number;
  asked: number;
  simulations: number;
  /** Of a move drawn by lot. */
  chance: number;
  /** [rounds]: games played, the first before any; what the policy alone and the search give away. */
  games: number[];
  policy: number[];
  search: number[];
  end: Regrets | null;
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
  /** Nets that learned from playing themselves, on the board that is solved. */
  selfPlay: SelfPlay | null;
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
