/** A search tree: lines as thick as the visits, from the position on the left to three moves deep. */
import { t } from '../../shared/l10n';
import { decimal, integer, roundPercent } from '../../shared/numbers';
import { plotFigure, svg as s, type PlotFigure } from '../../shared/plot';
import type { TreeNode } from '../../../src/milestones/alphago/options';

export interface TreePlot extends PlotFigure {
  set(root: TreeNode): void;
}

const LEAF = 17;
/** Room for the name above the first node. */
const TOP = 10;
const THICKEST = 9;
/** Before the first node, and behind the last for its label. */
const [LEFT, RIGHT] = [10, 76];

export function treePlot(title: string): TreePlot {
  let root: TreeNode | undefined;
  const figure = plotFigure({
    title,
    hint: t(
      'Each move with its column and how often it was tried; the thicker the line, the more. On each level the three most visited.',
    ),
    draw(area, width) {
      if (!root) return 0;
      const step = (width - LEFT - RIGHT) / 3;
      let leaves = 0;
      const place = (node: TreeNode, depth: number): number => {
        const children = node.children.map((child) => ({ child, y: place(child, depth + 1) }));
        const y = children.length > 0 ? (children[0].y + children.at(-1)!.y) / 2 : TOP + LEAF * (leaves++ + 0.7);
        const x = LEFT + depth * step;
        for (const { child, y: below } of children) {
          const thick = Math.max(0.75, THICKEST * Math.sqrt(child.visits / root!.visits));
          const middle = x + step / 2;
          area.append(
            s('path', {
              d: `M${x},${y}C${middle},${y} ${middle},${below} ${x + step},${below}`,
              class: 'go-line',
              'stroke-width': thick,
            }),
          );
        }
        if (depth > 0) {
          area.append(
            s('circle', { cx: x, cy: y, r: 4, class: `plot-dot series-${(depth - 1) % 2}` }),
            s(
              'text',
              // Above where lines go on, beside where they end.
              children.length > 0
                ? { x, y: y - 8, 'text-anchor': 'middle', class: 'plot-name' }
                : { x: x + 7, y, dy: '0.35em', class: 'plot-name' },
              `${node.move + 1}: ${integer(node.visits)}`,
              s('title', {}, said(node)),
            ),
          );
        } else area.append(s('circle', { cx: x, cy: y, r: 5, class: 'plot-dot series-6' }));
        return y;
      };
      place(root, 0);
      return TOP + LEAF * (leaves + 0.7);
    },
    table: () =>
      root
        ? {
            caption: title,
            columns: [t('columns played'), t('visits'), t('value'), t('prior')],
            rows: rowsOf(root, []),
          }
        : null,
  });
  return {
    ...figure,
    set(now) {
      root = now;
      const best = now.children[0];
      figure.describe(best ? said(best) : '');
      figure.redraw();
    },
  };
}

function said({ move, visits, value, prior }: TreeNode): string {
  return t(
    'Column {0}: tried {1} times, value {2}, prior {3}.',
    move + 1,
    integer(visits),
    decimal(value),
    roundPercent(prior),
  );
}

function rowsOf({ children }: TreeNode, before: readonly number[]): string[][] {
  return children.flatMap((child) => {
    const moves = [...before, child.move + 1];
    const own = [moves.join(', '), integer(child.visits), decimal(child.value), roundPercent(child.prior)];
    return [own, ...rowsOf(child, moves)];
  });
}
