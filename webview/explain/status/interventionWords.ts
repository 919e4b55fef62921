/** The interventions that a run was made under, in words. */
import type { Edit } from '../../../src/protocol/edit';
import { printEdit } from '../../../src/protocol/editText';
import { t } from '../../shared/l10n';

export function interventionWords(interventions: readonly Edit[]): string {
  if (interventions.length === 0) return t('no interventions');
  return t('interventions: {0}', interventions.map(printEdit).join('; '));
}
