/** The annotated trace as text. No DOM. */
import { joinedLines } from '../../src/shared/joinedLines';
import { t } from '../shared/l10n';
import { markdownText, markdownWords } from '../shared/markdownText';
import { percent } from '../shared/numbers';
import {
  chunkOf,
  isQuestionRead,
  isReadWhole,
  isWritersOwn,
  tokensOf,
  wantedAnswer,
  type Shown,
  type State,
} from './state';
import { answerSentences, originSentence, reachSentence, segmentName } from './words';
import { anewRows, cutRows, meanKl, type AblationRows } from './ablationRows';

export function traceMarkdown(state: State): string {
  const shown = state.shown!;
  const [first, ...rest] = answerSentences(shown, state.curve, state.reading?.modelName);
  const lines = [`# ${oneLine(first)}`, '', oneLine(rest.join(' '))];
  if (shown.question) lines.push('', `> ${markdownText(shown.question).replaceAll('\n', '\n> ')}`);
  lines.push(
    '',
    oneLine(originSentence(shown, state)),
    '',
    `| | ${t('Step')} | ${t('Sums')} | ${t('Probability')} | ${t('Looked at most')} |`,
    '|---|---|---|---|---|',
  );
  shown.steps.forEach((step, i) => {
    const sums = step.equations.map(({ text, right, computed, computedText }) =>
      right ? `✓ ${text}` : `✗ ${text} (${computedText ?? computed ?? '–'})`,
    );
    const [most] = lookedAt(state, i);
    const cells = [
      step.isAnswer ? '=' : String(i + 1),
      step.text,
      sums.join('; '),
      state.curve[i + 1] === undefined || Number.isNaN(state.curve[i + 1]) ? '' : percent(state.curve[i + 1]),
      most ? `${most.name} ${percent(most.share)}` : '',
    ];
    lines.push(`| ${cells.map(cell).join(' | ')} |`);
  });
  const wanted = wantedAnswer(shown);
  if (wanted !== null)
    lines.push(
      '',
      oneLine(t('Probability: of {0}, if it had to answer after that step.', wanted)),
      ...[reachSentence(state) ?? []].flat(),
    );
  for (const measured of [cutRows(state, true), anewRows(state)]) if (measured) lines.push('', ...table(measured));
  return `${lines.join('\n')}\n`;
}

function table({ caption, columns, rows }: AblationRows): string[] {
  const row = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [`## ${oneLine(caption)}`, '', row(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(row)];
}

export function traceJson(state: State): string {
  const shown = state.shown!;
  const { origin, question, expected, answer, direct, text } = shown;
  const steps = shown.steps.map((step, i) => ({
    index: i,
    text: step.text,
    start: step.start,
    end: step.end,
    isAnswer: step.isAnswer ?? false,
    equations: step.equations.map(({ text: sum, stated, computed, right, rounded }) => ({
      text: sum,
      stated,
      computed,
      right,
      rounded,
    })),
    probability: known(state.curve[i + 1]),
    attention: lookedAt(state, i),
    surprisal: tokenBits(state, shown, i),
    surprisalBy: isWritersOwn(shown, i) ? 'writer' : 'reader',
    cut: cutOf(state, i),
    resampled: state.resamples.get(i) ?? null,
  }));
  const model = state.reading
    ? {
        name: state.reading.modelName,
        read: isReadWhole(state) ? [0, shown.steps.length] : [state.reading.ownStep, state.reading.endStep],
      }
    : null;
  return `${JSON.stringify({ origin, model, question, expected, answer, direct, text, probabilityBefore: known(state.curve[0]), probabilityReach: state.reach, steps }, null, 2)}\n`;
}

/** KL in bits: of each later step, null elsewhere, and their mean. */
function cutOf(state: State, step: number): unknown {
  const ablation = state.cuts.get(step);
  return ablation ? { ...ablation, kl: Array.from(ablation.kl, known), meanKl: meanKl(ablation) } : null;
}

/** Segments by falling share of attention, the step itself and the start token left out. */
function lookedAt(state: State, step: number): { name: string; share: number }[] {
  const { shown } = state;
  const reading = chunkOf(state, step);
  if (!shown || !reading) return [];
  const own = step - reading.firstStep;
  const segments = 2 + reading.endStep - reading.firstStep;
  const shares = reading.attention.subarray(own * segments, (own + 1) * segments);
  return Array.from({ length: own + 1 }, (_, i) => i + 1)
    .filter((segment) => segment > 1 || isQuestionRead(state))
    .map((segment) => ({ name: segmentName(shown, reading.firstStep, segment), share: shares[segment] }))
    .sort((a, b) => b.share - a.share);
}

function tokenBits(state: State, { text }: Shown, step: number): { token: string; bits: number }[] {
  return tokensOf(state, step)
    .filter((token) => !Number.isNaN(token.surprisal))
    .map((token) => ({ token: text.slice(token.start, token.end), bits: Number(decimalPlain(token.surprisal)) }));
}

const known = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
const decimalPlain = (value: number): string => value.toFixed(4);
/** Nothing in a step may end its cell. */
const cell = (text: string): string => joinedLines(markdownWords(text), '<br>');
const oneLine = (text: string): string => joinedLines(markdownText(text), ' ');
