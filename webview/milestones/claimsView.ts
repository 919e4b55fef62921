/** Claims with their verdicts: beside an entry, and all of them as a list to filter. */
import {
  CLAIMS,
  READING_LABELS,
  TELLER_LABELS,
  VERDICT_LABELS,
  VERDICTS,
  type Citation,
  type Claim,
  type Reading,
  type Verdict,
} from '../../src/shared/history/claims';
import { entryOf, type MilestoneId } from '../../src/shared/history/timeline';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { found } from './cardView';
import { local } from './language';
import { pages } from './pages';

/** Never the colour alone: each verdict has a sign and its word. */
const SIGNS: Record<Verdict, string> = { holds: '✓', partly: '◐', wrong: '✗', opinion: '“', 'cannot-be-checked': '?' };

/** What a claim may open: its own entry (where it does not stand there already), and its experiment. */
export interface ClaimLinks {
  open(entry: MilestoneId): void;
  /** The entry that the claim is shown in; null in the list of all. */
  shownIn: MilestoneId | null;
}

function citationLine({ authors, title, where, year, link }: Citation, read: Reading | null): HTMLElement {
  return h(
    'p',
    { class: 'hint' },
    `${authors}: `,
    link ? h('a', { href: link }, title) : h('cite', {}, title),
    `, ${where}, ${year}`,
    read && ` (${local(READING_LABELS[read])})`,
  );
}

function linkButtons({ entry, experiment }: Claim, links: ClaimLinks | null): HTMLElement[] {
  if (!links) return [];
  const { open, shownIn } = links;
  const button = (id: MilestoneId, words: string, kind: string): HTMLElement =>
    h('button', { class: 'link', 'data-opens': kind, onclick: () => open(id) }, words);
  const name = (id: MilestoneId): string => `${entryOf(id).year} · ${local(entryOf(id).title)}`;
  return [
    ...(entry && entry !== shownIn && entry !== experiment ? [button(entry, name(entry), 'entry')] : []),
    ...(experiment && experiment !== shownIn
      ? [button(experiment, t('{0} · with an experiment', name(experiment)), 'experiment')]
      : []),
  ];
}

/** What was measured, where an experiment bears on the claim: the finding of its five seeds. */
function measuredLine({ experiment }: Claim): HTMLElement | null {
  const page = experiment && pages[experiment];
  const finding = page ? found(page.view.trial, page.checked) : '';
  return finding ? h('p', { class: 'claim-measured' }, `${t('Measured here')}: ${finding}`) : null;
}

/** `links`: null on paper. */
export function claimItem(claim: Claim, links: ClaimLinks | null): HTMLElement {
  const { text, who, said, verdict, source, citation, read } = claim;
  const buttons = linkButtons(claim, links);
  const cited = citation && citationLine(citation, read);
  const column = (heading: string, ...words: (HTMLElement | string | null)[]): HTMLElement =>
    h('div', {}, h('dt', { class: 'hint' }, heading), h('dd', {}, ...words));
  return h(
    'li',
    { class: 'claim' },
    h(
      'p',
      { class: 'claim-told' },
      h(
        'span',
        { class: `verdict ${verdict}` },
        h('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[verdict]),
        local(VERDICT_LABELS[verdict]),
      ),
      !said && h('q', {}, local(text)),
      h('span', { class: 'hint' }, ` — ${local(TELLER_LABELS[who])}`),
    ),
    ...(said
      ? [
          h(
            'dl',
            { class: 'claim-columns' },
            column(t('What is told'), h('q', {}, local(text))),
            column(t('What was said'), local(said), citationLine(said.citation, said.read)),
            source && column(t('What the source says'), local(source), cited),
          ),
        ]
      : [source && h('p', { class: 'claim-source' }, local(source)), cited]),
    measuredLine(claim),
    buttons.length > 0 && h('div', { class: 'claim-links' }, ...buttons),
  );
}

export interface VerdictList {
  readonly element: HTMLElement;
  draw(): void;
}

export interface VerdictFilter {
  verdict: string;
  search: string;
}

/** `filter` is read and changed in place. */
export function verdictList(
  filter: VerdictFilter,
  changed: () => void,
  open: (entry: MilestoneId) => void,
): VerdictList {
  const list = h('ul', { class: 'claims' });
  const count = h('p', { class: 'hint', role: 'status' });
  const search = h('input', {
    type: 'search',
    class: 'field',
    'aria-label': t('Search the claims'),
    placeholder: t('Search the claims'),
    value: filter.search,
    oninput: () => {
      filter.search = search.value;
      changed();
      draw();
    },
  });
  const chips = ['', ...VERDICTS].map((verdict) =>
    h(
      'button',
      {
        class: 'chip',
        'data-verdict': verdict,
        onclick: () => {
          filter.verdict = verdict;
          changed();
          draw();
        },
      },
      verdict === ''
        ? t('all ({0})', CLAIMS.length)
        : `${SIGNS[verdict as Verdict]} ${local(VERDICT_LABELS[verdict as Verdict])} (${CLAIMS.filter((claim) => claim.verdict === verdict).length})`,
    ),
  );
  const draw = (): void => {
    for (const chip of chips) chip.setAttribute('aria-pressed', String(chip.dataset.verdict === filter.verdict));
    const words = filter.search.trim().toLowerCase();
    const shown = CLAIMS.filter(
      (claim) =>
        (filter.verdict === '' || claim.verdict === filter.verdict) &&
        (words === '' ||
          [claim.text, claim.said, claim.source].some((each) => each && local(each).toLowerCase().includes(words))),
    );
    count.textContent = t('{0} of {1} claims', shown.length, CLAIMS.length);
    list.replaceChildren(...shown.map((claim) => claimItem(claim, { open, shownIn: null })));
  };
  const element = h(
    'section',
    { class: 'verdicts', 'aria-label': t('Verdicts'), 'data-section': 'verdicts' },
    h('h2', {}, t('What is told, and what the sources say')),
    h('div', { class: 'chips', role: 'group', 'aria-label': t('Verdict') }, ...chips),
    search,
    count,
    list,
  );
  return { element, draw };
}
