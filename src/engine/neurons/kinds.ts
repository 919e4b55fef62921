/** Of what kinds is each token of a text, by rules that anybody can check? */
import type { PanelToken } from '../../protocol/explanation';
import { TOKEN_KINDS, type KindQuery, type TokenKind } from '../../protocol/neuronCards';
import { tokenClass } from '../reading/tokenClass';

const DEEP = 2;
const WORD = /[\p{L}\p{N}]/u;

/** [tokens] A bit for each of TOKEN_KINDS. */
export function kindsOf(tokens: readonly PanelToken[], text: string): Uint32Array {
  const masks = new Uint32Array(tokens.length);
  const seen = new Set<number>();
  let depth = 0;
  tokens.forEach(({ id, charStart, charEnd }, i) => {
    const own = text.slice(charStart, charEnd);
    // What the model adds has no characters.
    if (own === '') return;
    const bare = own.trim();
    const line = text.slice(text.lastIndexOf('\n', charStart - 1) + 1, charStart);
    const last = charStart === 0 ? '' : text[charStart - 1];
    const sign = (pattern: RegExp): boolean => pattern.test(bare) && !WORD.test(bare);
    const kind = tokenClass(own);
    const holds: Record<TokenKind, boolean> = {
      'opening-bracket': sign(/[([{]/) && !/[)\]}]/.test(bare),
      'closing-bracket': sign(/[)\]}]/) && !/[([{]/.test(bare),
      'deep-in-brackets': depth >= DEEP,
      quote: sign(/["'`“”‘’]/),
      comma: sign(/[,，、]/),
      'full-stop': sign(/^[.。]+$/),
      colon: sign(/[:：]/),
      semicolon: sign(/[;；]/),
      operator: kind === 'operator',
      keyword: kind === 'keyword',
      number: kind === 'number',
      'later-digit': /^\p{N}/u.test(own) && /\p{N}/u.test(last),
      capital: /^\p{Lu}/u.test(bare),
      'word-piece': /^\p{L}/u.test(own) && /\p{L}/u.test(last) && !/\p{Script=Han}/u.test(own),
      repeated: kind === 'word' && seen.has(id),
      chinese: /\p{Script=Han}/u.test(bare),
      'line-break': /[\n\r]/.test(own),
      indentation: bare === '' && (/[\n\r][ \t]+$/.test(own) || (line.trim() === '' && /^[ \t]+$/.test(own))),
      'line-start': bare !== '' && line.trim() === '',
    };
    TOKEN_KINDS.forEach((name, bit) => (masks[i] |= holds[name] ? 1 << bit : 0));
    seen.add(id);
    for (const character of own) {
      if ('([{'.includes(character)) depth++;
      else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    }
  });
  return masks;
}

/** [tokens] 1 where the query holds. */
export function whereKind(masks: Uint32Array, { kind, before }: KindQuery): Uint8Array {
  const bit = 1 << TOKEN_KINDS.indexOf(kind);
  return Uint8Array.from(masks, (_, i) => (((before ? (masks[i + 1] ?? 0) : masks[i]) & bit) !== 0 ? 1 : 0));
}

/** [tokens] 1 where the token is these characters. */
export function whereCharacters(tokens: readonly PanelToken[], text: string, characters: string): Uint8Array {
  const folded = (one: string): string => one.trim().toLowerCase();
  const wanted = folded(characters);
  return Uint8Array.from(tokens, ({ charStart, charEnd }) =>
    wanted !== '' && folded(text.slice(charStart, charEnd)) === wanted ? 1 : 0,
  );
}
