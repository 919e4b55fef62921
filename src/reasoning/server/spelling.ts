/** A text as its plain characters, whatever they are spelled as: for finding in it what must not be shown. */

/** One plain character, and the half-open range of the text that spells it. */
export interface Unit {
  char: string;
  start: number;
  end: number;
}

/** JSON and JavaScript escapes, percent codes, entities by number and by name. */
const SPELLED =
  /\\u\{([\da-f]{1,6})\}|\\u([\da-f]{4})|\\x([\da-f]{2})|%([\da-f]{2})|&#x([\da-f]{1,6});?|&#(\d{1,7});?|&([a-z][a-z\d]{1,31});|&(amp|lt|gt|quot|nbsp|shy)/gi;

/**
 * ASCII characters that HTML has names for (https://html.spec.whatwg.org/multipage/named-characters.html). Its letters in
 * other faces are "afr", "aopf" and "ascr"; whatever else has a name is no part of a key, but may stand within one.
 */
const NAMED: ReadonlyMap<string, string> = new Map(
  (
    'amp& lt< gt> quot" apos\' plus+ sol/ equals= lowbar_ underbar_ bsol\\ hyphen- dash- period. colon: semi; comma, excl! ' +
    'quest? num# dollar$ percnt% lpar( rpar) ast* midast* commat@ lsqb[ lbrack[ rsqb] rbrack] hat^ grave` ' +
    'diacriticalgrave` lcub{ lbrace{ verbar| vert| verticalline| rcub} rbrace}'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, -1), entry.slice(-1)]),
);
const FACES = /^([a-z])(?:fr|opf|scr)$/i;

/** A spelling may itself be spelled; nobody does it more often than this. */
const MOST_LAYERS = 4;

/** What stands between the characters of a word and is passed over: white space, controls, what is not seen. */
const UNSEEN = /[\s\p{C}\p{M}\u115f\u1160\u3164\uffa0]/u;

/**
 * White space, backslashes and unseen characters are left out, and, unless they are asked for, tags; characters of another
 * width or face are the usual ones.
 */
export function plainSpelling(text: string, withTags = false): Unit[] {
  let at = 0;
  const units = Array.from(text, (char): Unit => {
    const start = at;
    at += char.length;
    return { char, start, end: at };
  });
  return plainUnits(units, withTags);
}

/** The same of characters that are already taken from a text. */
export function plainUnits(written: readonly Unit[], withTags: boolean): Unit[] {
  let units = written.flatMap(usual);
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const before = units.length;
    units = decoded(seen(units, withTags));
    if (units.length === before) break;
  }
  return seen(units, withTags).filter(({ char }) => char !== '\\');
}

/** As it is usually written: full-width characters, letters in circles, in other faces, in one with others. */
function usual(unit: Unit): readonly Unit[] {
  if (unit.char.length === 1 && unit.char < '\u0080') return [unit];
  return Array.from(unit.char.normalize('NFKC'), (char) => ({ ...unit, char }));
}

function seen(units: readonly Unit[], withTags: boolean): Unit[] {
  const shown = units.filter(({ char }) => !UNSEEN.test(char));
  if (withTags) return shown;
  const kept: Unit[] = [];
  let from = 0;
  for (const { start, end } of tagsIn(shown.map(({ char }) => char))) {
    for (const unit of shown.slice(from, start)) kept.push(unit);
    from = end;
  }
  return [...kept, ...shown.slice(from)];
}

function decoded(units: readonly Unit[]): Unit[] {
  // Characters beyond the first 65,536 count as one, so that places in the string are places in the list.
  const text = units.map(({ char }) => (char.length === 1 ? char : '\ufffd')).join('');
  const found: Unit[] = [];
  let from = 0;
  for (const match of text.matchAll(SPELLED)) {
    const char = spelledBy(match);
    if (char === undefined) continue;
    const end = match.index + match[0].length;
    const spelled = { char, start: units[match.index].start, end: units[end - 1].end };
    found.push(...units.slice(from, match.index), ...(char === '' ? [] : usual(spelled)));
    from = end;
  }
  return [...found, ...units.slice(from)];
}

/** '': something that is no part of a key. */
function spelledBy([, braced, four, two, percent, hex, decimal, name, open]: RegExpMatchArray): string | undefined {
  const named = name ?? open;
  if (named !== undefined) return NAMED.get(named.toLowerCase()) ?? FACES.exec(named)?.[1] ?? '';
  const digits = braced ?? four ?? two ?? percent ?? hex;
  const code = digits === undefined ? Number(decimal) : parseInt(digits, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Half-open ranges from a "<" to the next ">", in order, each character looked at once. */
export function tagsIn(text: string | readonly string[]): { start: number; end: number }[] {
  const tags: { start: number; end: number }[] = [];
  for (let start = text.indexOf('<'); start >= 0;) {
    const close = text.indexOf('>', start);
    if (close < 0) break;
    tags.push({ start, end: close + 1 });
    start = text.indexOf('<', close + 1);
  }
  return tags;
}
