/** Four in a row, usually on seven columns and six rows; a disc falls to the lowest free place. */
import { FULL_BOARD, type Board } from './options';

/** 1 moves first, −1 second. */
export type Player = 1 | -1;

export class Game {
  readonly columns: number;
  readonly rows: number;
  readonly cells: number;
  /** [rows][columns], row 0 at the bottom: 1, −1, or 0 where it is free. */
  readonly board: Int8Array;
  /** [columns]: discs in each. */
  private readonly heights: Int8Array;
  player: Player = 1;
  moves = 0;
  /** 0 while nobody has four in a row. */
  winner: Player | 0 = 0;

  constructor({ columns, rows }: Board = FULL_BOARD) {
    this.columns = columns;
    this.rows = rows;
    this.cells = columns * rows;
    this.board = new Int8Array(this.cells);
    this.heights = new Int8Array(columns);
  }

  /** @throws RangeError for a move that is not allowed */
  static after(columns: readonly number[], board = FULL_BOARD): Game {
    const game = new Game(board);
    for (const column of columns) {
      if (!game.isLegal(column)) throw new RangeError(`column ${column} is not free`);
      game.play(column);
    }
    return game;
  }

  copy(): Game {
    const copy = new Game(this);
    copy.board.set(this.board);
    copy.heights.set(this.heights);
    copy.player = this.player;
    copy.moves = this.moves;
    copy.winner = this.winner;
    return copy;
  }

  isLegal(column: number): boolean {
    return !this.over && column >= 0 && column < this.columns && this.heights[column] < this.rows;
  }

  legal(): number[] {
    const columns: number[] = [];
    for (let column = 0; column < this.columns; column++) if (this.isLegal(column)) columns.push(column);
    return columns;
  }

  get over(): boolean {
    return this.winner !== 0 || this.moves === this.cells;
  }

  /** The column must be free. */
  play(column: number): void {
    const row = this.heights[column]++;
    this.board[row * this.columns + column] = this.player;
    this.moves++;
    if (this.fourThrough(row, column)) this.winner = this.player;
    this.player = -this.player as Player;
  }

  private fourThrough(row: number, column: number): boolean {
    return DIRECTIONS.some(([dy, dx]) => {
      const length = 1 + this.run(row, column, dy, dx) + this.run(row, column, -dy, -dx);
      return length >= 4;
    });
  }

  /** Discs of the same player in one direction, not counting the first. */
  private run(row: number, column: number, dy: number, dx: number): number {
    const player = this.board[row * this.columns + column];
    let count = 0;
    for (;;) {
      row += dy;
      column += dx;
      if (row < 0 || row >= this.rows || column < 0 || column >= this.columns) return count;
      if (this.board[row * this.columns + column] !== player) return count;
      count++;
    }
  }

  /** What the nets see: [2][rows][columns], own discs of the player to move, then the other's. */
  seen(mirrored = false): Float32Array {
    const seen = new Float32Array(2 * this.cells);
    for (let at = 0; at < this.cells; at++) {
      if (this.board[at] === 0) continue;
      const column = at % this.columns;
      const place = mirrored ? at - column + (this.columns - 1 - column) : at;
      seen[(this.board[at] === this.player ? 0 : this.cells) + place] = 1;
    }
    return seen;
  }
}

/** Along a row, up a column, and both diagonals. */
const DIRECTIONS = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;
