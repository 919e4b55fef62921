/** Reads arithmetic in its plain spelling: "1,200 * 15%", "(3 + 4) * 2", "$48 / 2", "0.2 x 50". */
import {
  add,
  BeyondBounds,
  binomial,
  divide,
  factorial,
  floorDivide,
  MAX_DIGITS,
  multiply,
  parseDecimal,
  power,
  rational,
  squareRoot,
  subtract,
  type Rational,
} from './rational';

export interface Lexeme {
  kind: 'number' | 'operator' | 'open' | 'close' | 'percent' | 'root' | 'factorial';
  text: string;
  start: number;
  end: number;
}

/** Stands between n and k of a binomial. */
export const CHOOSE = '\uE001';

const CURRENCY = /[$€£¥￥]/;
/** With groups of three digits, or as India groups them: 12,34,567. */
const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+/y;

/** The lexeme at a place; null where there is none. White space and currency signs are passed over (`isSkipped`). */
export function lexemeAt(text: string, at: number): Lexeme | null {
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (number) return { kind: 'number', text: number[0], start: at, end: at + number[0].length };
  // GSM8K's calculator was Python's: 560//10 is a whole-number division.
  if (text.startsWith('//', at)) return { kind: 'operator', text: '//', start: at, end: at + 2 };
  if (text[at] === '√') return { kind: 'root', text: '√', start: at, end: at + 1 };
  if (text[at] === '!') return isFactorial(text, at) ? { kind: 'factorial', text: '!', start: at, end: at + 1 } : null;
  const sign = /[xX]/.test(text[at]) ? '*' : text[at];
  const kind = sign === '(' ? 'open' : sign === ')' ? 'close' : sign === '%' ? 'percent' : 'operator';
  if (kind === 'operator' && !/^[-+*/^\uE001]$/.test(sign ?? '')) return null;
  return { kind, text: sign, start: at, end: at + 1 };
}

/** Behind a number, where the sum goes on: at a sentence's end it is an exclamation, and "!=" says that two are not equal. */
function isFactorial(text: string, at: number): boolean {
  return /[\d)!]/.test(text[at - 1] ?? '') && /^(?:\)|\s{0,4}(?:[-+*/^)≈]|(?<=\s)=))/.test(text.slice(at + 1, at + 8));
}

export const isSkipped = (char: string): boolean => /[ \t]/.test(char) || CURRENCY.test(char);

/** All lexemes of [start, end); null when something else is among them. */
export function lexemes(text: string, start = 0, end = text.length): Lexeme[] | null {
  const found: Lexeme[] = [];
  for (let at = start; at < end;) {
    if (isSkipped(text[at])) {
      at++;
      continue;
    }
    const lexeme = lexemeAt(text, at);
    if (!lexeme || lexeme.end > end) return null;
    found.push(lexeme);
    at = lexeme.end;
  }
  return found;
}

const MAX_DEPTH = 64;

export interface Value {
  /** null: a division by zero, or `isBeyond`. */
  value: Rational | null;
  /** What was computed: a bare number, −number or percentage has none. */
  operators: number;
  /** Its numbers are too large to be checked, or roots. */
  isBeyond: boolean;
}

const ONE = rational(1n);

class Parser {
  private at = 0;
  private depth = 0;
  operators = 0;

  /** @param isDry only whether it is an expression is asked: nothing is computed */
  constructor(
    private readonly list: readonly Lexeme[],
    private readonly isDry: boolean,
  ) {}

  /** undefined: not an expression. Throws RangeError for what has no value. */
  whole(): Rational | undefined {
    const value = this.sum();
    return this.at === this.list.length ? value : undefined;
  }

  private sum(): Rational | undefined {
    let value = this.product();
    for (let sign = this.take('+', '-'); value && sign; sign = this.take('+', '-')) {
      const right = this.product();
      value = right && this.apply(sign === '+' ? add : subtract, value, right);
      this.operators++;
    }
    return value;
  }

  private product(): Rational | undefined {
    let value = this.signed();
    for (let sign = this.take('*', '/', '//'); value && sign; sign = this.take('*', '/', '//')) {
      const right = this.signed();
      value = right && this.apply(sign === '*' ? multiply : sign === '/' ? divide : floorDivide, value, right);
      this.operators++;
    }
    return value;
  }

  private signed(): Rational | undefined {
    const sign = this.take('-', '+');
    const value = this.power();
    return value && sign === '-' ? rational(-value.n, value.d) : value;
  }

  private power(): Rational | undefined {
    const base = this.chosen();
    if (!base || !this.take('^')) return base;
    const exponent = this.signed();
    if (!exponent) return undefined;
    this.operators++;
    return this.apply(power, base, exponent);
  }

  private chosen(): Rational | undefined {
    const n = this.rooted();
    if (!n || !this.take(CHOOSE)) return n;
    const k = this.rooted();
    this.operators++;
    return k && this.apply(binomial, n, k);
  }

  private rooted(): Rational | undefined {
    if (this.list[this.at]?.kind !== 'root') return this.atom();
    this.at++;
    const value = this.atom();
    this.operators++;
    return value && (this.isDry ? ONE : squareRoot(value));
  }

  private apply(operation: (a: Rational, b: Rational) => Rational, a: Rational, b: Rational): Rational {
    return this.isDry ? ONE : operation(a, b);
  }

  private atom(): Rational | undefined {
    const next = this.list[this.at];
    if (next?.kind === 'number') {
      this.at++;
      return this.percent(this.isDry && next.text.length <= MAX_DIGITS ? ONE : parseDecimal(next.text));
    }
    if (next?.kind !== 'open' || this.depth === MAX_DEPTH) return undefined;
    this.at++;
    this.depth++;
    const value = this.sum();
    this.depth--;
    if (this.list[this.at]?.kind !== 'close') return undefined;
    this.at++;
    return this.percent(value);
  }

  private percent(value: Rational | undefined): Rational | undefined {
    if (value && this.list[this.at]?.kind === 'factorial') {
      this.at++;
      this.operators++;
      return this.isDry ? ONE : factorial(value);
    }
    if (this.list[this.at]?.kind !== 'percent') return value;
    this.at++;
    return this.isDry ? value : value && rational(value.n, value.d * 100n);
  }

  private take(...signs: string[]): string | undefined {
    const next = this.list[this.at];
    if (next?.kind !== 'operator' || !signs.includes(next.text)) return undefined;
    this.at++;
    return next.text;
  }
}

/** Its value; undefined when the lexemes are no complete expression. */
export function evaluate(list: readonly Lexeme[]): Value | undefined {
  if (list.length === 0 || !new Parser(list, true).whole()) return undefined;
  const parser = new Parser(list, false);
  try {
    return { value: parser.whole()!, operators: parser.operators, isBeyond: false };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { value: null, operators: 1, isBeyond: thrown instanceof BeyondBounds };
    throw thrown;
  }
}
