/** Ways to wear a mark away without a model: other tokens in place of some, other names for a program's identifiers. */

/** A copy in which a share of the tokens, drawn by chance, is replaced by tokens drawn from `pool`. */
export function substitute(
  ids: readonly number[],
  share: number,
  pool: readonly number[],
  random: () => number,
): number[] {
  const places = ids.map((_, at) => at);
  const changed = [...ids];
  for (let left = Math.round(share * ids.length); left > 0; left--) {
    const [place] = places.splice(Math.floor(random() * places.length), 1);
    changed[place] = pool[Math.floor(random() * pool.length)];
  }
  return changed;
}

/** Words that a renaming leaves, in the two languages of the prompts. */
const KEYWORDS = new Set(
  (
    'and as assert async await break case catch class const continue def del do elif else except export extends false ' +
    'finally for from function if import in interface is lambda let new none not null of or pass private public raise ' +
    'readonly return self static string super switch this throw true try type typeof undefined var void while with ' +
    'yield number boolean'
  ).split(' '),
);

/** Every identifier of two letters or more gets another name, the same everywhere; strings and comments are not told apart. */
export function renameIdentifiers(code: string): string {
  const names = new Map<string, string>();
  return code.replace(/[A-Za-z_$][\w$]+/g, (word) => {
    if (KEYWORDS.has(word.toLowerCase())) return word;
    if (!names.has(word)) names.set(word, `name${names.size + 1}`);
    return names.get(word)!;
  });
}
