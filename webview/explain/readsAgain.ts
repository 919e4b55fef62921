/** What does something read of a model larger than memory, and shall it? Asked before it runs; of other models nothing is asked. */
import { byteCount } from '../../src/shared/modelFigures';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage } from './stage';

interface ReadsAgain {
  readonly element: HTMLElement;
  /** Calls `go` at once where the model is in memory. `words` get what one run through the model reads, in bytes. */
  ask(words: (bytesPerPass: number) => string, go: () => void): void;
  /** What was asked is no longer meant. */
  close(): void;
}

export function readsAgain(stage: Stage): ReadsAgain {
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
  const element = h(
    'div',
    { class: 'notice reads-again', role: 'group', hidden: true },
    words,
    read,
    button(
      t('Leave it'),
      answer(() => {}),
      { secondary: true },
    ),
  );
  return {
    element,
    ask(saying, go) {
      const bytesPerPass = stage.run()?.model?.bytesPerPass;
      if (bytesPerPass === undefined) return go();
      wanted = go;
      setText(words, saying(bytesPerPass));
      show(element, true);
      stage.say(words.textContent);
    },
    close: () => show(element, false),
  };
}

/** Of so many tokens that are made one by one. */
export const eachToken =
  (tokens: number) =>
  (bytes: number): string =>
    t('Each token reads the model again: {0} tokens, {1} in all.', tokens, byteCount(tokens * bytes));

/** Of a text whose tokens are not counted yet. */
export const eachOfText = (bytes: number): string =>
  t('Each token of the text after its first reads the model again, {0} every time.', byteCount(bytes));

export const oneRun = (bytes: number): string =>
  t('This text has not been through the model, of which {0} are read again for it.', byteCount(bytes));
