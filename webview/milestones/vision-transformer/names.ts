/** What is compared, in words. */
import type { Contender } from '../../../src/milestones/vision-transformer/options';
import { t } from '../../shared/l10n';

export function contenderName(name: Contender): string {
  const names = {
    convolutions: t('convolutions'),
    patches: t('attention over patches'),
    placeless: t('patches without their places'),
    nearest: t('nearest known drawing'),
  };
  return names[name];
}
