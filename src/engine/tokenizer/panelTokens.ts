/** Tokens with their place in the editor: from UTF-8 bytes to whole characters in UTF-16. */
import type { PanelToken } from '../../protocol/explanation';
import type { Token, Tokenizer } from './tokenizer';

/**
 * A token that holds only some bytes of a character is given that whole character, so tokens that share one overlap.
 * Lone surrogates were encoded as U+FFFD (3 bytes) and keep their one UTF-16 unit.
 */
export function toPanelTokens(tokens: readonly Token[], text: string, tokenizer: Tokenizer): PanelToken[] {
  const panelTokens: PanelToken[] = [];
  // Token starts never go back, so one walk over the text serves all: char is the character that holds `start`.
  let char = 0;
  let charByte = 0;
  const widthAt = (at: number): { units: number; bytes: number } => {
    const code = text.codePointAt(at)!;
    return { units: code > 0xffff ? 2 : 1, bytes: code < 0x80 ? 1 : code < 0x800 ? 2 : code > 0xffff ? 4 : 3 };
  };
  for (const { id, start, end } of tokens) {
    while (char < text.length && charByte + widthAt(char).bytes <= start) {
      const { units, bytes } = widthAt(char);
      char += units;
      charByte += bytes;
    }
    let charEnd = char;
    for (let byte = charByte; byte < end && charEnd < text.length;) {
      const { units, bytes } = widthAt(charEnd);
      charEnd += units;
      byte += bytes;
    }
    const empty = start === end;
    panelTokens.push({
      id,
      start,
      end,
      charStart: empty ? 0 : char,
      charEnd: empty ? 0 : charEnd,
      label: tokenizer.labelOf(id),
    });
  }
  return panelTokens;
}
