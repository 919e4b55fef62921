/** The first sentence: what the model expected instead of what stands there, and which look back carried that. */
import type { Story } from '../../../src/protocol/whyApi';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { h, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t, tParts } from '../../shared/l10n';
import { integer, roundPercent, signedDecimal } from '../../shared/numbers';
import { ranges } from '../heads/layerWords';
import { button } from '../../shared/toolkit';
import { setWords } from '../chips';
import { latest } from '../host';
import { readsAgain, storyRuns } from '../readsAgain';
import { carrier, defaultsOf } from '../state/defaults';
import { looksBothWays } from '../state/layers';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { storyKind, STORY_TOKENS } from '../../../src/shared/storyKind';
import { begunWord, cameWord, expectedWord, lineOf, wordAt } from '../../../src/shared/wordAt';

export function storyView(stage: Stage): View {
  const { selection } = stage;
  const sentence = h('p', { class: 'sentence' });
  const measured = info('');
  const measuredWords = measured.querySelector('p')!;
  const element = h('div', { class: 'story', 'data-story': '', hidden: true }, sentence, measured);
  const ask = latest();
  const stop = (): void => ask(() => Promise.resolve());
  const again = readsAgain(stage, { leaves: false });
  const short = h('p', { class: 'short' });
  element.append(short, again.element);

  /** Beside it stands what a head does, as if no story were told. */
  const only = (part: HTMLElement): void => {
    for (const other of [sentence, measured, short, again.element]) show(other, other === part);
    show(element, true);
    element.classList.add('only-hint');
  };

  /** A few tokens leave nothing to look back at. */
  const tooShort = (run: Run): void => {
    short.replaceChildren(
      t(
        '{0} tokens are too few to look back far: a function, a class or a paragraph shows more.',
        integer(run.tokens.length),
      ),
      ' ',
      button(t('Explain the visible part'), () => void stage.host.call('explainVisible', {}).catch(() => {}), {
        secondary: true,
      }),
    );
    only(short);
  };

  /** Of a model in memory at once. Of another the file would be read several times, which nobody has asked for. */
  const find = (run: Run): void => {
    const streamed = run.model?.bytesPerPass !== undefined;
    const tell = async (signal: AbortSignal): Promise<void> => {
      // A text that is being edited is not told about yet: the next keystroke would throw it away.
      if (run.subject.origin === 'typed') await rest(signal);
      const story = await stage.host.call('story', {}, { signal });
      if (stage.run() !== run) return;
      again.close();
      if (story) return fill(run, story);
      if (!streamed) return;
      short.replaceChildren(t('No look back explains what it expected anywhere in this text.'));
      only(short);
      stage.say(short.textContent);
    };
    again.ask(storyRuns, () => {
      again.reading(() => {
        stop();
        find(run);
      });
      ask((signal) =>
        tell(signal).catch(() => {
          if (streamed && !signal.aborted && stage.run() === run) find(run);
        }),
      );
    });
    if (streamed) only(again.element);
  };

  /** The place is shown as the heads see it: the token before, which had to guess. */
  const look = (run: Run, story: Story): void => {
    const { position } = story.why;
    const head = carrier(story, run);
    selection.change({
      ...(head && { headLock: head }),
      headPreview: null,
      tokenPreview: null,
      tokenLock: selection.direction === 'from' ? position : story.cut.key,
      pointed: selection.direction === 'from' ? story.cut.key : position,
    });
  };

  const fill = (run: Run, story: Story): void => {
    const { text, firstLine } = run.subject;
    const { why, cut, actual } = story;
    const [place, read] = [run.tokens[why.position + 1], run.tokens[cut.key]];
    const chip = (words: string, token: number): HTMLElement =>
      h('button', { class: 'word', type: 'button', 'data-token': token, onclick: () => look(run, story) }, words);
    const expected = ({ text: word }: { text: string }): string => expectedWord(text, run.tokens[why.position], word);
    const likely = ({ text: word, probability }: { text: string; probability: number }): string => {
      const begun = begunWord(text, run.tokens[why.position], word);
      return begun ? t('{0} after ‘{1}’', roundPercent(probability), begun) : roundPercent(probability);
    };
    const came = storyKind(story) === 'sure';
    const [line, earlier] = [lineOf(text, firstLine, place), lineOf(text, firstLine, read)];
    const parts = [
      line,
      // What did come is a place of the text.
      came ? chip(expected(story.word), why.position + 1) : h('b', { class: 'word' }, expected(story.word)),
      likely(story.word),
      chip(cameWord(text, place, expected(story.word)), why.position + 1),
      chip(wordAt(text, read), cut.key),
      earlier === line ? t('earlier in that line') : t('in line {0}', earlier),
      ...(story.other ? [h('b', { class: 'word' }, expected(story.other)), likely(story.other)] : []),
    ];
    sentence.replaceChildren(...told(story, parts));
    const numbers = [
      t('‘{0}’', readableLabel(why.target.label)),
      t('‘{0}’', readableLabel(why.foil.label)),
      signedDecimal(why.difference),
      signedDecimal(why.difference - cut.fall),
      integer(cut.compared),
      roundPercent(cut.beyond),
      roundPercent(actual.probability),
    ] as const;
    const how = story.met
      ? t(
          'Measured: without that look the lead of {0} over {1} goes from {2} to {3} (in logits); of {4} other places that were cut, {5} matter less.',
          ...numbers,
        )
      : t(
          'Measured: without that look the lead of {0} over {1} goes from {2} to {3} (in logits); of {4} other places that were cut, {5} matter less. What did come was expected with {6}.',
          ...numbers,
        );
    const attentive = run.model!.layerCards.flatMap(({ mixer }, layer) => (mixer.kind === 'attention' ? [layer] : []));
    const left =
      attentive.length < run.model!.layers
        ? ` ${t('Only layers with attention were cut ({0}): what the states of the others carry stays.', ranges(attentive))}`
        : '';
    setWords(measuredWords, how + left);
    for (const part of [sentence, measured, element]) show(part, true);
    element.classList.remove('only-hint');
    // What the sentence tells is what the text shows, unless the person has chosen something.
    selection.suggest(defaultsOf(story, run));
    stage.say(sentence.textContent ?? '');
  };

  return {
    element,
    runChanged() {
      stop();
      again.close();
      for (const part of [element, short]) show(part, false);
      for (const part of [sentence, measured]) show(part, true);
      sentence.replaceChildren();
      element.classList.remove('only-hint');
    },
    completed() {
      const run = stage.run();
      if (!run?.explanation || looksBothWays(run)) return; // nothing was expected anywhere
      const isShort =
        run.tokens.length < STORY_TOKENS && run.subject.origin !== 'typed' && run.subject.origin !== 'visible';
      if (isShort) return tooShort(run);
      if (run.tokens.length < 4) return;
      find(run);
    },
  };
}

/** Pause after which a typed text has been left alone. */
const REST_MS = 800;

/** @throws Error once the signal is aborted */
async function rest(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  signal.throwIfAborted();
}

function told(story: Story, parts: (string | number | Node)[]): (string | Node)[] {
  switch (storyKind(story)) {
    case 'undecided':
      return tParts(
        'In line {0}, where {3} stands, it was undecided between {1} ({2}) and {6} ({7}); it leaned to the first because it looked back at {4} {5}.',
        ...parts,
      );
    case 'sure':
      return tParts('In line {0} it was sure of {1} ({2}), because it looked back at {4} {5}.', ...parts);
    case 'because':
      return tParts('In line {0} it expected {1} ({2}), not {3}, because it looked back at {4} {5}.', ...parts);
    case 'partly':
      return tParts('In line {0} it expected {1} ({2}), not {3}, partly because it looked back at {4} {5}.', ...parts);
    case 'despite':
      return tParts(
        'In line {0} it expected {1} ({2}), not {3}. It read {4} {5}, but without that look it is no less sure.',
        ...parts,
      );
    case 'little':
      return tParts(
        'In line {0} it expected {1} ({2}), not {3}. It read {4} {5}; cutting that changes little.',
        ...parts,
      );
    case 'among':
      return tParts(
        'In line {0} it expected {1} ({2}), not {3}. It read {4} {5}; cutting that matters, and so does cutting other places.',
        ...parts,
      );
  }
}
