/** Scores by length, by wear and by kind of text, what the detectors decide, and one text with its green tokens. */
import {
  controls,
  KINDS,
  SCHEMES,
  SHARES,
  type Options,
  type Result,
  type Scheme,
  type TextRow,
} from '../../../src/milestones/benefit-and-misuse/options';
import { mean } from '../../../src/shared/statistics';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import type { ExperimentView } from '../experimentView';
import { trial } from '../../../src/milestones/benefit-and-misuse/trial';
import './benefit-and-misuse.css';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: schemeName('green'),
    x: { label: t('tokens of the text'), format: integer },
    y: { label: 'z', domain: [0, 12], format: decimal },
    at: [30, 60, 90, 120],
    difference: decimal,
    of: ({ rows, lengths }) =>
      rows.length > 0
        ? { x: lengths, y: lengths.map((_, at) => mean(rows.map(({ marked }) => marked.green[at]))) }
        : null,
  }),
  mount() {
    const byLength = linePlot({
      title: t('How sure the detector is, by length'),
      hint: t(
        'z: standard deviations above what chance gives, means over the texts. Unmarked text and a wrong key are the controls: they stay at zero.',
      ),
      x: { label: t('tokens of the text'), format: integer },
      y: { label: 'z', format: decimal },
      named: true,
    });
    const byWear = linePlot({
      title: t('How much wear the mark survives'),
      hint: t('Tokens of the marked text replaced by others, drawn by chance.'),
      x: { label: t('share of the tokens replaced'), domain: [0, 0.5], format: roundPercent },
      y: { label: 'z', format: decimal },
    });
    const byKind = barPlot({
      title: t('By kind of text'),
      hint: t(
        'Whole texts with the green list. The last bar: the same programs after their identifiers got other names.',
      ),
      value: { label: 'z', format: decimal },
    });
    const decisions = h('div', {});
    const sample = h('div', { class: 'sample' });
    return {
      lead: byLength.element,
      element: h('div', { class: 'plots' }, byWear.element, byKind.element, decisions, sample),
      draw(result) {
        const { rows, lengths } = result;
        const line = (name: string, of: (row: TextRow) => number[]) => ({
          name,
          x: lengths,
          y: lengths.map((_, at) => mean(rows.map((row) => of(row)[at]))),
          dots: true,
        });
        const lines = [
          line(schemeName('green'), (row) => row.marked.green),
          line(schemeName('tournament'), (row) => row.marked.tournament),
          line(t('no mark'), (row) => row.unmarked.green),
          line(t('wrong key'), (row) => row.wrongKey.green),
        ];
        byLength.set(lines);
        byLength.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(decimal).join(' → '))).join(' '));
        byWear.set(
          SCHEMES.map((scheme) => ({
            name: schemeName(scheme),
            x: SHARES,
            y: SHARES.map((_, at) => mean(rows.map(({ edited }) => edited[scheme][at]))),
            dots: true,
          })),
        );
        byKind.set(kindBars(rows));
        decisions.replaceChildren(...decisionsOf(result));
        sample.replaceChildren(...sampleOf(result));
      },
    };
  },
};

function schemeName(scheme: Scheme): string {
  return { green: t('green list'), tournament: t('tournament') }[scheme];
}

function kindName(kind: TextRow['kind']): string {
  return { code: t('code'), english: t('English'), chinese: t('Chinese') }[kind];
}

function kindBars(rows: readonly TextRow[]): { name: string; value: number; series: number }[] {
  const bars = KINDS.filter((kind) => rows.some((row) => row.kind === kind)).map((kind) => ({
    name: kindName(kind),
    value: mean(rows.filter((row) => row.kind === kind).map(({ marked }) => marked.green.at(-1)!)),
    series: 0,
  }));
  const renamed = rows.flatMap((row) => (row.renamed ? [row.renamed.green] : []));
  if (renamed.length > 0) bars.push({ name: t('code, renamed'), value: mean(renamed), series: 1 });
  return bars;
}

function decisionsOf({ detection }: Result): HTMLElement[] {
  if (!detection) return [];
  return SCHEMES.map((scheme) => {
    const { threshold, found, falseAlarms, asked } = detection[scheme];
    return h(
      'p',
      {},
      t(
        '{0}: above {1}, the largest score of half of the unmarked texts, are {2} of the other {3} marked texts and {4} of {3} unmarked ones.',
        schemeName(scheme),
        decimal(threshold),
        found,
        asked,
        falseAlarms,
      ),
    );
  });
}

function sampleOf({ sample }: Result): HTMLElement[] {
  if (!sample) return [];
  const green = sample.marked.filter((token) => token.green).length;
  return [
    h('h4', {}, t('The same beginning, without a mark and with one')),
    h('p', { class: 'written' }, h('strong', {}, sample.prompt), sample.unmarked),
    h(
      'p',
      { class: 'written' },
      h('strong', {}, sample.prompt),
      ...sample.marked.map((token) => (token.green ? h('mark', { class: 'green' }, token.text) : token.text)),
    ),
    h(
      'p',
      { class: 'hint' },
      t('{0} of {1} tokens are green (underlined); chance gives a quarter.', green, sample.marked.length),
    ),
  ];
}
