/**
 * Typed look-ups in a GGUF file's metadata. A key that is absent gives undefined; a value of another type throws
 * Problem 'model-invalid' that names the key, because every later sum would trust it.
 */
import { Problem } from '../../protocol/problem';
import { GgufTexts } from './ggufTexts';
import { Booleans, isArray, Skipped, type GgufFile, type GgufValue, type NumberArray } from './ggufTypes';

export function stringOf(file: GgufFile, key: string): string | undefined {
  return typed(file, key, 'a text', (value): value is string => typeof value === 'string');
}

export function booleanOf(file: GgufFile, key: string): boolean | undefined {
  return typed(file, key, 'true or false', (value): value is boolean => typeof value === 'boolean');
}

/** Any finite number. */
export function numberOf(file: GgufFile, key: string): number | undefined {
  return typed(file, key, 'a finite number', (value): value is number => Number.isFinite(value));
}

/** A whole number in min … max, inclusive. */
export function integerOf(file: GgufFile, key: string, min: number, max: number): number | undefined {
  const inRange = (value: GgufValue): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return typed(file, key, `a whole number from ${min} to ${max}`, inRange);
}

export function textsOf(file: GgufFile, key: string): GgufTexts | undefined {
  return typed(file, key, 'a list of texts', (value): value is GgufTexts => value instanceof GgufTexts);
}

/** Of a list of texts, which may have been skipped. */
export function textCountOf(file: GgufFile, key: string): number | undefined {
  const isList = (value: GgufValue): value is GgufTexts | Skipped =>
    value instanceof GgufTexts || value instanceof Skipped;
  return typed(file, key, 'a list of texts', isList)?.length;
}

export function numbersOf(file: GgufFile, key: string): NumberArray | undefined {
  return typed(file, key, 'a list of numbers', isNumberArray);
}

/** Of numbers that are exact; an empty one may be of anything. */
function isNumberArray(value: GgufValue): value is NumberArray {
  if (!isArray(value)) return false;
  if (value.length === 0) return true;
  return ArrayBuffer.isView(value) && ![Booleans, BigUint64Array, BigInt64Array].some((of) => value instanceof of);
}

/** What a look-up found, or Problem 'model-invalid' that says which key is missing. */
export function required<V>(file: GgufFile, key: string, value: V | undefined): V {
  if (value !== undefined) return value;
  throw invalidMetadata(file, key, 'is missing');
}

export function invalidMetadata(file: GgufFile, key: string, what: string): Problem {
  const name = file.source.name;
  return new Problem('model-invalid', `${name}: metadata key '${key}' ${what}`, { file: name, subject: key });
}

function typed<V extends GgufValue>(
  file: GgufFile,
  key: string,
  wanted: string,
  is: (value: GgufValue) => value is V,
): V | undefined {
  const value = file.metadata.get(key);
  if (value === undefined || is(value)) return value;
  throw invalidMetadata(file, key, `must be ${wanted}, not ${describe(value)}`);
}

function describe(value: GgufValue): string {
  if (isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'string' ? 'a text' : String(value);
}
