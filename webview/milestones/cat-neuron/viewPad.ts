/** Draw your own and watch the units fire. */
import type { ViewStage } from '../experimentView';
import { h, setText } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, signedDecimal } from '../../shared/numbers';
import { barPlot } from '../../shared/plot';
import { askingPad, kindNames, type AskingPad } from '../drawingPad/askingPad';
import type { Answer } from '../../../src/milestones/cat-neuron/options';

export function firingPad(stage: ViewStage): AskingPad {
  const names = kindNames();
  const verdict = h('p', { class: 'cat-verdict', role: 'status', 'data-fires': '' });
  const bars = barPlot({
    title: t('What the best unit for each kind makes of it'),
    hint: t('How far the unit’s response is above the place from where it fires; to the left it is silent.'),
    value: { label: t('response above the threshold'), format: signedDecimal },
  });
  return askingPad<Answer>({
    stage,
    invitation: t('Draw a cat, and watch whether the unit fires. Then draw a dog.'),
    verdict,
    mark: 'fires',
    picture: bars.element,
    tell({ responses }) {
      const cat = responses.find(({ kind }) => kind === 'cat')!;
      const fires = cat.response >= cat.threshold;
      verdict.dataset.fires = String(fires);
      setText(
        verdict,
        fires
          ? t('The cat unit fires: {0}, from {1} on.', decimal(cat.response), decimal(cat.threshold))
          : t('The cat unit is silent: {0}, it fires from {1} on.', decimal(cat.response), decimal(cat.threshold)),
      );
      bars.set(
        responses.map(({ kind, response, threshold }) => ({
          name: names[kind],
          value: response - threshold,
          series: response >= threshold ? 0 : 6,
        })),
      );
    },
  });
}
