/** "Draw your own": a sheet, and what the networks of the finished run make of what is on it. */
import type { ViewStage } from '../experimentView';
import { h, setText } from '../../shared/dom';
import { t } from '../../shared/l10n';
import type { Kind } from '../../../src/shared/drawings';
import { latestOnly } from './latestOnly';
import { pad } from './pad';

export interface AskingPad {
  readonly element: HTMLElement;
  /** `ready`: there is a network to ask. */
  draw(ready: boolean): void;
}

export interface AskingPadOptions<Answer> {
  stage: ViewStage;
  /** What to draw. */
  invitation: string;
  /** See PadOptions. */
  inPlace?: boolean;
  /** The sentence on the answer; its data attribute `mark` holds the answer in a word, empty for an empty sheet. */
  verdict: HTMLElement;
  mark: string;
  /** Drawn by `tell`, below the sentence. */
  picture: HTMLElement;
  /** Called before each question with whether there will be an answer. */
  asking?(answerable: boolean): void;
  tell(answer: Answer): void;
}

/** The question is `{ pixels }`, as the experiments' `Question` has it. */
export function askingPad<Answer>(options: AskingPadOptions<Answer>): AskingPad {
  const { stage, invitation, inPlace, verdict, mark, picture, asking = () => {}, tell } = options;
  const names = kindNames();
  let ready = false;
  const ask = latestOnly(async (pixels: Float32Array) => {
    const blank = pixels.every((value) => value === 0);
    asking(ready && !blank);
    if (!ready) return setText(verdict, t('There is nobody to look yet: run the experiment first.'));
    if (blank) {
      verdict.dataset[mark] = '';
      return setText(verdict, t('The sheet is empty.'));
    }
    try {
      tell(await stage.ask<Answer>({ pixels }));
    } catch {
      setText(verdict, t('This network is no longer kept; run the experiment again.'));
    }
  });
  const sheet = pad({ kindName: (kind) => names[kind], inPlace, changed: ask, kept: stage.kept });
  return {
    element: h(
      'section',
      { 'data-section': 'pad' },
      h('h3', {}, t('Draw your own')),
      h('p', {}, invitation),
      sheet.element,
      verdict,
      picture,
    ),
    draw(isReady) {
      ready = isReady;
      if (ready) ask(sheet.pixels);
    },
  };
}

export const kindNames = (): Record<Kind, string> => ({
  cat: t('cat'),
  dog: t('dog'),
  face: t('face'),
  train: t('train'),
  house: t('house'),
});
