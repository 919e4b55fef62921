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
import type { Screen } from './presenter';

export interface EntryOptions {
  id: MilestoneId;
  /** Null where the entry has no experiment. */
  experiment: Pick<ExperimentSection, 'actions' | 'element' | 'screens'> | null;
  /** What else stands beside the title. */
  tools: readonly HTMLElement[];
  open(entry: MilestoneId): void;
}

export function entryView({ id, experiment, tools, open }: EntryOptions): { element: HTMLElement; screens: Screen[] } {
  const { year, title } = entryOf(id);
  const at = MILESTONES.findIndex((entry) => entry.id === id);
  const claims = claimsOfEntry(id);
  // The first paragraph says what it was; its heading would say no more.
  const [heading, lede, ...story] = facts(local(FACTS[id]));
  lede.classList.add('lede');
  const claimItems = claims.map((claim) => claimItem(claim, { open, shownIn: id }));
  const neighbour = (index: number, sign: (name: string) => string, rel: string): HTMLElement | null => {
    const entry = MILESTONES[index];
    if (!entry) return null;
    const name = `${entry.year} ${local(entry.title)}`;
    return h('button', { class: 'chip', 'data-go': rel, onclick: () => open(entry.id) }, sign(name));
  };
  const element = h(
    'article',
    { class: 'entry', 'data-entry': id, 'aria-labelledby': 'entry-title' },
    h('p', { class: 'entry-year' }, String(year)),
    h(
      'div',
      { class: 'entry-head' },
      h('h2', { id: 'entry-title', tabindex: -1 }, local(title)),
      experiment?.actions,
      ...tools,
    ),
    h('div', { class: 'entry-body' }, lede, experiment?.element, h('div', { class: 'story' }, ...story)),
    claims.length > 0 &&
      h(
        'section',
        { class: 'claims-about', 'aria-label': t('Claims about this') },
        h('h3', {}, t('What is told, and what the sources say')),
        h('ul', { class: 'claims' }, ...claimItems),
      ),
    h(
      'nav',
      { class: 'neighbours', 'aria-label': t('Earlier and later') },
      neighbour(at - 1, (name) => `← ${name}`, 'previous'),
      neighbour(at + 1, (name) => `${name} →`, 'next'),
    ),
  );
  const screens = [
    { name: heading.textContent!, elements: [lede] },
    ...parts(story).map((elements) => ({ name: elements[0].textContent!, elements })),
    ...claimItems.map((item) => ({ name: t('What is told, and what the sources say'), elements: [item] })),
    ...(experiment?.screens ?? []),
  ];
  return { element, screens };
}

/** Of the story: each heading with what stands below it. */
function parts(story: readonly HTMLElement[]): HTMLElement[][] {
  const found: HTMLElement[][] = [];
  for (const each of story) {
    if (each instanceof HTMLHeadingElement || found.length === 0) found.push([each]);
    else found[found.length - 1].push(each);
  }
  return found;
}
