/** One entry: its story, its experiment, the claims about it, and the way to the next. */
import { claimsOfEntry } from '../../src/shared/history/claims';
import { FACTS } from '../../src/shared/history/facts';
import { entryOf, MILESTONES, type MilestoneId } from '../../src/shared/history/timeline';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { claimItem } from './claimsView';
import { local } from './language';
import { facts } from './markdown';

export interface EntryOptions {
  id: MilestoneId;
  /** Null where the entry has no experiment. */
  experiment: HTMLElement | null;
  open(entry: MilestoneId): void;
}

export function entryView({ id, experiment, open }: EntryOptions): HTMLElement {
  const { year, title } = entryOf(id);
  const at = MILESTONES.findIndex((entry) => entry.id === id);
  const claims = claimsOfEntry(id);
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
    h('h2', { id: 'entry-title', tabindex: -1 }, local(title)),
    h('div', { class: 'story' }, ...facts(local(FACTS[id]))),
    experiment,
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
