/** One side of an equation: the part of a text that is a number or a sum. */
import { evaluate, lexemes, type Lexeme, type Value } from '../../shared/expression';

export interface Side extends Value {
  start: number;
  end: number;
  list: Lexeme[];
}

export function sideOf(text: string, start: number, end: number): Side | undefined {
  const list = lexemes(text, start, end);
  const value = list && evaluate(list);
  return value ? { ...value, start, end, list: list! } : undefined;
}
