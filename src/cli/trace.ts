/** `trace`: the steps of a chain of thought in a file, with the sums that they state checked exactly. */
import { joinedLines } from '../shared/joinedLines';
import type { Equation } from '../protocol/reasoning';
import { importTraces, type ImportedTrace } from '../reasoning/import/importTrace';
import type { CommandOutput } from './output';
import { readTextFile } from './textFile';
import { parse, UsageError } from './usage';

/** GSM8K's training split has 4. */
const MOST_BYTES = 32 << 20;

interface JsonStep {
  index: number;
  text: string;
  /** UTF-8 bytes of the trace's text, half-open. */
  start: number;
  end: number;
  equations: Omit<Equation, 'start' | 'end'>[];
}

export function traceCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length !== 1) throw new UsageError('Name one file with a chain of thought.');
  const [file] = positionals;
  const traces = importTraces(readTextFile(file, MOST_BYTES), file);
  return Promise.resolve(values.json ? { json: asJson(traces) } : { readable: report(traces) });
}

/** The JSON of CONTRACT. A file of several traces has the steps of all, each trace saying which are its own. */
function asJson(traces: readonly ImportedTrace[]): unknown {
  const steps = traces.flatMap(jsonSteps).map((step, index) => ({ ...step, index }));
  const card = ({ format, question, answer, text }: ImportedTrace): object => ({ format, question, answer, text });
  if (traces.length === 1) return { ...card(traces[0]), steps };
  let firstStep = 0;
  const parts = traces.map((trace) => {
    const part = { line: trace.line, ...card(trace), firstStep, stepCount: trace.steps.length };
    firstStep += trace.steps.length;
    return part;
  });
  return { steps, traces: parts };
}

function jsonSteps({ text, steps }: ImportedTrace): Omit<JsonStep, 'index'>[] {
  // Steps come in order, so each byte is counted once.
  let [char, byte] = [0, 0];
  const byteAt = (at: number): number => {
    byte += Buffer.byteLength(text.slice(char, at));
    char = at;
    return byte;
  };
  return steps.map((step) => ({
    text: step.text,
    start: byteAt(step.start),
    end: byteAt(step.end),
    equations: step.equations.map(({ text: sum, stated, computed, right, rounded }) => ({
      text: sum,
      stated,
      computed,
      right,
      rounded,
    })),
  }));
}

function report(traces: readonly ImportedTrace[]): string {
  const all = traces.flatMap(({ steps }) => steps.flatMap(({ equations }) => equations));
  const wrong = all.filter(({ right }) => !right);
  const lines = [
    `${count(traces.length, 'trace')}, ${count(
      traces.reduce((sum, { steps }) => sum + steps.length, 0),
      'step',
    )}, ${all.length === 0 ? 'no sums' : `${count(all.length, 'sum')}: ${all.length - wrong.length} right, ${wrong.length} wrong`}.`,
  ];
  for (const { line, steps, question, answer } of traces) {
    lines.push('', ...(traces.length > 1 ? [`Line ${line}:`] : []), ...(question ? [question] : []));
    steps.forEach((step, index) => {
      lines.push(`${String(index + 1).padStart(3)}  ${joinedLines(step.text, '\n     ')}`);
      for (const sum of step.equations) lines.push(`     ${verdict(sum)}`);
    });
    if (answer !== null) lines.push(`     answer: ${answer}`);
  }
  return lines.join('\n');
}

function verdict({ text, computed, right, rounded }: Equation): string {
  if (right) return `✓ ${text}${rounded ? ' (rounded)' : ''}`;
  return `✗ ${text}: ${computed === null ? 'has no value' : `it is ${computed}`}`;
}

const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
