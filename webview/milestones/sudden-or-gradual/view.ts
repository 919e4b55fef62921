/** Measures of one training run on one axis of time, and when each kind of head formed. */
import type { ExperimentView } from '../experimentView';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, decimal, roundPercent } from '../../shared/numbers';
import { linePlot, type LinePlot } from '../../shared/plot';
import { controls, type Options, type Result, type Role } from '../../../src/milestones/sudden-or-gradual/options';
import { trial } from '../../../src/milestones/sudden-or-gradual/trial';

const names = (): Record<Role['name'], string> => ({
  previous: t('previous token'),
  bracket: t('bracket pair'),
  duplicate: t('same token'),
  induction: t('induction (continues repetitions)'),
});

interface Plots {
  answers: LinePlot;
  digits: LinePlot;
  heads: LinePlot;
  loss: LinePlot;
}

function plots(scale: 'log' | 'linear'): Plots {
  const x = { label: t('training tokens seen'), scale, format: count };
  return {
    answers: linePlot({
      title: t('The same sums, measured in two ways'),
      hint: t(
        'A whole answer is right only when every step and digit is, so it comes later than the digits, whatever the model learns in between. At 44 million tokens the questions became harder (77 kinds of scenes instead of eight): the fall there is theirs.',
      ),
      x,
      y: { label: t('share, probability'), domain: [0, 1], format: roundPercent },
    }),
    digits: linePlot({
      title: t('The same digits, as log-probability'),
      hint: t(
        'The smoother measure: the mean logarithm of a right digit’s probability, given the right steps before it. One digit in ten is guessing.',
      ),
      x,
      y: { label: t('log-probability (nats)'), domain: [undefined, 0], format: decimal },
    }),
    heads: linePlot({
      title: t('When each kind of head formed'),
      hint: t('For each role, the head that is strongest at the end: its mean weight on what the role names.'),
      x,
      y: { label: t('mean attention weight'), domain: [0, undefined], format: roundPercent },
    }),
    loss: linePlot({
      title: t('Loss on code'),
      x,
      y: { label: t('nats per token'), format: decimal },
    }),
  };
}

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount() {
    const [lead, box] = [h('div', {}), h('div', { class: 'plots' })];
    let drawn: { scale: 'log' | 'linear'; plots: Plots } | undefined;
    return {
      lead,
      element: box,
      draw({ tokens, exact, digit, digitLog, loss, roles }, options) {
        const scale = options.smooth ? 'log' : 'linear';
        if (drawn?.scale !== scale) {
          drawn = { scale, plots: plots(scale) };
          const { answers, ...others } = drawn.plots;
          lead.replaceChildren(answers.element);
          box.replaceChildren(...Object.values(others).map(({ element }) => element));
        }
        // A log axis has no place for the checkpoint before the first token.
        const first = scale === 'log' ? 1 : 0;
        const x = tokens.slice(first);
        const name = names();
        drawn.plots.answers.set([
          { name: t('whole answers right'), x, y: exact.slice(first), dots: true },
          { name: t('probability of a right digit'), x, y: digit.slice(first), dots: true },
        ]);
        drawn.plots.answers.describe(
          t(
            'At the end {0} of whole answers are right and a right digit has a probability of {1}.',
            roundPercent(exact.at(-1)!),
            roundPercent(digit.at(-1)!),
          ),
        );
        drawn.plots.digits.set([
          { name: t('a right digit'), x, y: digitLog.slice(first), dots: true },
          { name: t('guessing'), x, y: x.map(() => Math.log(1 / 10)) },
        ]);
        drawn.plots.heads.set(
          roles.map((role) => ({
            name: t('{0}: layer {1} head {2}', name[role.name], role.layer, role.head),
            x,
            y: role.best.slice(first),
          })),
        );
        drawn.plots.loss.set([{ name: t('loss'), x, y: loss.slice(first) }]);
      },
    };
  },
};
