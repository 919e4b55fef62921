/** Recognises a chain of thought in the text of a file or a selection. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { Problem } from '../../protocol/problem';
import { annotated } from './annotate';
import { recordsIn, type FoundRecord } from './jsonRecords';
import { joinMessages } from './sessions';
import { joinStreams } from './streams';
import { recordTraces } from './records';
import { plainTrace } from './transcript';

/** A trace, and where it begins in the file where there are several. */
export interface ImportedTrace extends ReasoningTrace {
  /** 1-based line of its record; 1 where the file is one trace. */
  line: number;
}

/**
 * All traces of a text: one of a transcript, a list or a conversation; one for each answer in a JSON list or in JSONL that
 * holds one. Throws Problem trace-invalid (broken JSON, with line and column; JSON of another kind), input-empty or no-steps.
 */
export function importTraces(read: string, file?: string): ImportedTrace[] {
  // Some programs begin UTF-8 files with a byte order mark, which is no part of the text and none of JSON.
  // Old programs end lines with CR alone.
  const text = read.replace(/^\uFEFF/, '').replace(/\r(?!\n)/g, '\n');
  if (text.trim() === '') throw new Problem('input-empty', 'There is no text.', { file });
  const found = recordsIn(text, file);
  const brokenLines = found?.brokenLines.length ? found.brokenLines : undefined;
  const traces = found
    ? understood(joinMessages(joinStreams(found.records)), file).map((trace) => ({ ...trace, brokenLines }))
    : [{ ...plainTrace(text), line: 1 }];
  const withSteps = traces.filter(({ steps }) => steps.length > 0);
  if (withSteps.length === 0) throw new Problem('no-steps', 'No reasoning steps were found in this text.', { file });
  return withSteps.map((trace) => ({ ...trace, steps: annotated(trace.steps, trace.question) }));
}

/** Records of another kind are left out, unless there is nothing else. */
function understood(records: readonly FoundRecord[], file: string | undefined): ImportedTrace[] {
  const traces = records.flatMap(({ value, line, unused }) =>
    recordTraces(value).map((trace) => ({ ...trace, unused: { ...unused, ...trace.unused }, line })),
  );
  if (traces.length > 0 || records.length === 0) return traces;
  const [{ line }] = records;
  throw new Problem(
    'trace-invalid',
    `The JSON record at line ${line} holds no chain of thought: looked for messages, choices, output, candidates, question and answer, and fields whose name says thought.`,
    { file, line, what: 'record' },
  );
}
