/** What did the model expect next? After the last token, or after the one that is locked. */
import type { Candidate } from '../../../src/protocol/explanation';
import { h, freshId, oncePerFrame, show } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { t } from '../../shared/l10n';
import { decimal, percent, signedPoints } from '../../shared/numbers';
import { cell } from '../../shared/tableTwin';
import { setWords } from '../chips';
import { latest } from '../host';
import { beforeAfter } from '../interventions/beforeAfter';
import { readable, type Run } from '../state/run';
import type { Stage, View } from '../stage';
import { tokenPlace, quoted } from '../words';

const TOP = 10;

export function candidatesView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('next-title') }, t('What comes next'));
  const body = h('tbody');
  const head = h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { scope: 'col' }, t('Token')),
      h('th', { scope: 'col' }, t('Probability')),
      h('th', { scope: 'col', class: 'number' }, t('Logit')),
    ),
  );
  const table = h('table', { class: 'candidates', 'aria-labelledby': title.id }, head, body);
  const follows = h('p', { class: 'hint' });
  const element = h('section', { class: 'view', 'data-section': 'next' }, h('header', {}, title), table, follows);
  const compared = beforeAfter(stage);
  element.append(compared.element);
  const known = new Map<number, Candidate[]>();
  const ask = latest();

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(table, run?.explanation !== null);
    if (!run?.explanation) return;
    const last = run.tokens.length - 1;
    const position = selection.tokenLock ?? last;
    setWords(
      title,
      position === last
        ? t('What comes next, after the last token {0}', quoted(run.tokens[last]))
        : t('What comes next, after token {0} {1}', tokenPlace(run, position), quoted(run.tokens[position])),
    );
    if (position === last) return fill(run, position, run.explanation.next);
    const candidates = known.get(position);
    if (candidates) return fill(run, position, candidates);
    ask(async (signal) => {
      const answer = await stage.host.call('predictions', { position, top: TOP }, { signal });
      if (stage.run() !== run) return;
      known.set(position, answer.map(readable));
      draw();
    });
  });

  const fill = (run: Run, position: number, candidates: readonly Candidate[]): void => {
    const actual = run.tokens[position + 1];
    body.replaceChildren(...candidates.map((candidate) => row(candidate, candidate.id === actual?.id)));
    show(follows, actual !== undefined);
    compare(run, position, candidates);
    if (!actual) return;
    const probability = Math.exp(run.explanation!.logprobs[position + 1]);
    setWords(follows, t('The text goes on with {0}, which had {1}.', quoted(actual), percent(probability)));
  };

  /** Those on show, and those that led before. */
  const compare = (run: Run, position: number, candidates: readonly Candidate[]): void =>
    compared.look(String(position), async (before, signal) => {
      const led = await before.call('predictions', { position, top: TOP }, { signal });
      const ids = [...new Set([...candidates, ...led].map(({ id }) => id))];
      const [was, is] = await Promise.all(
        [before, stage.host].map(async (host) => {
          const found = await host.call('predictions', { position, top: TOP, ids }, { signal });
          return new Map(found.map((one): [number, Candidate] => [one.id, readable(one)]));
        }),
      );
      return [
        {
          heading: t('What comes after {0}: before → after', quoted(run.tokens[position])),
          of: t('Token'),
          pairs: ids.flatMap((id) => {
            const [then, now] = [was.get(id), is.get(id)];
            return then && now ? [{ name: now.label, before: then.probability, after: now.probability }] : [];
          }),
          value: percent,
          change: signedPoints,
        },
      ];
    });

  return {
    element,
    compared: compared.tables,
    table() {
      const run = stage.run();
      if (!run?.explanation) return null;
      const last = run.tokens.length - 1;
      const position = selection.tokenLock ?? last;
      const candidates = position === last ? run.explanation.next : known.get(position);
      if (!candidates) return null;
      return {
        caption: title.textContent,
        columns: [t('Token'), t('Probability'), t('Logit')],
        rows: candidates.map(({ label, probability, logit }) => [
          label,
          cell(probability, percent),
          cell(logit, decimal),
        ]),
      };
    },
    runChanged() {
      known.clear();
      compared.clear();
      body.replaceChildren();
      show(follows, false);
      draw();
    },
    completed: draw,
    selectionChanged: draw,
  };
}

function row({ label, probability, logit }: Candidate, actual: boolean): HTMLElement {
  return h(
    'tr',
    { class: actual ? 'actual' : '' },
    h('td', { class: 'label' }, label),
    h('td', { class: 'probability' }, shareBar(probability), h('span', {}, percent(probability))),
    h('td', { class: 'number' }, decimal(logit)),
  );
}
