/** How does a router choose, and how does it weigh? The words, where the two go by different numbers. */
import type { LayerExperts, RoutingCard } from '../../../src/protocol/explanation';
import { t } from '../../shared/l10n';
import { decimal, signedDecimal } from '../../shared/numbers';

export function routingSentence({ score, bias, groups, renormalize, scale }: RoutingCard): string {
  return [
    ...(score === 'sigmoid' ? [t('The router scores each expert by itself, from 0 to 1 (a sigmoid).')] : []),
    ...(bias ? [t('It chooses by the score plus a bias of the expert, which has no part in the weight.')] : []),
    ...(groups
      ? [t('Experts stand in {0} groups; a token chooses within the best {1} of them.', groups.count, groups.used)]
      : []),
    renormalize
      ? t('A chosen expert’s weight is its score divided by the sum of the chosen ones’, times {0}.', decimal(scale))
      : t('A chosen expert’s weight is its score times {0}.', decimal(scale)),
  ].join(' ');
}

/** What the expert at this place of the layer's ids was chosen by; empty where that is its weight's own number. */
export function choiceWords({ apart }: LayerExperts, at: number): string {
  if (!apart) return '';
  const [score, choice] = [apart.scores[at], apart.choice[at]];
  if (score === choice) return t('score {0}', decimal(score));
  return t('chosen by {0}: score {1}, bias {2}', decimal(choice), decimal(score), signedDecimal(choice - score));
}
