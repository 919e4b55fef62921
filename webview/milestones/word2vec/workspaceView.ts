/** The live part: the loss as skip-gram reads the workspace (or this history), what is near its words, and how that was measured. */
import type { ViewStage } from '../experimentView';
import { keptField } from '../keptField';
import { simpleTable } from '../simpleTable';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, decimal, integer, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import { field, neighbourTable } from './calculator';
import type { Answer, Live, Question } from '../../../src/milestones/word2vec/options';

export interface WorkspaceView {
  readonly element: HTMLElement;
  draw(live: Live | null, final: boolean): void;
}

export function workspaceView(stage: ViewStage): WorkspaceView {
  const summary = h('p', {});
  const curve = linePlot({
    title: t('Skip-gram learns while it reads'),
    hint: t('How surprised it is to tell a true neighbour from five random ones, while it reads.'),
    x: { label: t('words read'), format: count },
    y: { label: t('loss (nats per neighbour)') },
  });
  const measured = barPlot({
    title: t('What it has learned, against chance'),
    hint: t('Each word or identifier is one symbol to skip-gram: it cannot see what two of them share.'),
    value: { label: t('share'), domain: [0, 1], format: roundPercent },
  });
  const neighbours = h('div', {});
  const { element: wordField, input } = field(t('Word or identifier that was read'), 80);
  keptField(stage.kept, 'identifier', input);
  const found = h('div', { 'aria-live': 'polite' });
  const ask = async (): Promise<void> => {
    const question: Question = { kind: 'near', of: 'workspace', word: input.value, count: 8 };
    try {
      const { near, unknown } = await stage.ask<Answer>(question);
      found.replaceChildren(
        unknown.length > 0
          ? t('“{0}” has no vector: it is in fewer than five places, or in none.', input.value.trim())
          : neighbourTable(input.value.trim(), near),
      );
    } catch {
      found.replaceChildren(t('Words can be looked up when the run is over.'));
    }
  };
  const lookUp = h(
    'form',
    {
      class: 'w2v-form',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void ask();
      },
    },
    wordField,
    h('button', { type: 'submit', class: 'chip' }, t('What is nearest?')),
  );
  const body = h('div', { class: 'plots' }, curve.element, measured.element, neighbours, lookUp, found);
  return {
    element: h('section', {}, h('h3', {}, t('Live: learned before your eyes')), summary, body),
    draw(live, final) {
      show(body, live !== null);
      summary.textContent = live ? told(live) : '';
      if (!live) return;
      curve.set([{ name: t('loss'), x: live.curve.map(({ words }) => words), y: live.curve.map(({ loss }) => loss) }]);
      // Of a small workspace there may be nothing to say yet.
      const known = bars(live);
      show(measured.element, known.length > 0);
      measured.set(known);
      show(neighbours, live.neighbours.length > 0);
      neighbours.replaceChildren(neighbourList(live));
      // A word that was asked before the panel was hidden.
      if (final && input.value.trim() !== '') void ask();
    },
  };
}

function told({ from, files, tokens, identifiers }: Live): string {
  const counts = [integer(files), integer(tokens), integer(identifiers)];
  return from === 'history'
    ? t(
        'The workspace has too few identifiers: {0} texts of this history in English were read, {1} places, {2} different words with a vector.',
        ...counts,
      )
    : t('{0} source files: {1} places, {2} different identifiers with a vector.', ...counts);
}

function bars({ sharedWord, sharedWordByChance, heldOut }: Live): { name: string; value: number; series: number }[] {
  const rows: [string, number | null, number][] = [
    [t('nearest identifier shares a word'), sharedWord, 0],
    [t('any other identifier shares a word'), sharedWordByChance, 1],
    [t('files not read: true neighbour above a random one'), heldOut, 0],
    [t('the same by tossing a coin'), heldOut === null ? null : 0.5, 1],
  ];
  return rows.flatMap(([name, value, series]) => (value === null ? [] : [{ name, value, series }]));
}

function neighbourList({ neighbours }: Live): HTMLElement {
  return simpleTable(
    t('Frequent words, of code those of several parts, and the five nearest (cosine similarity)'),
    [t('word'), t('places'), t('nearest')],
    neighbours.map(({ word, count: places, near }) => [
      word,
      integer(places),
      near.map((each) => `${each.word} ${decimal(each.cosine)}`).join(' · '),
    ]),
    [0, 2],
  );
}
