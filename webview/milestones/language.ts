/** Which of an entry's two languages this page shows. */
import type { LocalizedText } from '../../src/shared/history/timeline';

export const chinese = (document.documentElement.lang || 'en').toLowerCase().startsWith('zh');

export function local(text: LocalizedText): string {
  return chinese ? text.zh : text.en;
}
