/** A small arithmetic language: scanner, parser and evaluator. Long on purpose: about two thousand tokens. */

export type TokenKind = 'number' | 'name' | 'operator' | 'open' | 'close' | 'comma' | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  position: number;
}

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'unary'; operator: string; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'call'; name: string; args: Expression[] };

export class SyntaxProblem extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(`${message} at position ${position}`);
  }
}

const OPERATORS = new Set(['+', '-', '*', '/', '%', '^', '<', '>', '=', '!']);

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character === '_';
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** Cuts a text into tokens; the last one is always of kind 'end'. */
export function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (isSpace(character)) {
      position++;
      continue;
    }
    const start = position;
    if (isDigit(character) || character === '.') {
      while (position < text.length && (isDigit(text[position]) || text[position] === '.')) position++;
      tokens.push({ kind: 'number', text: text.slice(start, position), position: start });
    } else if (isLetter(character)) {
      while (position < text.length && (isLetter(text[position]) || isDigit(text[position]))) position++;
      tokens.push({ kind: 'name', text: text.slice(start, position), position: start });
    } else if (OPERATORS.has(character)) {
      position++;
      if (text[position] === '=') position++;
      tokens.push({ kind: 'operator', text: text.slice(start, position), position: start });
    } else if (character === '(') {
      position++;
      tokens.push({ kind: 'open', text: '(', position: start });
    } else if (character === ')') {
      position++;
      tokens.push({ kind: 'close', text: ')', position: start });
    } else if (character === ',') {
      position++;
      tokens.push({ kind: 'comma', text: ',', position: start });
    } else {
      throw new SyntaxProblem(`unexpected “${character}”`, start);
    }
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

/** How tightly an operator binds; a higher number binds tighter. */
const PRECEDENCE: Record<string, number> = {
  '==': 1,
  '!=': 1,
  '<': 2,
  '<=': 2,
  '>': 2,
  '>=': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '%': 4,
  '^': 5,
};

/** Recursive descent for the operands, precedence climbing for the operators. */
export class Parser {
  private next = 0;

  constructor(private readonly tokens: Token[]) {}

  parse(): Expression {
    const expression = this.binary(0);
    this.expect('end');
    return expression;
  }

  private get token(): Token {
    return this.tokens[this.next];
  }

  private expect(kind: TokenKind): Token {
    const { token } = this;
    if (token.kind !== kind) {
      throw new SyntaxProblem(`expected ${kind}, found “${token.text}”`, token.position);
    }
    this.next++;
    return token;
  }

  private binary(least: number): Expression {
    let left = this.unary();
    for (;;) {
      const { token } = this;
      const precedence = token.kind === 'operator' ? PRECEDENCE[token.text] : undefined;
      if (precedence === undefined || precedence < least) return left;
      this.next++;
      // The power operator groups to the right: 2 ^ 3 ^ 2 is 2 ^ 9.
      const right = this.binary(token.text === '^' ? precedence : precedence + 1);
      left = { kind: 'binary', operator: token.text, left, right };
    }
  }

  private unary(): Expression {
    const { token } = this;
    if (token.kind === 'operator' && (token.text === '-' || token.text === '!')) {
      this.next++;
      return { kind: 'unary', operator: token.text, operand: this.unary() };
    }
    return this.primary();
  }

  private primary(): Expression {
    const { token } = this;
    if (token.kind === 'number') {
      this.next++;
      const value = Number(token.text);
      if (Number.isNaN(value)) throw new SyntaxProblem(`“${token.text}” is not a number`, token.position);
      return { kind: 'number', value };
    }
    if (token.kind === 'name') {
      this.next++;
      if (this.token.kind !== 'open') return { kind: 'name', name: token.text };
      return { kind: 'call', name: token.text, args: this.args() };
    }
    this.expect('open');
    const inner = this.binary(0);
    this.expect('close');
    return inner;
  }

  private args(): Expression[] {
    const args: Expression[] = [];
    this.expect('open');
    while (this.token.kind !== 'close') {
      args.push(this.binary(0));
      if (this.token.kind !== 'comma') break;
      this.expect('comma');
    }
    this.expect('close');
    return args;
  }
}

const FUNCTIONS: Record<string, (...values: number[]) => number> = {
  min: Math.min,
  max: Math.max,
  round: Math.round,
  sum: (...values) => values.reduce((total, value) => total + value, 0),
  mean: (...values) => values.reduce((total, value) => total + value, 0) / values.length,
};

/** The value of an expression, with names looked up in `names`. */
export function evaluate(expression: Expression, names: Map<string, number>): number {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name': {
      const value = names.get(expression.name);
      if (value === undefined) throw new Error(`unknown name “${expression.name}”`);
      return value;
    }
    case 'unary': {
      const operand = evaluate(expression.operand, names);
      return expression.operator === '-' ? -operand : operand === 0 ? 1 : 0;
    }
    case 'binary': {
      const left = evaluate(expression.left, names);
      const right = evaluate(expression.right, names);
      return apply(expression.operator, left, right);
    }
    case 'call': {
      const called = FUNCTIONS[expression.name];
      if (!called) throw new Error(`unknown function “${expression.name}”`);
      return called(...expression.args.map((argument) => evaluate(argument, names)));
    }
  }
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    default:
      throw new Error(`unknown operator “${operator}”`);
  }
}

/** Scans, parses and evaluates in one go. */
export function calculate(text: string, names: Record<string, number> = {}): number {
  const expression = new Parser(scan(text)).parse();
  return evaluate(expression, new Map(Object.entries(names)));
}

console.log(calculate('1 + 2 * 3'));
console.log(calculate('2 ^ 3 ^ 2'));
console.log(calculate('max(a, b) - min(a, b)', { a: 3, b: 8 }));
console.log(calculate('mean(1, 2, 3, 4) * sum(5, 6)'));
