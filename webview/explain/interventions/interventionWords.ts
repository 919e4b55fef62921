/** The interventions that a run was made under, in words. */
import { t } from '../../shared/l10n';

export function interventionWords(interventions: readonly string[]): string {
  if (interventions.length === 0) return t('no interventions');
  return t('interventions: {0}', interventions.join('; '));
}
