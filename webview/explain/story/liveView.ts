/** What if the text were another one, and how would it go on? A field whose text is explained while it is typed. */
import { GO_ON_TOKENS, type GoneOn, type SamplingOptions } from '../../../src/protocol/readingApi';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { h, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { percent } from '../../shared/numbers';
import { isolated } from '../../shared/rightToLeft';
import { button } from '../../shared/toolkit';
import { eachToken, oneRun, readsAgain } from '../readsAgain';
import type { Stage, View } from '../stage';
import type { Run } from '../state/run';
import { REST_MS } from './restMs';

export interface LiveView extends View {
  /** Opens or closes it; whether it is open. */
  toggle(): boolean;
}

/** `coming`: the text that is under way, of which nothing need be drawn yet. */
export function liveView(stage: Stage, coming: () => string | undefined): LiveView {
  const field = h('textarea', { rows: 5, spellcheck: 'false', 'aria-label': t('Text to try') });
  const follow = h('input', { type: 'checkbox' });
  follow.addEventListener('change', () => void stage.host.call('follow', { on: follow.checked }).catch(() => {}));
  const settings = samplingFields();
  const made = h('p', { class: 'made' });
  const again = readsAgain(stage);
  const steps: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  /** The document’s text that stood in the field before somebody typed there. */
  let base: string | undefined;
  /** Somebody goes back to it. */
  let goesBack = false;
  /** Going on was asked for before the text was explained: it begins when it is. */
  let owed = false;

  /** Whoever types has come to rest, or what was typed is no longer meant. */
  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const explain = (): void => {
    rest();
    again.close();
    if (field.value !== '') void stage.host.call('explainTyped', { text: field.value }).catch(() => {});
  };
  const askToExplain = (): void => again.ask(oneRun, explain);
  /** What is under way or waits to go on is no longer meant. */
  const leaveIt = (): void => {
    rest();
    again.close();
    asking?.abort();
    owed = false;
  };
  field.addEventListener('input', () => {
    goesBack = false;
    steps.length = 0;
    leaveIt();
    drawSteps();
    made.replaceChildren();
    timer = setTimeout(askToExplain, REST_MS);
  });

  /** Goes on after what is explained, which is what stands in the field once it rests. */
  const goOn = (): void => {
    rest();
    const run = explained();
    owed = !run;
    if (isCut()) {
      leaveIt();
      return tellWords(t('Only the beginning of this text is explained, so nothing can follow its end.'));
    }
    if (!run) return askToExplain();
    // The last token goes through the model when the longer text is explained.
    const { count, ...sampling } = settings.values();
    again.ask(eachToken(count), () => void make(run, count, sampling));
  };
  const explained = (): Run | undefined => {
    const run = stage.run();
    return run?.explanation && run.subject.text === field.value ? run : undefined;
  };
  const isCut = (): boolean => {
    const run = stage.run();
    return !!run?.explanation && !!run.cut && field.value.startsWith(run.subject.text);
  };
  const make = async (run: Run, count: number, sampling: SamplingOptions): Promise<void> => {
    asking?.abort();
    const { signal } = (asking = new AbortController());
    const params = { position: run.tokens.length - 1, count, sampling };
    const more = await stage.host.call('goOn', params, { signal }).catch((thrown: Error) => thrown);
    if (signal.aborted) return;
    // Explained once more meanwhile, it is the same text; at another age or under interventions it would have gone on otherwise.
    const now = explained();
    const isOther = now?.modelName !== run.modelName || editsOf(now) !== editsOf(run);
    if (isOther || (coming() ?? field.value) !== field.value)
      return tellWords(t('What is explained has changed meanwhile, so nothing was added.'));
    if (more instanceof Error) return tellWords(more.message);
    steps.push(field.value);
    field.value += more.text;
    field.scrollTop = field.scrollHeight;
    tell(more);
    drawSteps();
    explain();
  };

  const tellWords = (words: string): void => {
    made.replaceChildren(words);
    stage.say(words);
  };
  /** Each new token with its probability; what else was likely is one hover away. */
  const tell = ({ tokens, ended }: GoneOn): void => {
    made.replaceChildren(
      ...tokens.map(({ label, probability, likeliest }) => {
        const others = likeliest.map((one) => `${t('‘{0}’', readableLabel(one.label))} ${percent(one.probability)}`);
        const words = `${isolated(readableLabel(label))} ${percent(probability)}`;
        return h('span', { class: 'made-token', title: t('likeliest: {0}', others.join(', ')) }, words);
      }),
      ...(ended ? [t('The model ended the text here.')] : []),
    );
    stage.say(t('Goes on with: {0}', tokens.map(({ label }) => readableLabel(label)).join(' ')));
  };

  const back = button(
    t('Step back'),
    () => {
      field.value = steps.pop() ?? field.value;
      leaveIt();
      made.replaceChildren();
      drawSteps();
      askToExplain();
    },
    { secondary: true },
  );
  const drawSteps = (): void => void back.toggleAttribute('disabled', steps.length === 0);
  const write = button(
    t('Write into the editor'),
    () => void stage.host.call('writeBack', { text: field.value, over: base }).catch(() => {}),
    { secondary: true },
  );
  const leave = button(
    t('Back to the file’s text'),
    () => {
      goesBack = true;
      void stage.host.call('retry', {}).catch(() => {});
    },
    { secondary: true },
  );
  const element = h(
    'section',
    { class: 'view live', 'data-section': 'live', hidden: true },
    h('header', {}, h('h2', {}, t('Try another text'))),
    field,
    h('div', { class: 'live-buttons' }, button(t('Go on'), goOn), back, write, leave),
    again.element,
    made,
    settings.element,
    h('label', { class: 'follow' }, follow, t('Explain the file’s text again while it is edited there')),
    info(
      t(
        'What stands here is explained as you type, and nothing in your file changes. “Go on” draws tokens from what the model expects: temperature 0 takes the likeliest; top-k and top-p leave the unlikely out; the same seed gives the same. A percentage is the probability that the model itself gave.',
      ),
    ),
  );
  drawSteps();

  return {
    element,
    toggle() {
      show(element, element.hidden === true);
      leaveIt();
      if (element.hidden) return false;
      const { text = '', origin } = stage.run()?.subject ?? {};
      field.value = text;
      if (origin !== 'typed') base = text;
      field.focus();
      return true;
    },
    runChanged() {
      const { subject } = stage.run() ?? {};
      // What is typed is ahead of what is explained, also before it is sent.
      if (!subject || subject.origin === 'typed' || timer !== undefined) return;
      // The same once more, or again because what was typed did not come: that is not lost.
      const isSame = subject.text === base && !goesBack;
      goesBack = false;
      base = subject.text;
      if (isSame || subject.text === field.value) return;
      steps.length = 0;
      leaveIt();
      made.replaceChildren();
      drawSteps();
      field.value = subject.text;
    },
    completed() {
      if (owed && (explained() || isCut())) goOn();
    },
  };
}

const editsOf = ({ explanation }: Run): string | undefined => explanation?.interventions.join('\n');

/** Fields for count, temperature, top-k, top-p and seed; whatever is typed there, the values are in their bounds. */
function samplingFields(): { element: HTMLElement; values(): SamplingOptions & { count: number } } {
  const number = (label: string, value: number, min: number, max: number, step: number) => {
    const input = h('input', { type: 'number', value, min, max, step });
    return {
      element: h('label', {}, label, input),
      value: () => Math.min(max, Math.max(min, Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : value)),
    };
  };
  const count = number(t('Tokens'), 1, 1, GO_ON_TOKENS, 1);
  const temperature = number(t('Temperature'), 0, 0, 5, 0.1);
  const topK = number('top-k', 0, 0, 1000, 1);
  const topP = number('top-p', 1, 0.01, 1, 0.01);
  const seed = number(t('Seed'), 1, 0, 1_000_000, 1);
  return {
    element: h('div', { class: 'options' }, ...[count, temperature, topK, topP, seed].map((one) => one.element)),
    values: () => ({
      count: Math.round(count.value()),
      temperature: temperature.value(),
      topK: Math.round(topK.value()),
      topP: topP.value(),
      seed: Math.round(seed.value()),
    }),
  };
}
