/** Recognises a chain of thought in the text of a file or a selection. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { Problem } from '../../protocol/problem';
import { checkSteps } from './annotate';
import { recordsIn, type FoundRecord } from './jsonRecords';
import { joinMessages } from './sessions';
import { joinStreams } from './streams';
import { recordTraces } from './records';
import { plainTrace } from './transcript';
import { atOnce, type Work } from './work';

/** A trace, and where it begins in the file where there are several. */
export interface ImportedTrace extends ReasoningTrace {
  /** 1-based line of its record; 1 where the file is one trace. */
  line: number;
}

/**
 * All traces of a text: one of a transcript, a list or a conversation; one for each answer in a JSON list or in JSONL that
 * holds one. Throws Problem trace-invalid (broken JSON, with line and column; JSON of another kind), input-empty or no-steps.
 */
export const importTraces = (text: string, file?: string): ImportedTrace[] =>
  atOnce(findTraces(text, file)).map((trace) => ({ ...trace, steps: atOnce(checkSteps(trace)) }));

/** The same in pieces, without what `checkSteps` finds out. */
export function* findTraces(written: string, file?: string): Work<ImportedTrace[]> {
  // Some programs begin UTF-8 files with a byte order mark, which is no part of the text and none of JSON.
  // Old programs end lines with CR alone.
  const text = written.replace(/^\uFEFF/, '').replace(/\r(?!\n)/g, '\n');
  if (text.trim() === '') throw new Problem('input-empty', 'There is no text.', { file });
  yield 0;
  const found = recordsIn(text, file);
  yield 0;
  const brokenLines = found?.brokenLines.length ? found.brokenLines : undefined;
  const records = joinMessages(joinStreams(found?.records ?? []));
  const ofEach = found ? yield* understood(records, file) : [[{ ...plainTrace(text), line: 1 }]];
  const read = ofEach.map((traces) => traces.filter(({ steps }) => steps.length > 0));
  const passedOver = found ? read.filter((traces) => traces.length === 0).length : 0;
  const all = read.flat();
  const withSteps = found ? all.map((trace) => ({ ...trace, brokenLines, ...(passedOver && { passedOver }) })) : all;
  if (withSteps.length === 0) throw new Problem('no-steps', 'No reasoning steps were found in this text.', { file });
  return withSteps;
}

/** The traces of each record, which has none where it is of another kind; one record has to have some. */
function* understood(records: readonly FoundRecord[], file: string | undefined): Work<ImportedTrace[][]> {
  const ofEach: ImportedTrace[][] = [];
  for (const [at, { value, line, unused, reader }] of records.entries()) {
    const traces = recordTraces(value);
    ofEach.push(
      traces.map((trace) => ({
        ...trace,
        reader: reader ?? trace.reader,
        unused: { ...unused, ...trace.unused },
        line,
      })),
    );
    yield (at + 1) / records.length;
  }
  if (ofEach.some((traces) => traces.length > 0) || records.length === 0) return ofEach;
  const [{ line }] = records;
  throw new Problem(
    'trace-invalid',
    `The JSON record at line ${line} holds no chain of thought: looked for messages, choices, output, candidates, question and answer, and fields whose name says thought.`,
    { file, line, what: 'record' },
  );
}
