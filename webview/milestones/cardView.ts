/** The card that an experiment ends in: paper's number · our number · why they differ. */
import type { Card, CardRow, CheckedNumbers, Trial, Unit, Words } from '../../src/protocol/milestones';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { duration, integer, percent, plainPoints, points } from '../shared/numbers';
import type { Basis } from './experimentView';

export function words({ text, args = [] }: Words): string {
  return t(text, ...args);
}

export function written(value: number | undefined, unit: Unit | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  switch (unit) {
    case 'share':
    case 'percent':
      return percent(value);
    case 'points':
      return points(value);
    case 'integer':
      return integer(value);
    case 'ms':
      return duration(value);
    case 'times':
      return `${Number(value.toPrecision(3))}×`;
    case 'bytes':
      return value < 1e5 ? `${integer(value)} B` : `${Number((value / 1e6).toPrecision(3))} MB`;
    case 'bits':
      return t('{0} bits', figures(value));
    case undefined:
      return String(figures(value));
  }
}

/** Three of them below a hundred: no interval here is narrower. */
const figures = (value: number): number => Number(value.toPrecision(Math.abs(value) < 100 ? 3 : 4));

/** With its interval. `unit` as JSON knows it. */
export function writtenRow(
  row: (Omit<CardRow, 'unit' | 'interval'> & { unit?: string; interval?: number[] }) | undefined,
): string {
  const unit = row?.unit as Unit | undefined;
  const end = (value: number): string => (unit === 'points' ? plainPoints(value) : written(value, unit));
  const range = row?.interval ? ` [${row.interval.map(end).join(' – ')}]` : '';
  return written(row?.value, unit) + range;
}

/** The finding in words, of a run's card or the five seeds; '' without either. */
export function found({ finding }: Trial, numbers: Pick<Card, 'rows'> | CheckedNumbers | undefined): string {
  if (!numbers) return '';
  const rows = new Map<string, CheckedNumbers['rows'][number]>(numbers.rows.map((row) => [row.name, row]));
  const { text, rows: names, withInterval } = finding((name) => rows.get(name));
  const one = (name: string): string =>
    withInterval?.includes(name)
      ? writtenRow(rows.get(name))
      : written(rows.get(name)?.value, rows.get(name)?.unit as Unit | undefined);
  return t(text, ...names.map(one));
}

export interface CardOptions {
  trial: Trial;
  /** Of a run; null without one. */
  card: Card | null;
  checked: CheckedNumbers | undefined;
  basis: Basis | undefined;
  /** Of the run. */
  seed: number;
}

/** Without a run, the numbers that were checked; with one, both. */
export function cardView({ trial, card, checked, basis, seed }: CardOptions): HTMLElement | null {
  const said = card ?? checked;
  if (!said) return null;
  const seeded = basis?.seeded ?? true;
  const [paper, why] = [words(said.paper), words(said.why)];
  const rowsOf = (of: Card | CheckedNumbers | null | undefined) => new Map(of?.rows.map((row) => [row.name, row]));
  const [own, ours] = [rowsOf(card), rowsOf(checked)];
  const rows = [...new Set([...own.keys(), ...ours.keys()])].map((name) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, t(name)),
      card && h('td', {}, writtenRow(own.get(name))),
      checked && h('td', {}, writtenRow(ours.get(name))),
    ),
  );
  return h(
    'div',
    { class: 'card', 'data-section': 'card' },
    paper && h('h4', {}, t('The paper’s number')),
    paper && h('p', {}, paper),
    h('h4', {}, t('Our numbers')),
    h(
      'div',
      { class: 'table-scroll' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('td', {}),
            card && h('th', { scope: 'col' }, seeded ? t('here, seed {0}', seed) : t('here')),
            checked &&
              h(
                'th',
                { scope: 'col' },
                seeded ? t('checked: {0} seeds, 95% interval', checked.seeds.length) : t('checked, 95% interval'),
              ),
          ),
        ),
        h('tbody', {}, ...rows),
      ),
    ),
    basis && h('p', { class: 'hint', 'data-section': 'basis' }, words(basis.note)),
    checked &&
      h(
        'p',
        { class: 'hint' },
        checked.date
          ? t('Checked on {0} on {1}, commit {2}.', checked.date, checked.machine, checked.commit)
          : t('Checked on {0}, commit {1}.', checked.machine, checked.commit),
      ),
    why && h('h4', {}, t('Why they differ')),
    why &&
      card?.isUnusual === true &&
      h(
        'p',
        { class: 'hint', 'data-section': 'unusual' },
        t('Settings were changed; what is told of outcomes here was seen in the run with the usual ones.'),
      ),
    why && h('p', {}, why),
    ...[
      [t('Baseline'), trial.baseline] as const,
      [t('Control'), trial.control] as const,
      [t('What would have shown it to be wrong'), trial.falsifiedBy] as const,
    ].flatMap(([heading, said]) => [h('h4', {}, heading), h('p', {}, words(said))]),
  );
}
