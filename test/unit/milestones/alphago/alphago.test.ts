/** The rules, the search against formulas and forced wins, and that search beats the policy alone. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../../src/shared/random';
import { alphaGo, winRate } from '../../../../src/milestones/alphago/experiment';
import { Game } from '../../../../src/milestones/alphago/game';
import { expertGame, freshNets, policyMove, priorOf } from '../../../../src/milestones/alphago/learn';
import { type Answer, COLUMNS, ROWS, SOLVED_BOARD } from '../../../../src/milestones/alphago/options';
import {
  askedBoards,
  chanceRegret,
  PLAIN_PACE,
  playSelf,
  regretOf,
  regretsOf,
} from '../../../../src/milestones/alphago/selfPlay';
import { Solver } from '../../../../src/milestones/alphago/solver';
import { chosen, mostPromising, playout, search, type Node } from '../../../../src/milestones/alphago/search';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const CELLS = COLUMNS * ROWS;

describe('alphago: four in a row', () => {
  it('agrees with a look at every line of four, in random games', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 200; round++) {
      const game = new Game();
      while (!game.over) {
        const legal = game.legal();
        game.play(legal[Math.floor(random() * legal.length)]);
        assert.equal(game.winner, winnerByLines(game.board));
      }
      assert.ok(game.winner !== 0 || game.moves === CELLS);
      assert.deepEqual(game.legal(), []);
    }
  });

  it('lets discs fall, and no more than six into a column', () => {
    const game = Game.after([3, 3, 3, 3, 3, 3]);
    assert.deepEqual([...Array(ROWS).keys()].map((row) => game.board[row * COLUMNS + 3]), [1, -1, 1, -1, 1, -1]); // prettier-ignore
    assert.ok(!game.isLegal(3));
    assert.throws(() => Game.after([3, 3, 3, 3, 3, 3, 3]), RangeError);
    assert.throws(() => Game.after([7]), RangeError);
  });

  it('is seen from the side of who moves, and in the mirror', () => {
    const game = Game.after([0, 1]);
    const seen = game.seen();
    assert.equal(seen[0], 1);
    assert.equal(seen[CELLS + 1], 1);
    assert.deepEqual([...game.seen(true)], [...Game.after([6, 5]).seen()]);
  });
});

/** By the definition: any four cells in a line. */
function winnerByLines(board: Int8Array): number {
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      for (const [dy, dx] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [-1, 1],
      ]) {
        const [lastRow, lastColumn] = [row + 3 * dy, column + 3 * dx];
        if (lastRow < 0 || lastRow >= ROWS || lastColumn >= COLUMNS) continue;
        const sum = [0, 1, 2, 3].reduce((total, at) => total + board[(row + at * dy) * COLUMNS + column + at * dx], 0);
        if (Math.abs(sum) === 4) return sum / 4;
      }
    }
  }
  return 0;
}

describe('alphago: the search', () => {
  const judge = playout(seededRandom(2));

  it('goes where value and prior promise most, by the formula', () => {
    const child = (move: number, prior: number, visits: number, total: number): Node => ({ move, prior, visits, total, children: [] }); // prettier-ignore
    const children = [child(0, 0.5, 9, 4.5), child(1, 0.3, 2, 1), child(2, 0.2, 0, 0)];
    const root: Node = { move: -1, prior: 1, visits: 12, total: 0, children };
    const scores = children.map(
      ({ prior, visits, total }) => (visits ? total / visits : 0) + (1.5 * prior * Math.sqrt(12)) / (1 + visits),
    );
    assert.equal(mostPromising(root), children[scores.indexOf(Math.max(...scores))]);
    assert.equal(chosen(root), 0);
  });

  it('counts its simulations, and each node holds those of its children', () => {
    const root = search(new Game(), 100, judge);
    assert.equal(root.visits, 100);
    const check = (node: Node): void => {
      if (node.children.length === 0) return;
      const below = node.children.reduce((sum, child) => sum + child.visits, 0);
      // One visit judged the node itself.
      assert.equal(below, node.visits - 1);
      node.children.forEach(check);
    };
    check(root);
  });

  it('takes a win, and stops the other’s', () => {
    assert.equal(chosen(search(Game.after([0, 6, 1, 6, 2, 5]), 200, judge)), 3);
    assert.equal(chosen(search(Game.after([0, 6, 1, 5, 0, 4]), 300, judge)), 3);
  });
});

describe('alphago: the player', function () {
  this.timeout(60_000);

  it('the policy keeps to legal moves', () => {
    const { policy } = freshNets(seededRandom(3));
    const game = Game.after([3, 3, 3, 3, 3, 3, 0, 0]);
    const prior = priorOf(policy, game);
    assert.equal(prior[3], 0);
    assertClose(
      prior.reduce((a, b) => a + b),
      1,
      1e-6,
    );
    assert.ok(game.isLegal(policyMove(policy, game)));
  });

  it('outcomes are told from the side of who moves', () => {
    const positions = expertGame(20, seededRandom(5));
    const [first, second] = positions;
    assert.equal(first.player, -second.player);
    assert.equal(first.outcome, -second.outcome);
  });

  const ran = runOnce(alphaGo, { options: { simulations: 64 } });

  it('search beats the policy alone, and answers a person’s moves', async () => {
    const { signal } = new AbortController();
    const { result, card, timings, answer } = await ran();
    // Equal simulations, and as long by the clock: the latter needs more of them, and says how long both took here.
    const rows = card.rows.map(({ name }) => name);
    assert.ok(rows.includes('given away by a move: search without nets, as long by the clock'), rows.join());
    assert.ok(PLAIN_PACE > 1 && timings.searchWithNetsMs > 0 && timings.searchWithoutMs > 0, JSON.stringify(timings));
    assert.ok(winRate(result.matches.at(-1)!) > 0.7, JSON.stringify(result.matches));
    const reply = (await answer!({ moves: [3], kind: 'reply', simulations: 16 }, signal)) as Answer;
    assert.equal(reply.moves.length, 2);
    assert.equal(reply.board.filter((disc) => disc !== 0).length, 2);
    assert.equal(reply.tree!.visits, 16);
    const won = (await answer!({ moves: [0, 6, 1, 6, 2, 5, 3], kind: 'reply', simulations: 16 }, signal)) as Answer;
    assert.deepEqual([won.winner, won.over, won.legal, won.moves.length], [1, true, [], 7]);
  });
});

describe('alphago: the solved board', function () {
  this.timeout(60_000);
  const solver = new Solver({ columns: 4, rows: 4 });

  it('is worth what looking at every game to its end says', () => {
    // No table, no early end: another program of the same definition.
    const toTheEnd = (game: Game): number => {
      if (game.over) return game.winner === 0 ? 0 : -1;
      const worth = game.legal().map((move) => {
        const next = game.copy();
        next.play(move);
        return 0 - toTheEnd(next);
      });
      return Math.max(...worth);
    };
    const random = seededRandom(4);
    for (let round = 0; round < 40; round++) {
      const game = new Game(solver.board);
      while (game.moves < 9 && !game.over) {
        const legal = game.legal();
        game.play(legal[Math.floor(random() * legal.length)]);
      }
      assert.equal(solver.worth(game), toTheEnd(game), game.board.join());
    }
    // Four by four is a draw (J. Tromp's table of connect-4 boards says so, too).
    assert.equal(solver.worth(new Game(solver.board)), 0);
  });

  it('asks boards where something can be given away; the best move gives nothing, the worst move most', () => {
    const asked = askedBoards(solver, 20, seededRandom(1));
    assert.equal(new Set(asked.map(({ game }) => game.board.join())).size, 20);
    for (const { game, regret } of asked) {
      const allowed = game.legal().map((move) => regret[move]);
      assert.equal(Math.min(...allowed), 0);
      assert.ok(Math.max(...allowed) > 0);
    }
    const of =
      (pick: (...values: number[]) => number) =>
      (game: Game): number => {
        const { regret } = asked.find((each) => each.game === game)!;
        return regret.indexOf(pick(...game.legal().map((move) => regret[move])));
      };
    assert.equal(regretOf(asked, of(Math.min)), 0);
    const [chance, worst] = [chanceRegret(asked), regretOf(asked, of(Math.max))];
    assert.ok(chance > 0 && chance < worst, `${chance} ${worst}`);
  });

  it('a long search gives nearly nothing away, and playing itself teaches the policy', async () => {
    const whole = new Solver();
    const random = seededRandom(1);
    const asked = askedBoards(whole, 60, random);
    const nets = freshNets(random, SOLVED_BOARD);
    const before = regretsOf(nets, asked, 16, ['policy'], random);
    await playSelf(nets, { rounds: 4, games: 30, simulations: 16 }, random, async () => {});
    const after = regretsOf(nets, asked, 200, ['policy', 'plainLonger'], random);
    assert.ok(after.policy < before.policy, `${after.policy} ${before.policy}`);
    assert.ok(after.plainLonger < 0.25, String(after.plainLonger));
  });
});
