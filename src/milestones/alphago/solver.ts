/** Four in a row on a small board, solved whole: what each position is worth when both sides play their best. */
import { type Game } from './game';
import { SOLVED_BOARD, type Board } from './options';

/** 1: who is to move wins, 0: nobody, −1: the other wins. */
export type Worth = 1 | 0 | -1;

export class Solver {
  /** By position; a board and its mirror are one. */
  private readonly known = new Map<number, Worth>();

  constructor(readonly board: Board = SOLVED_BOARD) {}

  get positions(): number {
    return this.known.size;
  }

  /** For the player to move. */
  worth(game: Game): Worth {
    if (game.over) return game.winner === 0 ? 0 : -1;
    const key = keyOf(game);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    let best: Worth = -1;
    for (const move of game.legal()) {
      const next = game.copy();
      next.play(move);
      best = Math.max(best, 0 - this.worth(next)) as Worth;
      if (best === 1) break;
    }
    this.known.set(key, best);
    return best;
  }

  /** [columns]: what each move is worth to the player who makes it; NaN for one that is not allowed. */
  moves(game: Game): number[] {
    return Array.from({ length: this.board.columns }, (_, column) => {
      if (!game.isLegal(column)) return NaN;
      const next = game.copy();
      next.play(column);
      // Not −0.
      return 0 - this.worth(next);
    });
  }
}

/** A digit for each cell, of the board or its mirror, whichever is smaller; who moves follows from the discs. */
function keyOf({ board, columns, rows }: Game): number {
  let [key, mirrored] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      key = key * 3 + board[row * columns + column] + 1;
      mirrored = mirrored * 3 + board[row * columns + columns - 1 - column] + 1;
    }
  }
  return Math.min(key, mirrored);
}
