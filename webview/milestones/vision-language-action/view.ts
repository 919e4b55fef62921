/** Who obeys what, what captions lift, what a new scene costs, and four instructions looked at closely. */
import {
  ASKED,
  controls,
  POLICIES,
  UNSEEN,
  type Asked,
  type Options,
  type Policy,
  type Result,
} from '../../../src/milestones/vision-language-action/options';
import { trial } from '../../../src/milestones/vision-language-action/trial';
import { mean, shareInterval } from '../../../src/shared/statistics';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { barPlot, type Bar } from '../../shared/plot';
import type { ExperimentView } from '../experimentView';
import { seenView } from './viewSeen';

/** Bars of each colour. */
const [NET, RULES, CONTROL] = [0, 1, 2];

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const value = { label: t('obeyed'), domain: [0, 1] as [number, number], format: roundPercent };
    const lead = barPlot({
      title: t('Unseen instructions obeyed, by what is new in them'),
      hint: t('What to do, where and to which side must all be right. The thin lines are 95% intervals over instructions.'), // prettier-ignore
      value,
    });
    const controlled = barPlot({
      title: t('All unseen instructions that known movements can obey'),
      hint: t('The net without eyes, without ears and the demonstration with most words in common are what it is measured against.'), // prettier-ignore
      value,
    });
    const captions = barPlot({
      title: t('Kinds that nobody has handled'),
      hint: t('Captions name them, and show neither a place nor an action.'),
      value,
    });
    const scene = barPlot({
      title: t('A new scene: “to the door” instead of “to the left”'),
      hint: t('Demonstrations to learn from, against landmarks that somebody writes into the rules.'),
      value,
    });
    const seen = seenView(stage);
    return {
      lead: lead.element,
      element: h('div', { class: 'plots' }, controlled.element, captions.element, scene.element, seen.element),
      log: seen.log,
      draw(result, _options, final) {
        const { right, tested } = result;
        const bar = (name: string, share: number | undefined, count: number, series: number): Bar[] => {
          if (share === undefined) return [];
          const [low, high] = shareInterval(share, count);
          return [{ name, value: share, low, high, series }];
        };
        lead.set(
          ASKED.flatMap((asked) => [
            ...bar(t('{0}: the net', askedName(asked)), right.vla?.[asked], tested, NET),
            ...bar(t('{0}: rules by hand', askedName(asked)), right.rules?.[asked], tested, RULES),
          ]),
        );
        controlled.set(
          POLICIES.filter((policy) => policy !== 'uncaptioned' && policy !== 'shuffled').flatMap((policy) => {
            const shares = UNSEEN.map((asked) => right[policy]?.[asked]);
            const whole = shares.every((share) => share !== undefined) ? mean(shares) : undefined;
            return bar(policyName(policy), whole, tested * UNSEEN.length, seriesOf(policy));
          }),
        );
        captions.set(
          (['vla', 'shuffled', 'uncaptioned'] as const).flatMap((policy) =>
            bar(policyName(policy), right[policy]?.captions, tested, seriesOf(policy)),
          ),
        );
        scene.set([
          ...result.scene.flatMap(({ shown, right: share }) =>
            bar(t('the net, {0} demonstrations', integer(shown)), share, tested, NET),
          ),
          ...result.sceneRules.flatMap((share, rules) =>
            bar(t('rules by hand, {0} more written', integer(rules)), share, tested, RULES),
          ),
        ]);
        show(captions.element, right.vla !== undefined);
        seen.draw(result.seen, final);
      },
    };
  },
};

const seriesOf = (policy: Policy): number => (policy === 'vla' ? NET : policy === 'rules' ? RULES : CONTROL);

function policyName(policy: Policy): string {
  const names = {
    vla: t('the net'),
    shuffled: t('captions of other pictures'),
    uncaptioned: t('no captions'),
    blind: t('without eyes'),
    deaf: t('without ears'),
    nearest: t('nearest demonstration'),
    rules: t('rules by hand'),
  };
  return names[policy];
}

function askedName(asked: Asked): string {
  const names = {
    known: t('known words'),
    synonym: t('another name'),
    weights: t('a kind only in the weights'),
    captions: t('a kind only in captions'),
    composition: t('a new pair of known parts'),
    'never shown': t('an action never shown'),
  };
  return names[asked];
}
