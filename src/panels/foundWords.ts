/** What the first sentence tells, in a few words: for a list in which explanations stand below each other. */
import * as vscode from 'vscode';
import type { EditorLink } from '../editor/editorLink';
import { share } from '../editor/heatWords';
import type { Story } from '../protocol/whyApi';
import { cameWord, expectedWord } from '../shared/wordAt';

export function foundWords(
  { why, word, met, other }: Story,
  { text, tokens }: Pick<EditorLink, 'text' | 'tokens'>,
): string {
  const { t } = vscode.l10n;
  const expected = expectedWord(text, tokens[why.position], word.text);
  const likely = share(word.probability);
  if (other) {
    const second = expectedWord(text, tokens[why.position], other.text);
    return t('undecided between ‘{0}’ ({1}) and ‘{2}’ ({3})', expected, likely, second, share(other.probability));
  }
  if (met) return t('sure of ‘{0}’ ({1})', expected, likely);
  return t('expected ‘{0}’ ({1}), not ‘{2}’', expected, likely, cameWord(text, tokens[why.position + 1], expected));
}
