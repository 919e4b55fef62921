/**
 * The server-sent events of a streamed answer. As the standard asks, what is not known is passed over: other fields, events
 * of other names, empty ones (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */
import { createParser, type EventSourceMessage, type ParseError } from 'eventsource-parser';
import { Problem } from '../../protocol/problem';
import { isObject, parsedJson } from '../import/json';
import type { StreamedAnswer } from '../import/streamedAnswer';
import type { ChatServer } from './request';
import { wordsOf } from './words';

/** One event, or what is no event; a server that sends more of it is not what it says. */
const MOST_EVENT_CHARS = 4 * 2 ** 20;

export class AnswerEvents {
  /** The server has said that nothing follows. */
  isDone = false;
  private isEnding = false;
  private hasFailed = false;
  private charsSinceEvent = 0;
  private readonly parser = createParser({
    maxBufferSize: MOST_EVENT_CHARS,
    onEvent: (event) => this.take(event),
    onComment: () => (this.charsSinceEvent = 0),
    onError: (error) => this.refuse(error),
  });

  constructor(
    private readonly answer: StreamedAnswer,
    private readonly server: ChatServer,
  ) {}

  /** Throws Problem server-error or server-garbage; what came before it is in the answer. */
  feed(text: string): void {
    this.charsSinceEvent += text.length;
    this.parser.feed(text);
    if (this.charsSinceEvent > MOST_EVENT_CHARS) this.fail(garbage(this.server));
  }

  /** The last event of some servers has no blank line after it. Half an event is passed over. */
  end(): void {
    if (this.hasFailed) return;
    this.isEnding = true;
    this.parser.feed('\n\n');
  }

  private take({ event: name, data }: EventSourceMessage): void {
    this.charsSinceEvent = 0;
    const text = data.trim();
    if (text === '' || this.isDone) return;
    if (text === '[DONE]') {
      this.isDone = true;
      return;
    }
    const chunk = parsedJson(text);
    if (name === 'error' || (isObject(chunk) && chunk.error != null)) this.fail(serverError(text, this.server));
    const isKnown = this.answer.add(chunk, 0) || isObject(chunk) || (name !== undefined && name !== 'message');
    if (!isKnown && !this.isEnding) this.fail(garbage(this.server));
  }

  private refuse({ type, field, value }: ParseError): void {
    // Older llama.cpp puts an error into a field of that name.
    if (type === 'unknown-field' && field === 'error') this.fail(serverError(value ?? '', this.server));
    if (type === 'max-buffer-size-exceeded') this.fail(garbage(this.server));
  }

  private fail(problem: Problem): never {
    this.hasFailed = true;
    throw problem;
  }
}

export const garbage = ({ address }: ChatServer): Problem =>
  new Problem('server-garbage', 'What the server sends is no OpenAI-compatible answer.', { server: address });

export function serverError(text: string, server: ChatServer): Problem {
  const words = wordsOf(text, server);
  return new Problem('server-error', `The server reports: ${words}`, { server: server.address, words });
}
