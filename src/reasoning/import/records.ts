/** Chains of thought in JSON: OpenAI-style chats and answers, Ollama's, and question-and-answer records such as GSM8K's. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { finalAnswer } from './answer';
import { layLogprobs, type SpelledToken } from './layLogprobs';
import { plainTrace, traceOf } from './transcript';

type Json = Record<string, unknown>;

/** A list is one of messages. null: a record of another kind. */
export function recordTrace(record: unknown): ReasoningTrace | null {
  if (typeof record === 'string') return plainTrace(record);
  if (Array.isArray(record)) return chatTrace({ messages: record });
  if (!isObject(record)) return null;
  return chatTrace(record) ?? answerTrace(record) ?? questionTrace(record);
}

/** {messages: [{role, content, reasoning_content}]}: the last answer, with the last question before it. */
function chatTrace({ messages }: Json): ReasoningTrace | null {
  if (!Array.isArray(messages)) return null;
  const all = messages.filter(isObject);
  const at = all.findLastIndex(({ role }) => role === 'assistant' || role === 'model');
  if (at < 0) return null;
  const asked = all.slice(0, at).findLast(({ role }) => role === 'user' || role === 'human');
  return messageTrace(all[at], asked ? contentOf(asked) : null, all[at].logprobs);
}

/** {choices: [{message, logprobs}]} of a chat completion, {message} of Ollama, or a message for itself. */
function answerTrace(record: Json): ReasoningTrace | null {
  const choice = Array.isArray(record.choices) ? (record.choices[0] as unknown) : record;
  if (!isObject(choice)) return null;
  const question = firstString(record, 'question', 'problem', 'prompt');
  if (isObject(choice.message)) return messageTrace(choice.message, question, choice.logprobs);
  if (typeof choice.text === 'string') {
    return withLogprobs({ ...plainTrace(choice.text), question }, choice.logprobs, 0);
  }
  const isMessage = firstString(choice, ...THOUGHT) !== null || typeof choice.content === 'string';
  return isMessage ? messageTrace(choice, question, choice.logprobs) : null;
}

/** {question, answer}: GSM8K, and the names that other sets use. */
function questionTrace(record: Json): ReasoningTrace | null {
  const question = firstString(record, 'question', 'problem', 'prompt', 'instruction', 'input');
  const solution = firstString(record, 'solution', 'rationale', 'answer', 'response', 'output', 'completion');
  if (solution === null) return null;
  return { ...plainTrace(solution), question };
}

const THOUGHT = ['reasoning_content', 'reasoning', 'thinking'];

function messageTrace(message: Json, question: string | null, logprobs: unknown): ReasoningTrace {
  const content = contentOf(message);
  const thought = firstString(message, ...THOUGHT);
  if (!thought?.trim()) {
    return withLogprobs({ ...plainTrace(content), question }, logprobs, 0);
  }
  // The answer is shown too, but its sentences are no steps.
  const text = content ? `${thought}\n\n${content}` : thought;
  const trace = traceOf(text, { start: 0, end: thought.length }, question, 'chat');
  const answer = finalAnswer(content) ?? finalAnswer(thought);
  // Servers give the log-probabilities of the content, some those of the thought before it too.
  return withLogprobs({ ...trace, answer }, logprobs, content ? text.length - content.length : 0);
}

function withLogprobs(trace: ReasoningTrace, logprobs: unknown, contentStart: number): ReasoningTrace {
  const tokens = tokenEntries(logprobs).flatMap((entry) => spelledToken(entry) ?? []);
  return { ...trace, logprobs: layLogprobs(trace.text, tokens, [...new Set([0, contentStart])]) };
}

/** {content: [{token, logprob, bytes}]} of chats; {tokens, token_logprobs} of the older completions. */
function tokenEntries(logprobs: unknown): unknown[] {
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

/** A string, or the text parts of a list. */
function contentOf({ content }: Json): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

/** Of several names the one that says something: some servers leave one of them empty. */
function firstString(record: Json, ...names: string[]): string | null {
  const strings = names.map((name) => record[name]).filter((value) => typeof value === 'string');
  return strings.find((value) => value.trim() !== '') ?? strings[0] ?? null;
}

/** What a text is as JSON; undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
