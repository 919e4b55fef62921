/** `trace`: the steps of a chain of thought in a file, with the sums that they state checked exactly. */
import { verdictOf } from '../shared/verdict';
import { Problem, toProblem } from '../protocol/problem';
import { saysNumber } from '../shared/itemNumber';
import { joinedLines } from '../shared/joinedLines';
import type { Equation, Evidence, Step, StepKind } from '../protocol/reasoning';
import { importTraces, type ImportedTrace } from '../reasoning/import/importTrace';
import { decodedText, takenFor } from '../reasoning/import/incoming';
import { refuseSource } from '../reasoning/import/sourceCode';
import type { CommandOutput } from './output';
import { readAtMost, readTextFile } from './textFile';
import { parse, UsageError } from './usage';

/** GSM8K's training split has 4. */
const MOST_BYTES = 32 << 20;

const ANYWAY = '--anyway reads it all the same.';

/** What only a chain of thought's steps do; of a text that has neither marks nor sums, so many and such a share of them. */
const REASONS: ReadonlySet<StepKind> = new Set(['check', 'backtrack', 'conclude', 'answer', 'toolCall', 'toolResult']);
const FEWEST_REASONS = 2;
const TASK = /^\s*[-*+] \[[ xX]\] /;
const SHARE_OF_REASONS = 1 / 3;

/** A sum that is left alone, since its numbers may be meant in another notation, is one all the same: "2.500 + 250 = 2.750". */
const COMPUTES = /\d\s?[+*/×÷·]\s?\d|\d\s?[=＝≈]\s?\D{0,3}\d/;
/** A longer text holds one or the other without being about it. */
const MOST_STEPS_ABOUT_A_SUM = 8;

/** What programs and style sheets are called. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|css|s[ac]ss|less|py|sh|bash|zsh|ps1|bat|c|cc|cpp|h|hpp|cs|java|kt|go|rs|rb|php|swift|scala|lua|pl|r|sql|html?|vue|svelte)$/i;

/** Why it does not look like one, in a few words; null: it does. What the panel asks about, the command line refuses. */
function doubtOf(text: string, name: string, traces: readonly ImportedTrace[]): string | null {
  if (traces.some(({ format, reader }) => reader !== undefined || (format !== 'plain' && format !== 'list')))
    return null;
  // Comments may be numbered as steps are, and minified code has no lines that tell.
  if (SOURCE.test(name)) return WHY_NOT.code!;
  const { takenFor: taken, because } = takenFor(text);
  if (taken === 'trace' || because === 'both') return null;
  if (because === 'asks') return WHY_NOT.asks!;
  const steps = traces.flatMap((trace) => trace.steps);
  if (steps.length <= MOST_STEPS_ABOUT_A_SUM && COMPUTES.test(text)) return null;
  // What is still to be done has a box before it.
  const reasons = steps.filter(
    ({ kinds = [], text: words }) => !TASK.test(words) && kinds.some((kind) => REASONS.has(kind)),
  ).length;
  if (reasons >= FEWEST_REASONS && reasons / steps.length >= SHARE_OF_REASONS) return null;
  return WHY_NOT[because] ?? 'it has no marks of one, hardly a sum, and few steps that check, take back or conclude';
}

const WHY_NOT: Partial<Record<Evidence, string>> = {
  code: 'it looks like a program’s source',
  table: 'it looks like a table or a list of data',
  asks: 'it asks and works nothing out (reason --problem solves a problem)',
};

/** Throws what `refuseSource` throws, with how it is read all the same. */
function refused(text: string, file: string): void {
  try {
    refuseSource(text, file);
  } catch (thrown) {
    const { code, message, detail } = toProblem(thrown);
    throw new Problem(code, `${message} ${ANYWAY}`, detail);
  }
}

interface JsonStep {
  index: number;
  /** The first of its kinds; null: nothing tells. */
  kind: StepKind | null;
  kinds: StepKind[];
  buildsOnWrong: boolean;
  /** It has the number in common with what a wrong sum came to, and nothing else tells. */
  mayBuildOnWrong: boolean;
  corrected: boolean;
  text: string;
  /** UTF-8 bytes of the trace's text, half-open. */
  start: number;
  end: number;
  equations: Omit<Equation, 'start' | 'end'>[];
}

export function traceCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({
    args,
    options: { json: { type: 'boolean' }, anyway: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length !== 1) throw new UsageError('Name one file with a chain of thought, or - for standard input.');
  const [file] = positionals;
  const isInput = file === '-';
  const text = isInput
    ? decodedText(readAtMost(0, 'Standard input', MOST_BYTES), file)
    : readTextFile(file, MOST_BYTES);
  // What comes by standard input was put there to be read.
  if (!isInput && !values.anyway) refused(text, file);
  const name = isInput ? 'Standard input' : file;
  const traces = importTraces(text, name);
  const doubt = isInput || values.anyway ? null : doubtOf(text, name, traces);
  if (doubt !== null) {
    const message = `${name} does not look like a reasoning trace: ${doubt}. ${ANYWAY}`;
    throw new Problem('no-steps', message, { file: name });
  }
  return Promise.resolve(values.json ? { json: asJson(traces) } : { readable: report(traces) });
}

/** As JSON. A file of several traces has the steps of all, each trace saying which are its own. */
function asJson(traces: readonly ImportedTrace[]): unknown {
  const steps = traces.flatMap(jsonSteps).map((step, index) => ({ ...step, index }));
  const card = ({ format, reader, question, answer, text, unused = {} }: ImportedTrace): object => ({
    format,
    reader: reader ?? null,
    question,
    answer,
    text,
    unused,
  });
  const { brokenLines = [], passedOver = 0 } = traces[0];
  if (traces.length === 1) return { ...card(traces[0]), steps, brokenLines, passedOver };
  let firstStep = 0;
  const parts = traces.map((trace) => {
    const own = steps.slice(firstStep, firstStep + trace.steps.length).map((step, index) => ({ ...step, index }));
    const part = { line: trace.line, ...card(trace), steps: own, firstStep, stepCount: own.length };
    firstStep += trace.steps.length;
    return part;
  });
  return { steps, traces: parts, unused: allUnused(traces), brokenLines, passedOver };
}

/** Of all records; the answers of one record share what it has not used. */
function allUnused(traces: readonly ImportedTrace[]): Record<string, number> {
  const counted: Record<string, number> = {};
  let last: ImportedTrace['unused'];
  for (const { unused } of traces) {
    const isSame = last !== undefined && JSON.stringify(last) === JSON.stringify(unused);
    last = unused;
    if (isSame && traces.length > 1 && traces.every(({ line }) => line === traces[0].line)) continue;
    for (const [field, length] of Object.entries(unused ?? {})) counted[field] = (counted[field] ?? 0) + length;
  }
  return counted;
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
    kind: step.kinds?.[0] ?? null,
    kinds: step.kinds ?? [],
    buildsOnWrong: step.buildsOn !== undefined,
    mayBuildOnWrong: step.mayBuildOn !== undefined,
    corrected: step.corrected !== undefined,
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
  const { brokenLines = [], passedOver = 0 } = traces[0];
  if (passedOver > 0) lines.push(`Passed over: ${count(passedOver, 'record')} without a chain of thought.`);
  if (brokenLines.length > 0) lines.push(`Not read, since the JSON is broken there: line ${brokenLines.join(', ')}.`);
  for (const [index, { line, steps, question, answer, unused = {}, reader }] of traces.entries()) {
    // Several choices of one record stand in one line.
    const choices = traces.filter((one) => one.line === line).length;
    const choice = traces.slice(0, index).filter((one) => one.line === line).length + 1;
    const place = choices > 1 ? `Line ${line}, choice ${choice}:` : `Line ${line}:`;
    lines.push('', ...(traces.length > 1 ? [place] : []), ...(question ? [question] : []));
    if (reader) lines.push(`Read as: ${reader}.${unusedSentence(unused)}`);
    lines.push(...verdictSentences(steps));
    steps.forEach((step, at) => {
      const number = saysNumber(step.text, at + 1) ? '' : String(at + 1);
      lines.push(`${number.padStart(3)}  ${joinedLines(step.text, '\n     ')}`);
      for (const sum of step.equations) lines.push(`     ${verdict(sum, step)}`);
    });
    if (answer !== null) lines.push(`     answer: ${answer}`);
  }
  return lines.join('\n');
}

function unusedSentence(unused: Record<string, number>): string {
  const fields = Object.entries(unused).map(([field, length]) => `${field} (${count(length, 'character')})`);
  return fields.length === 0 ? '' : ` Not used: ${fields.join(', ')}.`;
}

export function verdictSentences(steps: readonly Step[]): string[] {
  const { first, building, perhaps, afterwards, isAnswerBuilt, standing, takenBack } = verdictOf(steps);
  if (!first) return [];
  const { step, sum, corrected } = first;
  const is = sum.computed === null ? 'it has no value' : `it is ${sum.computedText ?? sum.computed}`;
  const sentences = [`First wrong sum: step ${step + 1}, ${joinedLines(sum.text, ' ')}; ${is}.`];
  if (building.length > afterwards.length)
    sentences.push(`${count(building.length, 'later step')} ${building.length === 1 ? 'builds' : 'build'} on it.`);
  if (perhaps.length > 0)
    sentences.push(
      `${count(perhaps.length, 'later step')} may${building.length > afterwards.length ? '' : ' build on it'}.`,
    );
  if (isAnswerBuilt) sentences.push('The answer rests on it.');
  if (!corrected) sentences.push('Not corrected.');
  else {
    const [by, after] = [corrected.by + 1, afterwards.length];
    const but =
      after === 0
        ? ''
        : after === 1
          ? `, but step ${afterwards[0] + 1} goes on with it`
          : `, but ${after} steps after that build on it`;
    sentences.push(`Step ${by} ${corrected.isTakenBack ? 'takes it back' : 'states it rightly'}${but}.`);
  }
  if (standing.length + takenBack.length > 1)
    sentences.push(`Wrong sums in ${standing.length + takenBack.length} steps.`);
  return [sentences.join(' ')];
}

/** A sum and what became of its check, by sign and in words. */
export function verdict(
  { text: written, computed, computedText, right, rounded, onWrong }: Equation,
  step: Step,
): string {
  const text = joinedLines(written, ' ');
  if (right && onWrong) return `~ ${text} (${onWrong === 'surely' ? 'builds' : 'may build'} on a wrong sum)`;
  if (right) return `✓ ${text}${rounded ? ' (rounded)' : ''}`;
  const is = computed === null ? 'has no value' : `it is ${computedText ?? computed}`;
  return `✗ ${text}: ${is}${step.corrected ? (step.corrected.isTakenBack ? ' (taken back)' : ' (put right later)') : ''}`;
}

const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
