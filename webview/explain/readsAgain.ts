/** What does something read of a model larger than memory, and shall it? Asked before it runs; of other models nothing is asked. */
import { byteCount } from '../../src/shared/modelFigures';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage } from './stage';

export interface ReadsAgain {
  readonly element: HTMLElement;
  /** Calls `go` at once where the model is in memory. `words` get what one run through the model reads, in bytes. */
  ask(words: (bytesPerPass: number) => string, go: () => void): void;
  /** Says that it is being read, until `close`. */
  reading(cancel: () => void): void;
  /** What was asked is no longer meant, or is there. */
  close(): void;
}

/** `leaves`: whether it can be left, where it is asked of something that the person does and not of what is on show. */
export function readsAgain(stage: Stage, { leaves = true } = {}): ReadsAgain {
  const words = h('span', { class: 'words' });
  let wanted = (): void => {};
  const answer = (go: () => void) => (): void => {
    show(element, false);
    go();
  };
  const read = button(
    t('Read it'),
    answer(() => wanted()),
  );
  const leave = button(
    t('Leave it'),
    answer(() => {}),
    { secondary: true },
  );
  const cancel = button(
    t('Cancel'),
    answer(() => wanted()),
    { secondary: true },
  );
  const element = h('div', { class: 'notice reads-again', role: 'group', hidden: true }, words, read, leave, cancel);
  const open = (text: string, go: () => void, isRead: boolean): void => {
    wanted = go;
    show(read, !isRead);
    show(leave, !isRead && leaves);
    show(cancel, isRead);
    // What is asked by a pointer is asked often, and said once.
    const said = !element.hidden && words.textContent === text;
    setText(words, text);
    show(element, true);
    if (!said) stage.say(text);
  };
  return {
    element,
    ask(saying, go) {
      const bytesPerPass = stage.run()?.model?.bytesPerPass;
      if (bytesPerPass === undefined) return go();
      open(saying(bytesPerPass), go, false);
    },
    reading(stop) {
      if (stage.run()?.model?.bytesPerPass !== undefined) open(t('The model is being read again…'), stop, true);
    },
    close: () => show(element, false),
  };
}

/** Of so many tokens that are made one by one. */
export const eachToken =
  (tokens: number) =>
  (bytes: number): string =>
    tokens === 1
      ? t('The next token reads the model again, {0}.', byteCount(bytes))
      : t('Each token reads the model again: {0} tokens, {1} in all.', tokens, byteCount(tokens * bytes));

/** Of a text whose tokens are not counted yet. */
export const eachOfText = (bytes: number): string =>
  t('Each token of the text after its first reads the model again, {0} every time.', byteCount(bytes));

export const oneRun = (bytes: number): string =>
  t('This text has not been through the model, of which {0} are read again for it.', byteCount(bytes));

/** Of a token that is looked at once more, in so many passes through the model. */
export const tokenAgain =
  (passes: number) =>
  (bytes: number): string =>
    t('This needs the token to go through the model again, of which up to {0} are read.', byteCount(passes * bytes));

export const probeRuns = (bytes: number): string =>
  t('The probe is a text of its own: for it {0} of the model are read again.', byteCount(bytes));

/** Of the first sentence, whose reasons and cuts are runs of their own: how many there are depends on the text. */
export const storyRuns = (bytes: number): string =>
  t(
    'Where it expected something else, and which look back carried that, is found by reading the model several times more, {0} each time.',
    byteCount(bytes),
  );
