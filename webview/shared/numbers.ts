/** How numbers are written for people, in the page's language. */
import { t } from './l10n';

const language = (typeof document === 'undefined' ? '' : document.documentElement.lang) || 'en';

const integers = format({ maximumFractionDigits: 0 });
const wholePercents = format({ style: 'percent', maximumFractionDigits: 0 });
const percents = format({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const smallPercents = format({ style: 'percent', maximumSignificantDigits: 2 });
const signed = format({ minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' });
const signedWhole = format({ maximumFractionDigits: 0, signDisplay: 'exceptZero' });
const signedTenths = format({ maximumFractionDigits: 1, signDisplay: 'exceptZero' });
const signedFine = format({ maximumFractionDigits: 3, signDisplay: 'exceptZero' });
const signedSignificant = format({ maximumSignificantDigits: 3, signDisplay: 'exceptZero' });
const significant = format({ maximumSignificantDigits: 5 });
const tenths = format({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const decimals = format({ minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Below this a percentage says no more than "almost nothing". */
const LEAST = 0.00001;

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(language, options);
  } catch {
    return new Intl.NumberFormat('en', options);
  }
}

/** 12345 → "12,345". */
export function integer(value: number): string {
  return integers.format(value);
}

/** Share → "81%", for sentences and for what is known to 8 bits. */
export function roundPercent(share: number): string {
  return wholePercents.format(share);
}

/** Share → "81.2%", "0.43%", "<0.001%". */
export function percent(share: number): string {
  if (share >= 0.01) return percents.format(share);
  if (share > 0 && share < LEAST) return `<${smallPercents.format(LEAST)}`;
  return smallPercents.format(share);
}

/** Difference of shares → "26.5 points": percentage points. */
export function points(difference: number): string {
  return t('{0} points', plainPoints(difference));
}

/** The same with its sign, below one to the thousandth, where small ones tell, too → "+0.031 points", "-12.3 points". */
export function signedPoints(difference: number): string {
  const value = 100 * difference;
  return t('{0} points', Math.abs(value) < 1 ? signedThousandths(value) : signedTenths.format(value));
}

/** "+0.031", "-12.345"; what is less: "0". */
export function signedThousandths(value: number): string {
  return signedFine.format(value);
}

/** The same where the unit is said nearby: "26.5". */
export function plainPoints(difference: number): string {
  return tenths.format(100 * difference);
}

/** Share → "81%", "3.5%", for the marks of a scale. */
export function coarsePercent(share: number): string {
  return share >= 0.1 ? roundPercent(share) : percent(share);
}

/** "17.80". */
export function decimal(value: number): string {
  return decimals.format(value);
}

/** "+0.52", "−1.30". */
export function signedDecimal(value: number): string {
  return signed.format(value);
}

/** "+3", "−12". */
export function signedInteger(value: number): string {
  return signedWhole.format(value);
}

/** "+0.0314", "−12.3". */
export function signedPrecise(value: number): string {
  return signedSignificant.format(value);
}

/** Five significant digits, for numbers that are calculated with. */
export function precise(value: number): string {
  return significant.format(value);
}

/** Bits of information → "3.2 bits". */
export function bits(value: number): string {
  return t('{0} bits', plainBits(value));
}

/** The same where the unit is said nearby: "3.2". */
export function plainBits(value: number): string {
  return tenths.format(value);
}

/** Milliseconds → "840 ms" or "2.31 s". */
export function duration(ms: number): string {
  return ms < 1000 ? `${integers.format(ms)} ms` : `${decimals.format(ms / 1000)} s`;
}

/** For estimates: 840 ms → "1 s", 11,080 ms → "11 s", 90,000 ms → "2 min". */
export function roughDuration(ms: number): string {
  return ms < 90_000 ? `${integers.format(Math.max(1, ms / 1000))} s` : `${integers.format(ms / 60_000)} min`;
}

/** 3214000 → "3.21M". */
export function count(value: number, maximumSignificantDigits = 3): string {
  return format({ notation: 'compact', maximumSignificantDigits }).format(value);
}
