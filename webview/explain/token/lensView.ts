/** At which layer does the answer take the lead? The logit lens after the last token, or after the one that is locked. */
import type { Lens } from '../../../src/protocol/readingApi';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { integer, percent, signedPoints } from '../../shared/numbers';
import { cell } from '../../shared/tableTwin';
import { setWords } from '../chips';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf } from '../interventions/compared';
import { standsFor } from '../interventions/things';
import { tokenAgain } from '../readsAgain';
import { Rereadings } from '../rereadings';
import type { Stage, View } from '../stage';
import { tokenPlace, quoted } from '../words';

const TOP = 3;

const depthName = (depth: number): string => (depth === 0 ? t('embedding') : t('layer {0}', depth - 1));

export function lensView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('lens-title') }, t('Layer by layer'));
  const sentence = h('p', { class: 'words' });
  const body = h('tbody');
  const answers = new Rereadings<number, Lens>(stage, {
    name: String,
    ask: (position, signal) => stage.host.call('lens', { position, top: TOP }, { signal }),
    passes: 1,
  });
  const columns = [t('After'), t('It would say'), t('Final answer'), t('Rank')];
  const table = h(
    'table',
    { class: 'lens', 'aria-labelledby': title.id },
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
    body,
  );
  const element = h(
    'section',
    { class: 'view', 'data-section': 'lens' },
    h('header', {}, title),
    answers.element,
    sentence,
    table,
    info(
      t(
        'Logit lens: the residual stream after each layer, read through the last norm and the output matrix as if the model stopped there. Early layers need not mean what they would say.',
      ),
    ),
  );
  const compared = beforeAfter(stage, tokenAgain(1));
  element.append(compared.element);
  let visible = false;

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(table, run?.explanation != null);
    if (!run?.explanation || !visible) return;
    const position = selection.tokenLock ?? run.tokens.length - 1;
    setWords(title, t('Layer by layer, after token {0} {1}', tokenPlace(run, position), quoted(run.tokens[position])));
    const lens = answers.look(position, draw);
    if (lens) fill(position, lens);
    else if (answers.asks) empty();
  });

  const empty = (): void => {
    compared.clear();
    body.replaceChildren();
    setWords(sentence, '');
  };

  const fill = (position: number, { answer, depths, lead }: Lens): void => {
    const name = t('‘{0}’', readableLabel(answer.label));
    const words =
      lead === 0
        ? t('The final answer {0} leads from the embedding on.', name)
        : t('The final answer {0} takes the lead after layer {1} and keeps it.', name, lead - 1);
    setWords(sentence, words);
    body.replaceChildren(
      ...depths.map(({ depth, top, probability, rank }) => {
        const row = h(
          'tr',
          { class: depth === lead ? 'lead' : '', 'data-depth': depth },
          h('th', { scope: 'row' }, depthName(depth)),
          h(
            'td',
            { class: 'says' },
            ...top.flatMap((one) => [
              h('span', {}, h('span', { class: 'label' }, readableLabel(one.label)), ` ${percent(one.probability)}`),
              ' ',
            ]),
          ),
          h('td', {}, h('div', { class: 'probability' }, shareBar(probability), h('span', {}, percent(probability)))),
          h('td', { class: 'number' }, integer(rank)),
        );
        return depth === 0 ? row : standsFor(row, { kind: 'layer', layer: depth - 1 });
      }),
    );
    compared.look(JSON.stringify([position, answer.id]), async (before, signal) => {
      const was = await before.call('lens', { position, top: 1, answer: answer.id }, { signal });
      const [then, now] = [was.depths, depths].map((all) => all.map(({ probability }) => probability));
      return [
        {
          heading: t('How likely {0} is after each layer: before → after', name),
          of: t('After'),
          pairs: pairsOf(then, now, (depth) => depthName(depth)),
          value: percent,
          change: signedPoints,
        },
      ];
    });
  };

  return {
    element,
    compared: compared.tables,
    table() {
      const run = stage.run();
      const lens = run && answers.peek(selection.tokenLock ?? run.tokens.length - 1);
      if (!lens) return null;
      const says = (one: Lens['depths'][number]): string => one.top.map(({ label }) => readableLabel(label)).join(' ');
      return {
        caption: `${title.textContent}. ${sentence.textContent}`,
        columns,
        rows: lens.depths.map((one) => [
          depthName(one.depth),
          says(one),
          cell(one.probability, percent),
          cell(one.rank, integer),
        ]),
      };
    },
    runChanged() {
      answers.clear();
      empty();
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    shown() {
      visible = true;
      draw();
    },
  };
}
