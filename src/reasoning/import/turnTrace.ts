/** A chain of thought from the turns of a conversation. */
import type { ReasoningTrace, TextRange } from '../../protocol/reasoning';
import { finalAnswer } from './answer';
import { isObject } from './json';
import { layLogprobs, type SpelledToken } from './layLogprobs';
import { answerSums, traceOf } from './traceOf';
import { textOf, type Part, type Turn } from './turns';

/**
 * What the assistant wrote after the last question. Where something is thought, or tools are used, that is divided into
 * steps, with what is said between; what is said at the end is the answer. null: nothing was answered.
 * @param plain reads a text that is nothing but said
 */
export function turnTrace(
  turns: readonly Turn[],
  plain: (text: string) => ReasoningTrace,
): { trace: ReasoningTrace; others: Turn[] } | null {
  const from = turns.findLastIndex(({ role, parts }) => role === 'user' && textOf(parts, 'said').trim() !== '');
  const asked = from < 0 ? null : askedIn(textOf(turns[from].parts, 'said'));
  const question = asked && asked.question;
  const answers = turns.slice(from + 1).filter(({ role }) => role === 'assistant' || role === 'tool');
  const parts = answers.flatMap((turn) => turn.parts).filter(({ text }) => text.trim() !== '');
  if (answers.length === 0) return null;
  const logprobs = answers.at(-1)?.logprobs;
  const others = turns.filter((one, at) => at !== from && !answers.includes(one));
  if (asked?.context) others.push({ role: 'system', parts: [{ kind: 'said', text: asked.context }] });
  const last = parts.findLastIndex(({ kind }) => kind !== 'said');
  if (last < 0) {
    const trace = plain(textOf(parts, 'said'));
    return { trace: withLogprobs({ ...trace, question: question ?? trace.question }, logprobs, 0), others };
  }
  const thought = parts
    .slice(0, last + 1)
    .map(written)
    .join('\n\n');
  const content = textOf(parts.slice(last + 1), 'said');
  // The answer is shown too, but of its sentences only those with sums are steps.
  const text = content ? `${thought}\n\n${content}` : thought;
  const trace = traceOf(text, { start: 0, end: thought.length }, question, 'chat');
  const answer = finalAnswer(content) ?? finalAnswer(textOf(parts, 'thought', 'said'));
  // Servers give the log-probabilities of the content, some those of the thought before it too.
  const starts = content ? text.length - content.length : 0;
  const steps = content ? [...trace.steps, ...answerSums(text, starts)] : trace.steps;
  return { trace: withLogprobs({ ...trace, steps, answer }, logprobs, starts), others };
}

/** What agents write around a question for the model alone, and within what they keep the question itself. */
const CONTEXT_MARK = /<(\/?)(environment_details|system-reminder|ide_[a-z_]{1,24}|user_info|additional_data)>/g;
const WRAPPED = /^<(task|user_query|user_message|feedback|question)>([^]*)<\/\1>$/;

function askedIn(said: string): { question: string; context: string } {
  const parts = contexts(said);
  const context = parts.map(({ start, end }) => said.slice(start, end)).join('\n');
  const own = [...parts, { start: said.length, end: 0 }]
    .map(({ start }, at) => said.slice(parts[at - 1]?.end ?? 0, start))
    .join('')
    .trim();
  if (own === '') return { question: said, context: '' };
  const question = WRAPPED.exec(own)?.[2].trim();
  return { question: question || (context ? own : said), context };
}

/** From each opening tag to the next closing one of its name. Each mark is looked at once, whatever the text. */
function contexts(said: string): TextRange[] {
  const marks = [...said.matchAll(CONTEXT_MARK)];
  const closing = new Map<string, number>();
  const ends = marks.map(() => 0);
  for (let at = marks.length - 1; at >= 0; at--) {
    const { 0: mark, 1: slash, 2: name, index } = marks[at];
    if (slash) closing.set(name, index + mark.length);
    else ends[at] = closing.get(name) ?? 0;
  }
  const found: TextRange[] = [];
  for (const [at, { index: start }] of marks.entries())
    if (ends[at] > 0 && start >= (found.at(-1)?.end ?? 0)) found.push({ start, end: ends[at] });
  return found;
}

/** A call and its result are blocks of code: one step each. */
function written({ kind, text }: Part): string {
  if (kind === 'said' || kind === 'thought') return text;
  return `\`\`\`tool-${kind}\n${text.replaceAll('```', "'''")}\n\`\`\``;
}

function withLogprobs(trace: ReasoningTrace, logprobs: unknown, contentStart: number): ReasoningTrace {
  const tokens = tokenEntries(logprobs).flatMap((entry) => spelledToken(entry) ?? []);
  return { ...trace, logprobs: layLogprobs(trace.text, tokens, [...new Set([0, contentStart])]) };
}

/** {content: [{token, logprob, bytes}]} of chats, a list of Ollama; {tokens, token_logprobs} of the older completions. */
function tokenEntries(logprobs: unknown): unknown[] {
  if (Array.isArray(logprobs)) return logprobs;
  if (!isObject(logprobs)) return [];
  const { content, tokens, token_logprobs: values } = logprobs;
  if (Array.isArray(content)) return content;
  if (!Array.isArray(tokens) || !Array.isArray(values)) return [];
  return tokens.map((token: unknown, i) => ({ token, logprob: values[i] as unknown }));
}

/** {token, logprob, bytes}: `bytes` is exact where the token holds a part of a character only. */
function spelledToken(entry: unknown): SpelledToken | null {
  if (!isObject(entry) || typeof entry.token !== 'string') return null;
  const { token, bytes } = entry;
  // The first token of an echoed prompt has none.
  const logprob = entry.logprob === null ? NaN : entry.logprob;
  if (typeof logprob !== 'number') return null;
  const exact = Array.isArray(bytes) && bytes.every((byte) => typeof byte === 'number');
  return { bytes: exact ? Uint8Array.from(bytes as number[]) : new TextEncoder().encode(token), logprob };
}
