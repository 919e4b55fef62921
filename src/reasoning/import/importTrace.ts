/** Recognises a chain of thought in the text of a file or a selection. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { Problem } from '../../protocol/problem';
import { isObject, recordTrace } from './records';
import { jsonErrorOffset, lineAndColumn } from './jsonPosition';
import { StreamedAnswer } from './streamedAnswer';
import { plainTrace } from './transcript';

/** A trace, and where it begins in the file where there are several. */
export interface ImportedTrace extends ReasoningTrace {
  /** 1-based line of its record; 1 where the file is one trace. */
  line: number;
}

/**
 * All traces of a text: one of a transcript, a list or a JSON document; one for each record of JSONL.
 * Throws Problem trace-invalid (broken JSON, with line and column; JSON of another kind), input-empty or no-steps.
 */
export function importTraces(read: string, file?: string): ImportedTrace[] {
  // Some programs begin UTF-8 files with a byte order mark, which is no part of the text and none of JSON.
  const text = read.replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new Problem('input-empty', 'There is no text.', { file });
  const traces = /^\s*[[{]/.test(text) ? jsonTraces(text, file) : [{ ...plainTrace(text), line: 1 }];
  const withSteps = traces.filter(({ steps }) => steps.length > 0);
  if (withSteps.length === 0) throw new Problem('no-steps', 'No reasoning steps were found in this text.', { file });
  return withSteps;
}

function jsonTraces(text: string, file: string | undefined): ImportedTrace[] {
  const whole = parsed(text);
  if (whole) return recordsOf(whole.value).map((record) => ({ ...understood(record, 1, file), line: 1 }));
  // Not one document: JSON Lines, if the first line is one.
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '')!;
  if (!parsed(first)) {
    // A list in square brackets, or a formula, is a transcript like any other.
    if (!/^\s*(?:\{\s*["}]|\[\s*[{["\]])/.test(text)) return [{ ...plainTrace(text), line: 1 }];
    throw broken(text, text, 0, file);
  }
  let offset = 0;
  const records: { record: unknown; line: number }[] = [];
  lines.forEach((line, at) => {
    if (line.trim() !== '') {
      const read = parsed(line);
      if (!read) throw broken(text, line, offset, file);
      records.push({ record: read.value, line: at + 1 });
    }
    offset += line.length + 1;
  });
  const joined = joinedChunks(records.map(({ record }) => record));
  if (joined) return [{ ...understood(joined, 1, file), line: 1 }];
  return records.map(({ record, line }) => ({ ...understood(record, line, file), line }));
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** `part` begins at `offset` of the file's text. */
function broken(text: string, part: string, offset: number, file: string | undefined): Problem {
  const at = offset + jsonErrorOffset(part);
  const { line, column } = lineAndColumn(text, at);
  const what = at >= text.trimEnd().length ? 'it ends too early' : `“${text[at]}” cannot stand here`;
  return new Problem('trace-invalid', `The JSON is broken at line ${line}, column ${column}: ${what}.`, {
    file,
    line,
    column,
  });
}

/** A list of messages is one conversation; any other list holds records. */
function recordsOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value];
  return value.some((entry) => isObject(entry) && 'role' in entry) ? [{ messages: value as unknown[] }] : value;
}

function understood(record: unknown, line: number, file: string | undefined): ReasoningTrace {
  const trace = recordTrace(record);
  if (trace) return trace;
  throw new Problem(
    'trace-invalid',
    `The JSON record at line ${line} holds no chain of thought: looked for messages, choices, reasoning_content, question and answer.`,
    { file, line, subject: 'record' },
  );
}

/** The chunks of one streamed answer, put together again; null for other records. */
function joinedChunks(records: readonly unknown[]): unknown {
  const answer = new StreamedAnswer();
  return records.every((record) => answer.add(record)) ? answer.completion() : null;
}
