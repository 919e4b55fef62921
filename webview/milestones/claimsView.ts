/** Claims with their verdicts: beside an entry, and all of them as a list to filter. */
import {
  CLAIMS,
  READING_LABELS,
  TELLER_LABELS,
  VERDICT_LABELS,
  VERDICTS,
  type Claim,
  type Verdict,
} from '../../src/shared/history/claims';
import { entryOf, type MilestoneId } from '../../src/shared/history/timeline';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { local } from './language';

/** Never the colour alone: each verdict has a sign and its word. */
const SIGNS: Record<Verdict, string> = { holds: '✓', partly: '◐', wrong: '✗', opinion: '“', 'cannot-be-checked': '?' };

export function claimItem(claim: Claim, link?: (entry: MilestoneId) => void): HTMLElement {
  const { text, who, verdict, source, citation, read, entry } = claim;
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
      h('q', {}, local(text)),
      h('span', { class: 'hint' }, ` — ${local(TELLER_LABELS[who])}`),
    ),
    source && h('p', { class: 'claim-source' }, local(source)),
    citation &&
      h(
        'p',
        { class: 'hint' },
        `${citation.authors}: `,
        citation.link ? h('a', { href: citation.link }, citation.title) : h('cite', {}, citation.title),
        `, ${citation.where}, ${citation.year}`,
        read && ` (${local(READING_LABELS[read])})`,
      ),
    link && entry
      ? h(
          'button',
          { class: 'link', onclick: () => link(entry) },
          `${entryOf(entry).year} · ${local(entryOf(entry).title)}`,
        )
      : null,
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
          `${local(claim.text)} ${claim.source ? local(claim.source) : ''}`.toLowerCase().includes(words)),
    );
    count.textContent = t('{0} of {1} claims', shown.length, CLAIMS.length);
    list.replaceChildren(...shown.map((claim) => claimItem(claim, open)));
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
