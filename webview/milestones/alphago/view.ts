/** The search's wins over the policy alone, by simulations; the tree; and a game to play. */
import type { ExperimentView } from '../experimentView';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import { shareInterval } from '../../../src/shared/statistics';
import {
  controls,
  SOLVED_BOARD,
  type Match,
  type Options,
  type Result,
  type Way,
} from '../../../src/milestones/alphago/options';
import { playView } from './viewPlay';
import { treePlot } from './viewTree';
import { trial } from '../../../src/milestones/alphago/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const games = h('p', {});
    const wins = barPlot({
      title: t('Search against the policy alone'),
      hint: t(
        'From each random opening two games, so that each side begins once; a draw counts half. The line shows the 95% interval over games.',
      ),
      value: { label: t('share won by the search'), domain: [0, 1], format: roundPercent },
      reference: { value: 0.5, name: t('even') },
    });
    const scores = h('p', { class: 'hint' });
    const selfPlay = linePlot({
      title: t('Playing itself, judged by a solver'),
      hint: t(
        'On a board of {0} × {1}, which is solved: what a move gives away, 1 for each step from win to draw to loss.',
        SOLVED_BOARD.columns,
        SOLVED_BOARD.rows,
      ),
      x: { label: t('games against itself'), format: integer },
      y: { label: t('given away by a move'), domain: [0, undefined], format: decimal },
    });
    const ways = barPlot({
      title: t('What gives away how much'),
      hint: t('After the last game; the searches have equally many simulations, but for the last two.'),
      value: { label: t('given away by a move'), domain: [0, undefined], format: decimal },
    });
    const pace = h('p', { class: 'hint' });
    const tree = treePlot(t('The search tree on the empty board'));
    const play = playView(stage);
    return {
      lead: wins.element,
      element: h(
        'div',
        { class: 'plots' },
        games,
        scores,
        selfPlay.element,
        ways.element,
        pace,
        tree.element,
        play.element,
      ),
      draw(result, _options, final, { searchWithNetsMs, searchWithoutMs } = {}) {
        games.textContent =
          result.policyRight === null
            ? t('The expert has played {0} games with {1} positions.', integer(result.games), integer(result.positions))
            : t(
                'The expert has played {0} games with {1} positions. On games held back the policy foresees {2} of its moves.',
                integer(result.games),
                integer(result.positions),
                roundPercent(result.policyRight),
              );
        const named = (match: Match | null, name: string, series: number) => {
          const count = match ? match.won + match.drawn + match.lost : 0;
          if (!match || count === 0) return [];
          const value = (match.won + match.drawn / 2) / count;
          const [low, high] = shareInterval(value, count);
          return [{ name, value, low, high, series }];
        };
        wins.set([
          ...result.matches.flatMap((match) => named(match, t('{0} simulations', match.simulations), 0)),
          ...named(
            result.playouts,
            t('{0} simulations, random playouts in place of the value net', result.playouts?.simulations ?? 0),
            1,
          ),
        ]);
        show(wins.element, result.matches.length > 0);
        const last = result.matches.at(-1);
        scores.textContent = last
          ? t('With {0} simulations: {1} won, {2} drawn, {3} lost.', last.simulations, last.won, last.drawn, last.lost)
          : '';
        show(selfPlay.element, result.selfPlay !== null);
        show(ways.element, Boolean(result.selfPlay?.end));
        if (result.selfPlay) {
          const { games: x, policy, search, chance, end } = result.selfPlay;
          selfPlay.set([
            { name: t('policy alone'), x, y: policy, dots: true },
            { name: t('search with both nets'), x, y: search, dots: true },
            { name: t('a move drawn by lot'), x, y: x.map(() => chance) },
          ]);
          if (end) {
            const names = wayNames();
            ways.set(Object.entries(names).map(([way, name]) => ({ name, value: end[way as Way] })));
          }
        }
        show(pace, searchWithNetsMs !== undefined);
        if (searchWithNetsMs !== undefined && result.selfPlay) {
          const [withNets, without] = [searchWithNetsMs, searchWithoutMs].map((ms) =>
            decimal(ms / result.selfPlay!.asked),
          );
          pace.textContent = t('In this run a move took {0} ms with both nets and {1} ms without, at equal simulations.', withNets, without); // prettier-ignore
        }
        show(tree.element, result.tree !== null);
        if (result.tree) tree.set(result.tree);
        play.draw(final);
      },
    };
  },
};

const wayNames = (): Record<Way, string> => ({
  policy: t('policy alone'),
  search: t('search with both nets'),
  noPolicy: t('search without the policy'),
  noValue: t('search, playouts for the value net'),
  plain: t('search without nets'),
  plainTimed: t('search without nets, as long by the clock'),
  plainLonger: t('search without nets, four times as many'),
});
