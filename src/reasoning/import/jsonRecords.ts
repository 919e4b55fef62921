/** The records that a text holds as JSON, one or a list; as JSON Lines; or as the events of a stream, as `curl -N` prints them. */
import { Problem } from '../../protocol/problem';
import { elementOffsets, jsonErrorOffset, lineAndColumn } from './jsonPosition';
import { isObject, parsedJson } from './json';
import { roleIn } from './readers';
import { recordTrace } from './records';

export interface FoundRecord {
  value: unknown;
  /** 1-based line on which it begins. */
  line: number;
  /** Of records that it was put together from: text that was not used, by field. */
  unused?: Record<string, number>;
  /** What it was put together from, by the family that writes so. */
  reader?: string;
}

/** Records in order; lines that could not be read are told by number, where most of the others can. */
export interface Found {
  records: FoundRecord[];
  brokenLines: number[];
}

interface Line {
  text: string;
  /** UTF-16, in the whole text. */
  offset: number;
  line: number;
}

/** Null where the text is none of these. Throws Problem trace-invalid for broken JSON, with line and column. */
export function recordsIn(text: string, file?: string): Found | null {
  if (isEventStream(text)) return { records: eventRecords(text, file), brokenLines: [] };
  const isNamed = /\.(?:json|jsonl|ndjson)$/i.test(file ?? '');
  if (!isNamed && !/^\s*[[{]/.test(text)) return null;
  const whole = parsedJson(text);
  if (whole !== undefined) return { records: listed(text, whole), brokenLines: [] };
  const lines = linesOf(text);
  const first = parsedJson(lines[0].text);
  if (first !== undefined && (isNamed || areRecords(first, lines))) return lineRecords(text, lines, file);
  if (!isNamed && (first !== undefined || !isBroken(text))) return null;
  throw broken(text, text, 0, file);
}

/** A log may be cut off in its last line, and a few lines of many may be broken: the others are read. */
function lineRecords(text: string, lines: readonly Line[], file: string | undefined): Found {
  const records: FoundRecord[] = [];
  const brokenLines: Line[] = [];
  for (const one of lines) {
    const value = parsedJson(one.text);
    if (value === undefined) brokenLines.push(one);
    else records.push({ value, line: one.line });
  }
  const [first] = brokenLines;
  const isCutOff = brokenLines.length === 1 && first === lines.at(-1) && endsTooEarly(first.text);
  const isRead = isCutOff ? records.some(({ value }) => isObject(value)) : records.length > 2 * brokenLines.length;
  if (first && !isRead) throw broken(text, first.text, first.offset, file);
  return { records, brokenLines: brokenLines.map(({ line }) => line) };
}

/** Whether nothing is wrong with it but its end: also within a string, which a quotation mark would close. */
function endsTooEarly(line: string): boolean {
  const at = jsonErrorOffset(line);
  return at >= line.length || jsonErrorOffset(`${line}"`) > at;
}

/** Whether it begins as the events of a stream do, "data: {…}". */
export function isEventStream(text: string): boolean {
  return /^\s*(?:(?::|(?:event|id|retry):)[^\n]*\n\s*)*data:[ \t]*[[{]/.test(text);
}

function eventRecords(text: string, file: string | undefined): FoundRecord[] {
  const lines = linesOf(text).flatMap((line) => {
    const [field] = /^data:[ \t]*/.exec(line.text) ?? [''];
    const event = { ...line, text: line.text.slice(field.length), offset: line.offset + field.length };
    return field === '' || /^(?:\[DONE\])?\s*$/.test(event.text) ? [] : [event];
  });
  return lines.flatMap((line, at) => {
    // A stream may be cut off in its last event.
    const isCut = at > 0 && at === lines.length - 1 && parsedJson(line.text) === undefined;
    return isCut ? [] : parsedLine(text, line, file);
  });
}

/** Lines that are not empty. */
function linesOf(text: string): Line[] {
  let offset = 0;
  return text.split('\n').flatMap((own, at) => {
    const line = { text: own, offset, line: at + 1 };
    offset += own.length + 1;
    return own.trim() === '' ? [] : line;
  });
}

/** A list of messages is one conversation; any other list holds records. */
function listed(text: string, value: unknown): FoundRecord[] {
  if (!Array.isArray(value) || value.some((entry) => isObject(entry) && roleIn(entry) !== null))
    return [{ value, line: 1 }];
  const offsets = elementOffsets(text);
  let [line, counted] = [1, 0];
  return value.map((entry: unknown, i) => {
    for (; counted < offsets[i]; counted++) if (text[counted] === '\n') line++;
    return { value: entry, line };
  });
}

/** Where the file's name does not tell: a first line of JSON may be all the JSON there is. "[1, 2, 3]" is no record. */
function areRecords(first: unknown, lines: readonly Line[]): boolean {
  if (Array.isArray(first) ? !first.some(isObject) : !isObject(first)) return false;
  return /^\s*[[{]/.test(lines[1].text) || recordTrace(first) !== null;
}

/** JSON that goes wrong, rather than a formula, a list in brackets, or JSON that somebody goes on to talk about. */
function isBroken(text: string): boolean {
  if (!/^\s*(?:\{\s*["}]|\[\s*[{["\]])/.test(text)) return false;
  const at = jsonErrorOffset(text);
  return /[\]}]/.test(text[at] ?? '') || parsedJson(text.slice(0, at)) === undefined;
}

function parsedLine(text: string, { text: own, offset, line }: Line, file: string | undefined): FoundRecord {
  const value = parsedJson(own);
  if (value === undefined) throw broken(text, own, offset, file);
  return { value, line };
}

/** `part` begins at `offset` of the file's text. */
function broken(text: string, part: string, offset: number, file: string | undefined): Problem {
  const at = offset + jsonErrorOffset(part);
  const { line, column } = lineAndColumn(text, at);
  const what = at >= text.trimEnd().length ? 'it ends too early' : `“${text[at]}” cannot stand here`;
  return new Problem('trace-invalid', `The JSON is broken at line ${line}, column ${column}: ${what}.`, {
    file,
    line,
    what: 'json',
    column,
  });
}
