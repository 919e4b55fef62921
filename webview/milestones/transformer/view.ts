/** Both nets on the text by place in the window, and their loss against compute on both tasks. */
import type { ExperimentView } from '../experimentView';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, decimal, integer } from '../../shared/numbers';
import { linePlot } from '../../shared/plot';
import { controls, type Kind, type Options, type Result, type Run } from '../../../src/milestones/transformer/options';
import { trial } from '../../../src/milestones/transformer/trial';

/** Opened from here: Explain Attention on the person's selection. */
const EXPLAIN = 'command:attentionExplainer.explain';

const kindName = (kind: Kind): string => (kind === 'recurrent' ? t('LSTM') : t('Transformer'));

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: t('LSTM'),
    x: { label: t('operations (millions)'), scale: 'log', format: count },
    y: { label: t('loss (bits a question)'), domain: [0, 3], format: decimal },
    at: [3000, 5000, 8000, 12_000, 20_000, 34_000],
    difference: (value) => t('{0} bits', decimal(value)),
    of: ({ recall }) => {
      const run = recall.runs.find(({ kind }) => kind === 'recurrent');
      return run && run.loss.length > 0 ? { x: run.compute, y: run.loss } : null;
    },
  }),
  mount() {
    const x = { label: t('operations (millions)'), scale: 'log' as const, format: count };
    const recall = linePlot({
      title: t('Something to remember: loss against compute'),
      hint: t('Along one height: how much compute each net needs for the same loss. The scale is logarithmic.'),
      x,
      y: { label: t('loss (bits a question)'), domain: [0, undefined], format: decimal },
      named: true,
    });
    const text = linePlot({
      title: t('Text: loss against compute'),
      hint: t('On files that neither net, nor the counting, has seen.'),
      x,
      y: { label: t('loss (bits a symbol)'), format: decimal },
    });
    const places = linePlot({
      title: t('Text: loss by place in the window'),
      hint: t('At the first place one symbol is known, at the last all before it.'),
      x: { label: t('symbols known'), format: integer },
      y: { label: t('loss (bits a symbol)'), format: decimal },
    });
    const read = h('p', {});
    const open = h('p', {}, h('a', { href: EXPLAIN }, t('Explain attention on your selection')));
    return {
      lead: recall.element,
      element: h('div', { class: 'plots' }, read, text.element, places.element, open),
      draw({ text: told, recall: asked }) {
        read.textContent =
          told.from === 'workspace'
            ? t(
                'Read: {0} symbols of the open workspace; tested on {1} others.',
                integer(told.training),
                integer(told.heldOut),
              )
            : t(
                'Read: {0} symbols of the words of this history; tested on {1} others.',
                integer(told.training),
                integer(told.heldOut),
              );
        recall.set([...curves(asked.runs), floor(t('guessing among the things stated'), asked.runs, asked.floor)]);
        recall.describe(ends(asked.runs));
        text.set([...curves(told.runs), floor(t('counting trigrams'), told.runs, told.trigram)]);
        text.describe(ends(told.runs));
        const at = told.trigramByPlace.map((_, place) => place + 1);
        places.set([
          ...told.runs.flatMap(({ kind, byPlace }) => (byPlace ? [{ name: kindName(kind), x: at, y: byPlace }] : [])),
          { name: t('counting trigrams'), x: at, y: told.trigramByPlace },
        ]);
      },
    };
  },
};

const curves = (runs: readonly Run[]): { name: string; x: number[]; y: number[] }[] =>
  runs.map(({ kind, compute, loss }) => ({ name: kindName(kind), x: compute, y: loss }));

/** A level as long as the curves are. */
function floor(name: string, runs: readonly Run[], level: number): { name: string; x: number[]; y: number[] } {
  const spent = runs.flatMap(({ compute }) => compute);
  const x = spent.length > 0 ? [Math.min(...spent), Math.max(...spent)] : [];
  return { name, x, y: x.map(() => level) };
}

const ends = (runs: readonly Run[]): string =>
  runs.flatMap(({ kind, end }) => (end === null ? [] : [t('{0}: {1} bits.', kindName(kind), decimal(end))])).join(' ');
