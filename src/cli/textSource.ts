/** The text that a command is about: given in words, a file or some of its lines, or standard input. */
import { readStandardInput, readTextFile } from './textFile';
import { UsageError } from './usage';

/** Far more than can be explained; reading more would only fill the memory. */
const MOST_BYTES = 4 << 20;

/** Throws UsageError unless the text is given exactly once. */
export function textSource({ text, file }: { text?: string; file?: string }, positionals: readonly string[]): string {
  const fromInput = positionals.length === 1 && positionals[0] === '-';
  const sources = [text !== undefined, file !== undefined, fromInput].filter(Boolean).length;
  if (sources !== 1 || positionals.length > (fromInput ? 1 : 0)) {
    throw new UsageError('Give the text once: --text TEXT, --file FILE[:FROM-TO], or - for standard input.');
  }
  return text ?? (file !== undefined ? textOfFile(file) : readStandardInput(MOST_BYTES));
}

/** FILE, FILE:LINE or FILE:FROM-TO; lines count from 1. */
function placeOf(named: string): { file: string; from: string | undefined; to: string | undefined } {
  const [, file, from, to = from] = /^(.+?)(?::(\d+)(?:-(\d+))?)?$/s.exec(named) ?? [undefined, named];
  return { file, from, to };
}

/** The line of its file that the text begins with. */
export const firstLineOf = (named: string | undefined): number =>
  Number((named === undefined ? undefined : placeOf(named).from) ?? 1);

/** The file, or its lines FROM to TO (from 1, inclusive), or one line. */
export function textOfFile(named: string): string {
  const { file, from, to } = placeOf(named);
  const text = readTextFile(file, MOST_BYTES);
  if (from === undefined) return text;
  const lines = text.split('\n');
  const [first, last] = [Number(from), Number(to)];
  if (last < first) throw new UsageError(`Lines are FROM-TO: “${from}-${to}” ends before it begins.`);
  if (first < 1 || last > lines.length) {
    throw new UsageError(`Lines ${from}-${to} are not within the ${lines.length} lines of “${file}”.`);
  }
  return lines.slice(first - 1, last).join('\n');
}
