/**
 * One answer of an OpenAI-compatible server, put together from the chunks that it was streamed in. llama.cpp and older vLLM
 * name the thought `reasoning_content`, Ollama and newer vLLM `reasoning`.
 */
import { isObject } from './json';
import { saysThought } from './turns';

export class StreamedAnswer {
  private content = '';
  private thought = '';
  /** Why the writer stopped; null until it says so. */
  finishReason: string | null = null;
  /** The name that the server gives its model. */
  model: string | null = null;
  private readonly logprobs: unknown[] = [];

  /** Characters that have come. */
  get length(): number {
    return this.thought.length + this.content.length;
  }

  /** Thought and answer, to be read while they are written. */
  get text(): string {
    return [this.thought, this.content].filter((part) => part !== '').join('\n\n');
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
    const { content } = delta;
    if (typeof content === 'string') this.content += content;
    // Some servers send several names, all but one of them empty.
    const thought = Object.entries(delta).find(([name, value]) => value && saysThought(name))?.[1];
    if (typeof thought === 'string') this.thought += thought;
    if (isObject(choice.logprobs) && Array.isArray(choice.logprobs.content)) {
      for (const token of choice.logprobs.content) this.logprobs.push(token);
    }
    if (typeof choice.finish_reason === 'string') this.finishReason = choice.finish_reason;
    return true;
  }

  /** As the server would have answered at once. */
  completion(): object {
    const message = { content: this.content, reasoning_content: this.thought };
    return { choices: [{ message, logprobs: { content: this.logprobs } }] };
  }
}
