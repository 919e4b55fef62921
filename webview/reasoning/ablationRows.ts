/** What cutting steps and writing them anew has shown, as tables. No DOM. */
import type { AnswerCount, StepAblation } from '../../src/protocol/reasoning';
import { t } from '../shared/l10n';
import { decimal, percent, roundPercent } from '../shared/numbers';
import type { State } from './state';
import { stepName } from './words';

export interface AblationRows {
  caption: string;
  columns: string[];
  rows: string[][];
}

/** Over the later steps; 0 where there are none. */
export function meanKl({ kl }: StepAblation): number {
  const known = [...kl].filter((bits) => !Number.isNaN(bits));
  return known.length === 0 ? 0 : known.reduce((sum, bits) => sum + bits, 0) / known.length;
}

/** Every step that was cut; with `each`, the bits of each later step too. null: none was. */
export function cutRows({ shown, cuts }: State, each = false): AblationRows | null {
  if (!shown || cuts.size === 0) return null;
  const bits = ({ kl }: StepAblation): string =>
    [...kl].flatMap((own, step) => (Number.isNaN(own) ? [] : [`${step + 1}: ${decimal(own)}`])).join('; ');
  return {
    caption: t('Each step cut by itself: change of what follows (KL per token), and of the answer'),
    columns: [
      t('Step'),
      t('Later steps, bits'),
      t('Chance before'),
      t('Chance after'),
      t('Answer after'),
      ...(each ? [t('Bits by later step')] : []),
    ],
    rows: inOrder(cuts.values()).map((ablation) => [
      stepName(shown, ablation.step),
      decimal(meanKl(ablation)),
      percent(ablation.before),
      percent(ablation.after),
      ablation.answerAfter ?? '–',
      ...(each ? [bits(ablation)] : []),
    ]),
  };
}

/** Every step that was written anew; null: none was. */
export function anewRows({ shown, resamples }: State): AblationRows | null {
  if (!shown || resamples.size === 0) return null;
  const all = inOrder(resamples.values());
  const { temperature, topP } = all[0].sampling;
  return {
    caption: t(
      'Each step written anew: the answers with the step kept and without it (temperature {0}, top-p {1})',
      temperature,
      topP,
    ),
    columns: [
      t('Step'),
      t('Times'),
      t('New step differs'),
      t('Right, step kept'),
      t('Right, step anew'),
      t('Answers differ, bits'),
      t('Answers with the step kept'),
      t('Answers with the step written anew'),
      t('Seed'),
    ],
    rows: all.map((resampling) => [
      stepName(shown, resampling.step),
      String(resampling.samples),
      String(resampling.changed),
      roundPercent(resampling.rightKept),
      roundPercent(resampling.rightReplaced),
      decimal(resampling.kl),
      counts(resampling.kept),
      counts(resampling.replaced),
      String(resampling.sampling.seed),
    ]),
  };
}

function counts(answers: readonly AnswerCount[]): string {
  return answers.map(({ answer, count }) => `${answer || t('none')} × ${count}`).join(', ');
}

function inOrder<OfStep extends { step: number }>(all: Iterable<OfStep>): OfStep[] {
  return [...all].sort((a, b) => a.step - b.step);
}
