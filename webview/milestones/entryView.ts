/** One entry: what it was, its experiment, its story, the claims about it, and the way to the next. */
import { claimsOfEntry } from '../../src/shared/history/claims';
import { FACTS } from '../../src/shared/history/facts';
import { entryOf, MILESTONES, type MilestoneId } from '../../src/shared/history/timeline';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { claimItem } from './claimsView';
import type { ExperimentSection } from './experimentSection';
import { local } from './language';
import { facts } from './markdown';

export interface EntryOptions {
  id: MilestoneId;
  /** Null where the entry has no experiment. */
  experiment: Pick<ExperimentSection, 'actions' | 'element'> | null;
  open(entry: MilestoneId): void;
}

export function entryView({ id, experiment, open }: EntryOptions): HTMLElement {
  const { year, title } = entryOf(id);
  const at = MILESTONES.findIndex((entry) => entry.id === id);
  const claims = claimsOfEntry(id);
  // The first paragraph says what it was; its heading would say no more.
  const [, lede, ...story] = facts(local(FACTS[id]));
  lede.classList.add('lede');
  const neighbour = (index: number, sign: (name: string) => string, rel: string): HTMLElement | null => {
    const entry = MILESTONES[index];
    if (!entry) return null;
    const name = `${entry.year} ${local(entry.title)}`;
    return h('button', { class: 'chip', 'data-go': rel, onclick: () => open(entry.id) }, sign(name));
  };
  return h(
    'article',
    { class: 'entry', 'data-entry': id, 'aria-labelledby': 'entry-title' },
    h('p', { class: 'entry-year' }, String(year)),
    h('div', { class: 'entry-head' }, h('h2', { id: 'entry-title', tabindex: -1 }, local(title)), experiment?.actions),
    h('div', { class: 'entry-body' }, lede, experiment?.element, h('div', { class: 'story' }, ...story)),
    claims.length > 0 &&
      h(
        'section',
        { 'aria-label': t('Claims about this') },
        h('h3', {}, t('What is told, and what the sources say')),
        h('ul', { class: 'claims' }, ...claims.map((claim) => claimItem(claim, { open, shownIn: id }))),
      ),
    h(
      'nav',
      { class: 'neighbours', 'aria-label': t('Earlier and later') },
      neighbour(at - 1, (name) => `← ${name}`, 'previous'),
      neighbour(at + 1, (name) => `${name} →`, 'next'),
    ),
  );
}
