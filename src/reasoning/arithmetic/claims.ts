/**
 * Claims that are no plain equality: congruences ("9 + 5 = 2 (mod 12)"), divisions with a remainder ("17 ÷ 5 = 3……2"), and
 * what is only about equal ("100 / 3 ≈ 33"). Each is checked for what it says.
 */
import { divide, equal, isRounded, rational, subtract, toNumber, type Rational } from '../../shared/rational';
import type { Side } from './side';

export interface Judged {
  right: boolean;
  rounded: boolean;
  /** What it should be; a residue or a quotient where that is claimed. */
  computed: Rational;
  /** Characters behind the claim that belong to it. */
  more?: number;
}

const MODULUS = /^\s{0,4}\(?\s{0,2}(?:mod(?:ulo)?|模)\s{0,2}(\d{1,9})\s{0,2}\)?/i;

/** null: the text behind the claim names no modulus. */
export function modulusOf(after: string): { modulus: bigint; more: number } | null {
  const [said, modulus] = MODULUS.exec(after) ?? [];
  return modulus && BigInt(modulus) > 0n ? { modulus: BigInt(modulus), more: said!.length } : null;
}

/** Equal but for whole multiples of the modulus. undefined: not about whole numbers. */
export function congruence({ value: sum }: Side, { value: claim }: Side, modulus: bigint): Judged | undefined {
  if (!sum || !claim || sum.d !== 1n || claim.d !== 1n) return undefined;
  const residue = ((sum.n % modulus) + modulus) % modulus;
  return { right: (sum.n - claim.n) % modulus === 0n, rounded: false, computed: rational(residue) };
}

const REMAINDER =
  /^(?:\s?\p{L}{1,16}(?:\s\p{L}{1,16})?)??\s{0,3}[,，]?\s{0,3}(?:(?:with|and|has|leaves?)\s)?(?:an?\s|the\s)?(?:…+|\.{3,8}|⋯+|·{3,8}|(?<!\p{L})[Rr](?!\p{L})|remainder|rem\.|reste|[Rr]est|余数?)\s{0,3}(?:of\s|is\s|为|是|[:=])?\s{0,3}(\d{1,18})(?![\d.,]\d)/u;

/** "17 / 5 = 3 R 2" is right where 3 · 5 + 2 is 17 and 2 is less than 5. null: nothing is said to remain. */
export function division(left: Side, { value: claim }: Side, after: string): Judged | null {
  const [said, remains] = REMAINDER.exec(after) ?? [];
  if (remains === undefined || left.operators !== 1 || !left.value || claim?.d !== 1n) return null;
  const numbers = left.list.filter(({ kind }) => kind === 'number').map(({ text }) => text.replaceAll(',', ''));
  const isDivision = left.list.some(({ kind, text }) => kind === 'operator' && /^\/\/?$/.test(text));
  if (!isDivision || numbers.length !== 2 || !numbers.every((number) => /^\d{1,18}$/.test(number))) return null;
  const [dividend, divisor] = numbers.map(BigInt);
  if (divisor === 0n) return null;
  const rest = BigInt(remains);
  const right = claim.n * divisor + rest === dividend && rest < divisor;
  const more = said!.length;
  return { right, rounded: false, computed: rational(dividend / divisor), more };
}

/** Farther off than this, a claim is about something else than the sum, or wrong. */
const ABOUT = rational(1n, 10n);

/** Right to its last digit; undefined between that and a tenth off, where nobody can say what was meant. */
export function approximation({ value: sum }: Side, claim: Side): Judged | undefined {
  if (!sum || !claim.value || claim.operators > 0) return undefined;
  const number = claim.list.find(({ kind }) => kind === 'number')?.text ?? '';
  const decimals = number.split('.')[1]?.length ?? 0;
  const isPercent = claim.list.some(({ kind }) => kind === 'percent');
  const right = isRounded(claim.value, sum, decimals + (isPercent ? 2 : 0));
  if (right) return { right, rounded: !equal(sum, claim.value), computed: sum };
  if (sum.n === 0n) return undefined;
  const off = divide(subtract(claim.value, sum), sum);
  return Math.abs(toNumber(off)) > toNumber(ABOUT) ? { right: false, rounded: false, computed: sum } : undefined;
}
