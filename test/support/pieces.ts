/** A tokenised text for tests: one token per piece; a first '' stands for BOS. Equal pieces have equal ids. */
import type { PanelToken } from '../../src/protocol/explanation';

export function tokensOf(pieces: readonly string[]): { tokens: PanelToken[]; text: string; ids: number[] } {
  const vocabulary = [...new Set(pieces)];
  let at = 0;
  const tokens = pieces.map((piece) => {
    const token = {
      id: vocabulary.indexOf(piece),
      start: at,
      end: at + piece.length,
      charStart: at,
      charEnd: at + piece.length,
      label: piece,
    };
    at += piece.length;
    return token;
  });
  return { tokens, text: pieces.join(''), ids: tokens.map(({ id }) => id) };
}
