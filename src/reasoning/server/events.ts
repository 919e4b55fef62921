/**
 * The server-sent events of a streamed answer. As the standard asks, what is not known is passed over: other fields, events
 * of other names, empty ones (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */
import type { ChatServer } from '../../protocol/chatWorkerApi';
import { createParser, type EventSourceMessage, type ParseError } from 'eventsource-parser';
import { Problem } from '../../protocol/problem';
import { isObject, parsedJson } from '../import/json';
import type { StreamedAnswer } from '../import/streamedAnswer';
import { wordsOf } from './words';

/** One event; a server that sends more of it is not what it says. */
const MOST_EVENT_CHARS = 2 ** 20;

/** Fields in a row that the standard does not know. */
const MOST_UNKNOWN = 4096;

/** Of a whole answer; above the longest that models with thoughts write. */
const MOST_TOKENS = 65_536;
const MOST_ANSWER_CHARS = 2 ** 19;

export class AnswerEvents {
  /** The server has said that nothing follows. */
  isDone = false;
  private isEnding = false;
  private hasFailed = false;
  private unknownFields = 0;
  /** A line that is not whole yet, in the pieces that it came in. */
  private line: string[] = [];
  private lineLength = 0;
  private readonly parser = createParser({
    maxBufferSize: MOST_EVENT_CHARS,
    onEvent: (event) => this.take(event),
    onError: (error) => this.refuse(error),
  });

  constructor(
    private readonly answer: StreamedAnswer,
    private readonly server: ChatServer,
  ) {}

  /** Throws Problem server-error, server-garbage or answer-endless; what came before it is in the answer. */
  feed(text: string): void {
    // The parser would read the beginning of a line again with each piece of it.
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    if (end > 0) {
      const lines = [...this.line, text.slice(0, end)].join('');
      [this.line, this.lineLength] = [[], 0];
      this.parser.feed(lines);
    }
    this.line.push(text.slice(end));
    this.lineLength += text.length - end;
    if (this.lineLength > MOST_EVENT_CHARS) this.fail(garbage(this.server));
  }

  /** The last event of some servers has no blank line after it. Half an event is passed over. */
  end(): void {
    if (this.hasFailed) return;
    this.isEnding = true;
    this.parser.feed(`${this.line.join('')}\n\n`);
  }

  private take({ event: name, data }: EventSourceMessage): void {
    this.unknownFields = 0;
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
    if (this.answer.length > MOST_ANSWER_CHARS || this.answer.tokens > MOST_TOKENS) this.fail(endless(this.server));
  }

  private refuse({ type, field, value }: ParseError): void {
    // Older llama.cpp puts an error into a field of that name.
    if (type === 'unknown-field' && field === 'error') this.fail(serverError(value ?? '', this.server));
    if (type === 'unknown-field' && ++this.unknownFields > MOST_UNKNOWN) this.fail(garbage(this.server));
    if (type === 'max-buffer-size-exceeded') this.fail(garbage(this.server));
  }

  private fail(problem: Problem): never {
    this.hasFailed = true;
    throw problem;
  }
}

const endless = ({ address }: ChatServer): Problem =>
  new Problem('answer-endless', 'The answer does not end.', { whose: address });

export const garbage = ({ address }: ChatServer): Problem =>
  new Problem('server-garbage', 'What the server sends is no OpenAI-compatible answer.', { server: address });

export function serverError(text: string, server: ChatServer): Problem {
  const words = wordsOf(text, server);
  return new Problem('server-error', `The server reports: ${words}`, { server: server.address, words });
}
