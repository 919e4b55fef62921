/** Which of an entry's two languages this page shows. */
import type { LocalizedText } from '../../src/shared/history/timeline';
import { inOtherWords } from '../shared/l10n';

export const chinese = (document.documentElement.lang || 'en').toLowerCase().startsWith('zh');

let now: keyof LocalizedText = chinese ? 'zh' : 'en';

export function local(text: LocalizedText): string {
  return text[now];
}

/** What `make` gives in this language. @param words Chinese of what is English in the code; not asked for English */
export function inLanguage<Made>(
  language: keyof LocalizedText,
  words: Readonly<Record<string, string>>,
  make: () => Made,
): Made {
  const before = now;
  now = language;
  try {
    return inOtherWords(language === 'zh' ? words : {}, make);
  } finally {
    now = before;
  }
}
