/**
 * Cuts the tokens that the user defined out of a text, as llama.cpp's tokenizer_st_partition does without parsing of special
 * tokens: the longest first (in UTF-8, then the lowest id), each from left to right in what the ones before it have left. All
 * tokens of a length are looked for at once, so that the time goes with the text and with how many lengths there are.
 */
import { utf8Length } from './utf8';
import { TokenType, type Vocabulary } from './vocabulary';

/** A part of the text; with the id of the token that it is, if it is one. */
export interface Fragment {
  text: string;
  id?: number;
}

interface Range {
  start: number;
  end: number;
  id?: number;
}

/** Spellings of as many UTF-16 units; by hash, then by themselves. */
interface OfLength {
  units: number;
  /** BASE to the power of units − 1. */
  lead: number;
  ids: Map<number, Map<string, number>>;
}

const BASE = 0x01000193;

export class UserDefinedTokens {
  /** By length in UTF-8, longest first. */
  private readonly ranks: readonly (readonly OfLength[])[];

  constructor(private readonly vocabulary: Pick<Vocabulary, 'texts' | 'types' | 'userDefinedTakesSpaces'>) {
    const { texts, types } = vocabulary;
    const ranks = new Map<number, Map<number, OfLength>>();
    texts.forEach((spelling, id) => {
      if (types[id] !== TokenType.UserDefined || spelling === '') return;
      const ofLength = at(at(ranks, utf8Length(spelling), newMap<number, OfLength>), spelling.length, newOfLength);
      at(ofLength.ids, hashOf(spelling), newMap<string, number>).set(spelling, id);
    });
    this.ranks = [...ranks].sort(([a], [b]) => b - a).map(([, lengths]) => [...lengths.values()]);
  }

  /** Joined, the texts are the text. */
  cut(text: string): Fragment[] {
    let ranges: Range[] = text === '' ? [] : [{ start: 0, end: text.length }];
    const taken = new Uint8Array(this.ranks.length > 0 ? text.length : 0);
    for (const lengths of this.ranks) {
      const found = lengths.flatMap((ofLength) => occurrences(text, ranges, ofLength));
      if (found.length === 0) continue;
      // No two of the same bytes' length contain each other: that its ends are free is enough.
      const accepted = found
        .sort((a, b) => a.id - b.id || a.start - b.start)
        .filter((one) => {
          if (taken[one.start] || taken[one.end - 1]) return false;
          if (this.vocabulary.userDefinedTakesSpaces) {
            while (isAsciiSpace(text.charCodeAt(one.end)) && !taken[one.end]) one.end++;
          }
          taken.fill(1, one.start, one.end);
          return true;
        });
      ranges = divided(
        ranges,
        accepted.sort((a, b) => a.start - b.start),
      );
    }
    return ranges.map(({ start, end, id }) => ({ text: text.slice(start, end), ...(id === undefined ? {} : { id }) }));
  }
}

/** Where spellings of this length stand in what is no token yet. */
function occurrences(text: string, ranges: readonly Range[], { units, lead, ids }: OfLength): Required<Range>[] {
  const found: Required<Range>[] = [];
  for (const { start, end, id: known } of ranges) {
    if (known !== undefined || end - start < units) continue;
    let hash = hashOf(text, start, start + units);
    for (let from = start; ; from++) {
      const spellings = ids.get(hash);
      const id = spellings?.get(text.slice(from, from + units));
      if (id !== undefined) found.push({ start: from, end: from + units, id });
      if (from + units >= end) break;
      const without = hash - Math.imul(text.charCodeAt(from), lead);
      hash = (Math.imul(without, BASE) + text.charCodeAt(from + units)) | 0;
    }
  }
  return found;
}

/** The ranges with these cut out of them; both in order. */
function divided(ranges: readonly Range[], tokens: readonly Required<Range>[]): Range[] {
  const parts: Range[] = [];
  let next = 0;
  for (const range of ranges) {
    let { start } = range;
    for (; next < tokens.length && tokens[next].start < range.end; next++) {
      const token = tokens[next];
      if (token.start > start) parts.push({ start, end: token.start });
      parts.push(token);
      start = token.end;
    }
    if (start < range.end) parts.push({ ...range, start });
  }
  return parts;
}

/** Polynomial in BASE, modulo 2^32: what rolls along a text. */
function hashOf(text: string, start = 0, end = text.length): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0;
  return hash;
}

const newMap = <Key, Value>(): Map<Key, Value> => new Map();

function newOfLength(units: number): OfLength {
  let lead = 1;
  for (let i = 1; i < units; i++) lead = Math.imul(lead, BASE);
  return { units, lead, ids: new Map() };
}

/** The value of a key; a new one where there is none. */
function at<Key, Value>(map: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = map.get(key) ?? make(key);
  map.set(key, known);
  return known;
}

/** C's isspace; false for the NaN after the end. */
const isAsciiSpace = (unit: number): boolean => unit === 0x20 || (unit >= 9 && unit <= 13);
