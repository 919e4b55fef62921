/** Reads arithmetic as people write it: "1,200 * 15%", "(3 + 4) × 2", "$48 ÷ 2", "0.2 x 50". */
import { add, divide, floorDivide, multiply, parseDecimal, rational, subtract, type Rational } from './rational';

export interface Lexeme {
  kind: 'number' | 'operator' | 'open' | 'close' | 'percent';
  text: string;
  start: number;
  end: number;
}

/** Signs of other scripts and typographies, by the sign that they stand for. */
const SIGNS: Readonly<Record<string, string>> = {
  '×': '*',
  '·': '*',
  '∗': '*',
  x: '*',
  X: '*',
  '÷': '/',
  '∕': '/',
  '−': '-',
  '–': '-',
  '＋': '+',
  '－': '-',
  '＊': '*',
  '／': '/',
  '（': '(',
  '）': ')',
  '％': '%',
};

const CURRENCY = /[$€£¥￥]/;
const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+/y;

/**
 * The lexeme at a place; null where there is none. White space, currency signs and backslashes of LaTeX are passed over
 * by the caller through `skip`.
 */
export function lexemeAt(text: string, at: number): Lexeme | null {
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (number) return { kind: 'number', text: number[0], start: at, end: at + number[0].length };
  // GSM8K's calculator was Python's: 560//10 is a whole-number division.
  if (text.startsWith('//', at)) return { kind: 'operator', text: '//', start: at, end: at + 2 };
  const sign = SIGNS[text[at]] ?? text[at];
  const kind = sign === '(' ? 'open' : sign === ')' ? 'close' : sign === '%' ? 'percent' : 'operator';
  if (kind === 'operator' && !/^[-+*/^]$/.test(sign ?? '')) return null;
  return { kind, text: sign, start: at, end: at + 1 };
}

export const isSkipped = (char: string): boolean => /[ \t\u3000]/.test(char) || CURRENCY.test(char);

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

/** Exponents beyond this are no arithmetic of a reasoning step. */
const MAX_EXPONENT = 64;
const MAX_DEPTH = 64;

export interface Value {
  /** null: a division by zero or a number out of bounds. */
  value: Rational | null;
  /** What was computed: a bare number, −number or percentage has none. */
  operators: number;
}

class Parser {
  private at = 0;
  private depth = 0;
  operators = 0;

  constructor(private readonly list: readonly Lexeme[]) {}

  /** undefined: not an expression. Throws RangeError for what has no value. */
  whole(): Rational | undefined {
    const value = this.sum();
    return this.at === this.list.length ? value : undefined;
  }

  private sum(): Rational | undefined {
    let value = this.product();
    for (let sign = this.take('+', '-'); value && sign; sign = this.take('+', '-')) {
      const right = this.product();
      value = right && (sign === '+' ? add(value, right) : subtract(value, right));
      this.operators++;
    }
    return value;
  }

  private product(): Rational | undefined {
    let value = this.signed();
    for (let sign = this.take('*', '/', '//'); value && sign; sign = this.take('*', '/', '//')) {
      const right = this.signed();
      value = right && (sign === '*' ? multiply : sign === '/' ? divide : floorDivide)(value, right);
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
    const base = this.atom();
    if (!base || !this.take('^')) return base;
    const exponent = this.atom();
    if (!exponent) return undefined;
    if (exponent.d !== 1n || exponent.n < 0n || exponent.n > MAX_EXPONENT) throw new RangeError('exponent');
    this.operators++;
    return rational(base.n ** exponent.n, base.d ** exponent.n);
  }

  private atom(): Rational | undefined {
    const next = this.list[this.at];
    if (next?.kind === 'number') {
      this.at++;
      return this.percent(parseDecimal(next.text));
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
    if (this.list[this.at]?.kind !== 'percent') return value;
    this.at++;
    return value && rational(value.n, value.d * 100n);
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
  if (list.length === 0) return undefined;
  const parser = new Parser(list);
  try {
    const value = parser.whole();
    return value && { value, operators: parser.operators };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { value: null, operators: 1 };
    throw thrown;
  }
}
