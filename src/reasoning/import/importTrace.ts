/** Recognises a chain of thought in the text of a file or a selection. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { Problem } from '../../protocol/problem';
import { joinChunks } from './chunks';
import { recordsIn, type FoundRecord } from './jsonRecords';
import { recordTrace } from './records';
import { plainTrace } from './transcript';

/** A trace, and where it begins in the file where there are several. */
export interface ImportedTrace extends ReasoningTrace {
  /** 1-based line of its record; 1 where the file is one trace. */
  line: number;
}

/**
 * All traces of a text: one of a transcript, a list or a conversation; one for each record of a JSON list or of JSONL that
 * holds one. Throws Problem trace-invalid (broken JSON, with line and column; JSON of another kind), input-empty or no-steps.
 */
export function importTraces(read: string, file?: string): ImportedTrace[] {
  // Some programs begin UTF-8 files with a byte order mark, which is no part of the text and none of JSON.
  // Old programs end lines with CR alone.
  const text = read.replace(/^\uFEFF/, '').replace(/\r(?!\n)/g, '\n');
  if (text.trim() === '') throw new Problem('input-empty', 'There is no text.', { file });
  const records = recordsIn(text, file);
  const traces = records ? understood(joinChunks(records), file) : [{ ...plainTrace(text), line: 1 }];
  const withSteps = traces.filter(({ steps }) => steps.length > 0);
  if (withSteps.length === 0) throw new Problem('no-steps', 'No reasoning steps were found in this text.', { file });
  return withSteps;
}

/** Records of another kind are left out, unless there is nothing else. */
function understood(records: readonly FoundRecord[], file: string | undefined): ImportedTrace[] {
  const traces = records.flatMap(({ value, line }) => {
    const trace = recordTrace(value);
    return trace ? { ...trace, line } : [];
  });
  if (traces.length > 0 || records.length === 0) return traces;
  const [{ line }] = records;
  throw new Problem(
    'trace-invalid',
    `The JSON record at line ${line} holds no chain of thought: looked for messages, choices, reasoning_content, question and answer.`,
    { file, line, what: 'record' },
  );
}
