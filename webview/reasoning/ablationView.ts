/** What was the step worth? Cut it, or write it anew n times and follow each to the end. */
import type { AnswerCount, StepAblation, StepResampling } from '../../src/protocol/reasoning';
import { h, oncePerFrame, show } from '../shared/dom';
import { shareBar } from '../shared/shareBar';
import { t } from '../shared/l10n';
import { decimal, percent, roundPercent } from '../shared/numbers';
import { tableTwin } from '../shared/tableTwin';
import { withTimeLeft } from '../shared/timeLeft';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';
import { number } from './startView';
import { wantedAnswer, writtenSolution, type Shown } from './state';
import { stepName } from './words';
import { cutRows, meanKl } from './ablationRows';

export function ablationView(stage: Stage): View {
  const title = h('h2');
  const cutWords = h('p', { class: 'sentence-small' });
  const cutBars = h('ul', { class: 'bars' });
  const cutTwin = tableTwin(() => cutRows(stage.state));
  const samples = number(t('Times'), 10, 2, 200);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const resampled = h('div', { class: 'resampled' });
  const element = h(
    'section',
    { class: 'ablation', 'data-section': 'ablation' },
    title,
    h(
      'div',
      { class: 'row' },
      button(t('Cut it'), () => cut([stage.state.position])),
      button(t('Cut each step'), () => cut(stage.state.shown!.steps.flatMap((one, i) => (one.isAnswer ? [] : [i]))), {
        secondary: true,
      }),
      h('span', { class: 'hint' }, t('Nothing after it can attend to it; the text is read again.')),
    ),
    cutWords,
    cutBars,
    cutTwin.element,
    h(
      'div',
      { class: 'row' },
      button(t('Write it anew'), () => resample()),
      samples.label,
      seed.label,
      h(
        'span',
        { class: 'hint' },
        t('The model goes on from before the step and from after it, each time to the end.'),
      ),
    ),
    resampled,
  );

  /** The solution without its closing line, and the answer that everything is about. */
  const subject = (): { shown: Shown; own: Shown; answer: string } | null => {
    const { shown } = stage.state;
    const answer = shown && wantedAnswer(shown);
    if (!shown || answer == null) return null;
    return { shown, own: { ...shown, steps: shown.steps.filter(({ isAnswer }) => !isAnswer) }, answer };
  };
  const cut = (steps: number[]): void => {
    const about = subject();
    if (!about) return;
    stage.run(t('Cutting…'), async (signal, progress) => {
      const started = performance.now();
      await stage.host.call(
        'cut',
        { solution: writtenSolution(about.own), answer: about.answer, steps },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'cut' || stage.state.shown !== about.shown) return;
            stage.state.cuts.set(report.ablation.step, report.ablation);
            const done = Math.min(steps.length, steps.indexOf(report.ablation.step) + 1);
            const words = t('Cutting: {0} of {1}', done, steps.length);
            progress(withTimeLeft(words, done, steps.length, performance.now() - started));
            stage.changed();
          },
        },
      );
      stage.say(cutWords.textContent ?? '');
    });
  };
  const resample = (): void => {
    const about = subject();
    const { position } = stage.state;
    if (!about || about.shown.steps[position].isAnswer) return;
    const count = Number(samples.input.value);
    stage.run(t('Writing it anew…'), async (signal, progress) => {
      const started = performance.now();
      await stage.host.call(
        'resample',
        {
          solution: writtenSolution(about.own),
          answer: about.answer,
          step: position,
          count,
          seed: Number(seed.input.value),
        },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'sample' || stage.state.shown !== about.shown) return;
            stage.state.resamples.set(position, report.resampling);
            const words = t('Writing it anew: {0} of {1}', report.done, count);
            progress(withTimeLeft(words, report.done, count, performance.now() - started));
            stage.changed();
          },
        },
      );
      stage.say(t('Written anew {0} times.', count));
    });
  };

  const draw = oncePerFrame(() => {
    const { shown, position, cuts } = stage.state;
    const isStep = shown !== null && !shown.steps[position]?.isAnswer && wantedAnswer(shown) !== null;
    show(element, isStep);
    if (!shown || !isStep) return;
    title.textContent = t('What was {0} worth?', stepName(shown, position));
    const ablation = cuts.get(position);
    show(cutWords, ablation !== undefined);
    show(cutTwin.element, cuts.size > 0);
    cutWords.textContent = ablation ? cutSentence(ablation, wantedAnswer(shown)!) : '';
    cutBars.replaceChildren(...cutBarRows(shown, [...cuts.values()], stage));
    cutTwin.invalidate();
    const anew = stage.state.resamples.get(position);
    resampled.replaceChildren(...(anew ? resampledRows(anew, wantedAnswer(shown)!) : []));
  });
  return {
    element,
    begun: draw,
    draw,
  };
}

function cutSentence({ before, after, answerBefore, answerAfter }: StepAblation, wanted: string): string {
  const change = t(
    'Without sight of it, the chance of {0} goes from {1} to {2}.',
    wanted,
    percent(before),
    percent(after),
  );
  if (answerAfter === answerBefore) return `${change} ${t('It still answers {0}.', answerAfter ?? '–')}`;
  return `${change} ${t('It answers {0} instead of {1}.', answerAfter ?? '–', answerBefore ?? '–')}`;
}

/** Every step that was cut: how much what follows changes. */
function cutBarRows(shown: Shown, cuts: readonly StepAblation[], stage: Stage): HTMLElement[] {
  if (cuts.length < 2) return [];
  const values = cuts
    .map((ablation) => ({ step: ablation.step, bits: meanKl(ablation) }))
    .sort((a, b) => a.step - b.step);
  const most = values.reduce((largest, { bits }) => Math.max(largest, bits), 1e-9);
  return values.map(({ step, bits }) => {
    const go = h('button', { class: 'link', type: 'button', onclick: () => stage.goTo(step) }, stepName(shown, step));
    return h(
      'li',
      {},
      h('span', { class: 'name' }, go),
      shareBar(bits, { largest: most }),
      h('span', { class: 'value' }, t('{0} bits', decimal(bits))),
    );
  });
}

function resampledRows(resampling: StepResampling, wanted: string): HTMLElement[] {
  const { samples, changed, rightKept, rightReplaced, kept, replaced, kl } = resampling;
  return [
    h(
      'p',
      { class: 'sentence-small' },
      t(
        'With the step kept, {0} of {1} samples end at {2}; with it written anew, {3}. The new step differs in {4} of {1}. The answers differ by {5} bits.',
        roundPercent(rightKept),
        samples,
        wanted,
        roundPercent(rightReplaced),
        changed,
        decimal(kl),
      ),
    ),
    h(
      'div',
      { class: 'side-by-side' },
      answerList(t('Answers with the step kept'), kept, samples),
      answerList(t('Answers with the step written anew'), replaced, samples),
    ),
  ];
}

function answerList(title: string, answers: readonly AnswerCount[], samples: number): HTMLElement {
  return h(
    'div',
    {},
    h('h3', {}, title),
    h(
      'ul',
      { class: 'bars' },
      ...answers
        .slice(0, 8)
        .map(({ answer, count }) =>
          h(
            'li',
            {},
            h('span', { class: 'name' }, answer || t('none')),
            shareBar(count, { largest: samples }),
            h('span', { class: 'value' }, String(count)),
          ),
        ),
    ),
  );
}
