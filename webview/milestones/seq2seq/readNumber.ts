/** What a person types as a number, as digits, or what is wrong with it. */
import { t } from '../../shared/l10n';

export const MOST_DIGITS = 24;

/** Spaces and hyphens, as in telephone numbers, do not count; full-width digits do. */
export function readNumber(typed: string): { digits: number[] } | { problem: string } {
  const text = typed.normalize('NFKC').replace(/[\s-]/gu, '');
  if (text === '') return { problem: t('Type a number of 1 to {0} digits.', MOST_DIGITS) };
  const other = /[^0-9]/u.exec(text);
  if (other) return { problem: t('“{0}” is not a digit; only 0 to 9 can be read.', other[0]) };
  if (text.length > MOST_DIGITS)
    return { problem: t('{0} digits are too many; at most {1}.', text.length, MOST_DIGITS) };
  return { digits: [...text].map(Number) };
}
