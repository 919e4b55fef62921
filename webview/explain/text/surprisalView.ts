/** How surprising was each token, and how undecided was the model before it? On the text itself. */
import type { Expectations } from '../../../src/protocol/readingApi';
import { surprisalPlace } from '../../../src/shared/color';
import { surprisalBits } from '../../../src/shared/surprisal';
import { freshId, h, oncePerFrame } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { isolated } from '../../shared/rightToLeft';
import { surprisalLegend } from '../../shared/legend';
import { bits, integer, percent, plainBits, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { radioGroup } from '../../shared/toolkit';
import { setWords } from '../chips';
import { latest } from '../host';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf } from '../interventions/compared';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { expectedBefore } from './surprisal';
import { tokenList } from './tokenList';
import { placeCell, placedToken, quoted, tokenHover, tokenName, tokenPlace } from '../words';

type Measure = 'surprisal' | 'entropy';

/** Likeliest tokens told for each position. */
const TOP = 5;
const ROWS = 100;

/** [tokens]; the first token was not predicted. */
const entropyBefore = ({ tokens }: Run, { entropy }: Expectations): Float32Array =>
  Float32Array.from(tokens, (_, token) => (token === 0 ? NaN : entropy[token - 1]));

export function surprisalView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('surprisal-title') }, t('How surprising each token was'));
  const sentence = h('p', { class: 'words' });
  const key = surprisalLegend();
  let measure: Measure = 'surprisal';
  const choice = radioGroup<Measure>(
    t('Colour'),
    [
      ['surprisal', t('Surprisal')],
      ['entropy', t('Entropy')],
    ],
    measure,
    (value) => {
      measure = value;
      draw();
    },
  );
  const hintId = freshId('surprisal-hint');
  const list = tokenList({
    labelledBy: title.id,
    describedBy: hintId,
    start: () => selection.token,
    point(token) {
      pointed = token;
      selection.point(token);
      draw();
    },
    choose: (token) => selection.toggleToken(token),
    reveal: (token) => void stage.host.call('reveal', { token }).catch(() => {}),
  });
  const readout = h('div', { class: 'readout' });
  const table = tableTwin((_, all) => {
    const run = stage.run();
    if (!run?.explanation) return null;
    const values = run.explanation.logprobs.map(surprisalBits);
    const order = run.tokens.map((_, token) => token).sort((a, b) => (values[b] || 0) - (values[a] || 0));
    const listed = all ? order : order.slice(0, ROWS);
    return {
      caption: t('The {0} most surprising of {1} tokens', integer(listed.length), integer(order.length)),
      columns: [t('Position'), t('Token'), t('Surprisal'), t('Entropy before it'), t('Expected instead')],
      rows: listed.map((token) => [
        placeCell(run, token),
        run.tokens[token].label,
        token === 0 ? '' : cell(values[token], bits),
        expected && token > 0 ? cell(expected.entropy[token - 1], bits) : '',
        expected
          ? expectedBefore(expected, token)
              .map(({ label, probability }) => `${isolated(label)} ${percent(probability)}`)
              .join(', ')
          : '',
      ]),
    };
  });
  const element = h(
    'section',
    { class: 'view', 'data-section': 'surprisal' },
    h('header', {}, title, choice.element),
    sentence,
    list.element,
    h('div', { class: 'under' }, readout, key),
    info(
      t(
        'Surprisal: −log₂ of the probability that the token had, given those before it. Entropy: how undecided the model was there, over all tokens it knows. Click a token to see what comes after it.',
      ),
      hintId,
    ),
    table.element,
  );
  const compared = beforeAfter(stage);
  table.element.before(compared.element);
  let pointed: number | null = null;
  let expected: Expectations | null = null;
  const ask = latest();

  /** [tokens]; the first token was not predicted. */
  const values = (run: Run): Float32Array | null => {
    if (!run.explanation) return null;
    if (measure === 'surprisal') return run.explanation.logprobs.map(surprisalBits);
    // What was undecided before a token is the entropy after the one in front of it.
    return expected && entropyBefore(run, expected);
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run || run.tokens.length === 0) return;
    const shown = values(run);
    key.hidden = shown === null;
    list.heat(shown, surprisalPlace, 'surprisal');
    list.mark('focus', selection.tokenLock);
    list.mark('pointed', pointed);
    setWords(sentence, run.explanation ? summary(run) : '');
    sentence.title = run.explanation ? tokenHover(run, mostSurprising(run)) : '';
    const told = pointed ?? selection.tokenLock;
    setWords(readout, tell(run, told));
    readout.title = told === null ? '' : tokenHover(run, told);
    table.invalidate();
    if (shown && run.explanation) compare(run, shown);
  });

  const compare = (run: Run, is: Float32Array): void =>
    compared.look(measure, async (before, signal) => {
      const isEntropy = measure === 'entropy';
      const was = isEntropy
        ? entropyBefore(run, await before.call('expectations', { top: 1 }, { signal }))
        : run.before!.explanation!.logprobs.map(surprisalBits);
      return [
        {
          heading: isEntropy
            ? t('How undecided it was before each token, in bits: before → after')
            : t('How surprising each token was, in bits: before → after'),
          of: t('Token'),
          // The first token was not predicted.
          pairs: pairsOf(
            was,
            is,
            (token) => tokenName(run, token),
            (token) => ({ kind: 'token', token }),
          ).slice(1),
          value: plainBits,
          change: signedDecimal,
        },
      ];
    });

  const mostSurprising = ({ explanation }: Run): number => {
    const all = explanation!.logprobs.map(surprisalBits);
    return all.reduce((best, value, token) => ((value || 0) > (all[best] || 0) ? token : best), 0);
  };

  const summary = (run: Run): string => {
    const all = run.explanation!.logprobs.map(surprisalBits);
    const known = all.filter((value) => !Number.isNaN(value));
    if (known.length === 0) return t('A single token has nothing before it that could predict it.');
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const most = mostSurprising(run);
    return t(
      'A token cost {0} on average; the most surprising was {1} with {2} (token {3}).',
      bits(mean),
      quoted(run.tokens[most]),
      bits(all[most]),
      tokenPlace(run, most),
    );
  };

  const tell = (run: Run, token: number | null): string => {
    if (token === null || !run.explanation) return t('Point at a token to read what was expected there.');
    if (token === 0) return t('The first token has nothing before it that could predict it.');
    const own = run.explanation.logprobs.map(surprisalBits)[token];
    const words = t('{0}: {1}, expected with {2}', placedToken(run, token), bits(own), percent(2 ** -own));
    if (!expected) return words;
    const others = expectedBefore(expected, token).map(
      ({ label, probability }) => `${t('‘{0}’', label)} ${percent(probability)}`,
    );
    return `${words} · ${t('entropy {0}', bits(expected.entropy[token - 1]))} · ${t('likeliest: {0}', others.join(', '))}`;
  };

  return {
    element,
    table: table.all,
    compared: compared.tables,
    runChanged() {
      compared.clear();
      const run = stage.run();
      expected = null;
      pointed = null;
      if (run) list.rebuild(run);
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    themeChanged() {
      list.recolor();
      draw();
    },
    shown() {
      const run = stage.run();
      draw();
      if (!run?.explanation || expected) return;
      ask(async (signal) => {
        const answer = await stage.host.call('expectations', { top: TOP }, { signal });
        if (stage.run() !== run) return;
        expected = answer;
        draw();
      });
    },
  };
}
