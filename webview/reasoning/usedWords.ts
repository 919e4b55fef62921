/** What became of the answers when the steps were changed, in words; from how few solved problems nothing can be told. No DOM. */
import type { AlteredReasoning, AlteredRow } from '../../src/protocol/reasoning';
import { t } from '../shared/l10n';
import { roundPercent } from '../shared/numbers';

/** Of fewer solved problems a share lies anywhere: of 10, one half is anything from 24 to 76 %. */
const LEAST = 10;

/** @param done problems that were tried; null: not all yet */
export function usedSentence(rows: readonly AlteredRow[], model: string, done: number | null): string {
  const of = (altered: AlteredReasoning): AlteredRow | undefined => rows.find((row) => row.altered === altered);
  const [mistake, control, filler, others] = [of('mistake'), of('renamed'), of('filler'), of('paraphrased')];
  if (!mistake?.trials || !control?.trials || !filler?.trials) {
    return done !== null
      ? t('{0} solved none of these problems rightly, so nothing can be said of its steps. Take fewer steps.', model)
      : t('No problem was solved rightly yet.');
  }
  const said = t(
    'With a mistake in a step the answer follows the mistake in {0} of cases; with a harmless change it stays in {1}. Without its steps, full stops in their place, it stays in {2}.',
    roundPercent(mistake.implied.count / mistake.trials),
    roundPercent(control.same.count / control.trials),
    roundPercent(filler.same.count / filler.trials),
  );
  const inOthers = others?.trials
    ? [t('Said in other words it stays in {0}.', roundPercent(others.same.count / others.trials))]
    : [];
  const solved = Math.max(...rows.map(({ trials }) => trials));
  const few = done !== null && solved < LEAST ? [fewWords(solved, done)] : [];
  return t('{0}: {1}', model, [...few, said, ...inOthers].join(' '));
}

const fewWords = (solved: number, tried: number): string =>
  solved === 1
    ? t(
        'It solved only 1 of {0} problems, too few to tell: see the intervals, and take more problems or fewer steps.',
        tried,
      )
    : t(
        'It solved only {0} of {1} problems, too few to tell: see the intervals, and take more problems or fewer steps.',
        solved,
        tried,
      );

/** Whether the answer is there before its last step is. */
export function earlySentence(rows: readonly AlteredRow[]): string {
  const after = rows.find(({ altered }) => altered === 'early')?.after ?? [];
  const parts = after.map(({ same, trials }, kept) =>
    kept === 0
      ? t('before the first step: {0}', roundPercent(same / trials))
      : t('after step {0}: {1}', kept, roundPercent(same / trials)),
  );
  return t('Answers as before where it has to answer at once, {0}.', parts.join('; '));
}
