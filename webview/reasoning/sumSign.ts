/** The check of a sum, in words and by sign: never by colour alone. */
import type { Equation, Step } from '../../src/protocol/reasoning';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';

export function sumSign(
  { text, right, rounded, computed, computedText, onWrong }: Equation,
  { buildsOn, mayBuildOn, corrected }: Step,
): HTMLElement {
  const is = computedText ?? computed;
  const builds = right && onWrong !== undefined;
  const origins = (onWrong === 'surely' ? buildsOn : mayBuildOn)?.map((step) => step + 1).join(', ') ?? '';
  const words = builds
    ? onWrong === 'surely'
      ? t('{0}: right by itself, but it builds on the wrong sum of step {1}', text, origins)
      : t('{0}: right by itself, but it may build on the wrong sum of step {1}: the number is the same', text, origins)
    : right
      ? rounded
        ? t('{0}: right to the decimals given', text)
        : t('{0}: right', text)
      : is === null
        ? t('{0}: has no value', text)
        : corrected
          ? corrected.isTakenBack
            ? t('{0}: wrong, it is {1}; step {2} takes it back', text, is, corrected.by + 1)
            : t('{0}: wrong, it is {1}; step {2} states it rightly', text, is, corrected.by + 1)
          : t('{0}: wrong, it is {1}', text, is);
  const sign = builds
    ? onWrong === 'surely'
      ? '⚠'
      : '⚠?'
    : right
      ? '✓'
      : `${corrected ? '↩' : '✗'} ${is ?? ''}`.trim();
  return h(
    'span',
    {
      class: builds ? 'sum builds' : right ? 'sum right' : 'sum wrong',
      role: 'img',
      'aria-label': words,
      title: words,
    },
    sign,
  );
}
