/** A problem is solved directly and step by step; both are seen being written, side by side. */
import { circlesFrom } from '../../src/shared/circles';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { roundPercent } from '../shared/numbers';
import type { Host } from './host';
import type { Shown } from './state';

export interface Solving {
  question: string;
  expected: string | null;
  signal: AbortSignal;
  progress: (words: string) => void;
}

export async function solveProblem(host: Host, place: HTMLElement, solving: Solving): Promise<Shown> {
  const { question, expected, signal, progress } = solving;
  const [directText, stepText] = [h('pre'), h('pre')];
  place.replaceChildren(
    h('p', { class: 'question' }, question),
    h(
      'div',
      { class: 'side-by-side' },
      h('div', {}, h('h2', {}, t('Directly')), directText),
      h('div', {}, h('h2', {}, t('Step by step')), stepText),
    ),
  );
  show(place, true);
  const write = (withSteps: boolean, into: HTMLElement): ReturnType<typeof host.call<'solve'>> =>
    host.call(
      'solve',
      { question, withSteps },
      {
        signal,
        onProgress: (report) => {
          if (report.kind === 'text') setText(into, report.text);
          else progress(`${t('Reading the model…')} ${roundPercent(report.share)}`);
        },
      },
    );
  try {
    const direct = await write(false, directText);
    progress(t('Solving step by step…'));
    const { text, ids, answer, ending, modelName, prompt, confidence } = await write(true, stepText);
    const steps = await host.call(
      'divide',
      { text, into: { by: 'lines', start: 0, end: text.length }, question },
      { signal },
    );
    const whole = { start: 0, end: text.length, text, equations: [] };
    if (text.trim() === '') throw new Error(t('The model wrote nothing. Try another problem or another model.'));
    const circles = ending === 'length' ? (circlesFrom(steps) ?? undefined) : undefined;
    return {
      origin: { kind: 'live', modelName, prompt, ending },
      question,
      expected,
      text,
      ids,
      // A model that answers at once has one step: what it wrote.
      steps: steps.length > 0 ? steps : [whole],
      division: 'lines',
      answer,
      circles,
      confidence: confidence ?? undefined,
      direct: { text: direct.text, answer: direct.answer },
      logprobs: [],
    };
  } finally {
    show(place, false);
  }
}
