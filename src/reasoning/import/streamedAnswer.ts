/**
 * One answer of an OpenAI-compatible server, put together from the chunks that it was streamed in. llama.cpp and older vLLM
 * name the thought `reasoning_content`, Ollama and newer vLLM `reasoning`.
 */
import type { Growth } from '../../protocol/chatWorkerApi';
import { GrowingText } from './growingText';
import { isObject } from './json';
import { saysThought } from './turns';

export class StreamedAnswer {
  private readonly said = new GrowingText();
  /** Of it, what nobody has been told yet. */
  private fresh: Growth = { thought: '', content: '' };
  /** Why the writer stopped; null until it says so. */
  finishReason: string | null = null;
  /** The name that the server gives its model. */
  model: string | null = null;
  private readonly logprobs: unknown[] = [];

  /** Characters that have come. */
  get length(): number {
    return this.said.length;
  }

  /** Log-probabilities that have come. */
  get tokens(): number {
    return this.logprobs.length;
  }

  /** What has come since it was last asked for. */
  takeFresh(): Growth {
    const { fresh } = this;
    this.fresh = { thought: '', content: '' };
    return fresh;
  }

  /**
   * false: this is no chunk of a streamed answer, and nothing was taken from it.
   * @param index of several answers, the one that is followed; else the first in the chunk
   */
  add(chunk: unknown, index?: number): boolean {
    if (!isObject(chunk) || !Array.isArray(chunk.choices)) return false;
    const choices = chunk.choices as unknown[];
    // The last chunk of some servers has no choices, only the usage.
    const isWanted = (one: unknown): boolean => index === undefined || !isObject(one) || (one.index ?? 0) === index;
    const choice = choices.find(isWanted) ?? { delta: {} };
    // The last choice of some has no delta, only why it stopped; an answer in one piece has a message.
    if (!isObject(choice) || choice.message !== undefined) return false;
    const delta = choice.delta ?? (typeof choice.finish_reason === 'string' ? {} : null);
    if (!isObject(delta)) return false;
    if (typeof chunk.model === 'string') this.model ??= chunk.model;
    // Some servers send several names of a thought, all but one of them empty.
    const thought = Object.entries(delta).find(([name, value]) => value && saysThought(name))?.[1];
    this.grow({ thought: stringOr(thought), content: stringOr(delta.content) });
    if (isObject(choice.logprobs) && Array.isArray(choice.logprobs.content)) {
      for (const token of choice.logprobs.content) this.logprobs.push(keptToken(token));
    }
    if (typeof choice.finish_reason === 'string') this.finishReason = choice.finish_reason;
    return true;
  }

  /** As the server would have answered at once. */
  completion(): object {
    const { content, thought } = this.said;
    const message = { content, reasoning_content: thought };
    return { choices: [{ message, logprobs: { content: this.logprobs } }] };
  }

  private grow(growth: Growth): void {
    this.said.add(growth);
    this.fresh.thought += growth.thought;
    this.fresh.content += growth.content;
  }
}

const stringOr = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Longest spelling of a token that is kept, in characters and bytes; the longest of real vocabularies have 128 of them. */
const MOST_SPELLING = 512;

/** Bytes that are kept of a token that its characters do not spell: a part of a character, or a few of them. */
const MOST_BYTES = 16;
const isByte = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;

/** The same of a whole list. */
export function keptLogprobs(logprobs: unknown): unknown {
  return isObject(logprobs) && Array.isArray(logprobs.content) ? { content: logprobs.content.map(keptToken) } : null;
}

/** Of a token's log-probability what is read again: of its bytes only those that its characters do not say. */
function keptToken(entry: unknown): unknown {
  if (!isObject(entry)) return null;
  const { token, logprob, bytes } = entry;
  if (typeof token !== 'string' || token.length > MOST_SPELLING || !Number.isFinite(logprob)) return null;
  if (!Array.isArray(bytes) || bytes.length > MOST_BYTES || !bytes.every(isByte)) return { token, logprob };
  // A part of a character has no spelling of its own; each server writes it in its own way.
  const spelled = new TextEncoder().encode(token);
  const isSaid = spelled.length === bytes.length && spelled.every((byte, at) => byte === bytes[at]);
  return isSaid ? { token, logprob } : { token, logprob, bytes };
}
