/** "What about `await`?": the probability of what the person types, after the last token or the one that is locked. */
import type { Continuation } from '../../../src/protocol/readingApi';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { integer, percent, signedPoints } from '../../shared/numbers';
import { cell, type TableRows } from '../../shared/tableTwin';
import { button } from '../../shared/toolkit';
import { setWords, worded } from '../chips';
import { latest } from '../host';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf } from '../interventions/compared';
import { eachOfText, readsAgain } from '../readsAgain';
import type { Stage, View } from '../stage';
import { tokenPlace, quoted } from '../words';

export function typedView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('typed-title') }, t('What about …?'));
  const input = h('input', { type: 'text', 'aria-labelledby': title.id, placeholder: t('any text, e.g. await') });
  const answer = h('p', { class: 'words', role: 'status' });
  const rows = h('ol', { class: 'typed-tokens' });
  const form = h(
    'form',
    { class: 'typed' },
    input,
    button(t('Ask'), () => form.requestSubmit(), { secondary: true }),
  );
  const again = readsAgain(stage);
  const element = h(
    'section',
    { class: 'view', 'data-section': 'typed' },
    h('header', {}, title),
    form,
    again.element,
    answer,
    rows,
    info(
      t('The text is split into tokens on its own. A space in front of a word usually belongs to the word’s token.'),
    ),
  );
  const compared = beforeAfter(stage, eachOfText);
  rows.after(compared.element);
  const ask = latest();
  let told: TableRows | null = null;
  let asked: { text: string; position: number } | null = null;

  const position = (): number => selection.tokenLock ?? (stage.run()?.tokens.length ?? 1) - 1;

  const submit = (text: string): void => {
    const run = stage.run();
    if (!run?.explanation || text === '') return;
    const at = position();
    asked = { text, position: at };
    ask(async (signal) => {
      const result = await stage.host.call('continuation', { position: at, text }, { signal });
      if (stage.run() !== run) return;
      fill(result, text, at);
    });
  };

  const fill = ({ tokens, logprob }: Continuation, text: string, at: number): void => {
    const run = stage.run()!;
    setWords(
      answer,
      t(
        '{0} after token {1} {2}: probability {3}.',
        t('‘{0}’', readableLabel(text)),
        tokenPlace(run, at),
        quoted(run.tokens[at]),
        percent(Math.exp(logprob)),
      ),
    );
    told = {
      caption: answer.textContent,
      columns: [t('Token'), t('Probability'), t('Rank')],
      rows: tokens.map((token) => [
        readableLabel(token.label),
        cell(Math.exp(token.logprob), percent),
        cell(token.rank, integer),
      ]),
    };
    rows.replaceChildren(
      ...tokens.map((token) =>
        h(
          'li',
          {},
          ...worded(
            t(
              '{0} {1}, rank {2}',
              t('‘{0}’', readableLabel(token.label)),
              percent(Math.exp(token.logprob)),
              integer(token.rank),
            ),
          ),
        ),
      ),
    );
    compared.look(JSON.stringify([text, at]), async (before, signal) => {
      const was = await before.call('continuation', { position: at, text }, { signal });
      const [then, now] = [was, { tokens, logprob }].map((one) =>
        [...one.tokens.map((token) => token.logprob), ...(tokens.length > 1 ? [one.logprob] : [])].map(Math.exp),
      );
      return [
        {
          heading: t('How likely {0} is: before → after', t('‘{0}’', readableLabel(text))),
          of: t('Token'),
          pairs: pairsOf(then, now, (i) => (i < tokens.length ? readableLabel(tokens[i].label) : t('all of it'))),
          value: percent,
          change: signedPoints,
        },
      ];
    });
  };

  const clear = (): void => {
    asked = told = null;
    compared.clear();
    again.close();
    setWords(answer, '');
    rows.replaceChildren();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    again.ask(eachOfText, () => submit(input.value));
  });
  // An answer about another place would be taken for one about this.
  const follow = oncePerFrame(() => {
    if (!asked || asked.position === position()) return;
    // Of a model larger than memory it costs too much to be asked by a pointer.
    if (stage.run()?.model?.bytesPerPass !== undefined) clear();
    else submit(asked.text);
  });
  return { element, table: () => told, compared: compared.tables, runChanged: clear, selectionChanged: follow };
}
