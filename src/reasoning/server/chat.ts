/** Asks an OpenAI-compatible server (llama.cpp, Ollama, vLLM) one question and follows its answer as it is written. */
import { createParser } from 'eventsource-parser';
import { Problem } from '../../protocol/problem';
import { StreamedAnswer } from '../import/streamedAnswer';
import { isObject } from '../import/records';
import { connectionProblem, Patience, request, statusProblem, wordsOf, type ChatServer } from './request';

export interface ChatAnswer {
  /** The completion, as `recordTrace` reads it. */
  completion: object;
  model: string;
  /** The writer ended, it ran out of room, or it did not come to its end (then `problem` says why). */
  ending: 'end' | 'length' | 'broken';
  problem?: Problem;
}

/** One event; a server that sends more without an end is not what it says. */
const MOST_EVENT_CHARS = 4 * 2 ** 20;

/** Throws Problem server-…, or cancelled. */
export async function listModels(server: ChatServer, signal: AbortSignal): Promise<string[]> {
  const patience = new Patience(server.silenceSeconds, signal);
  try {
    const response = await request(server, '/models', patience);
    if (!response.ok) throw await statusProblem(response, server);
    const text = await response.text();
    const parsed = json(text);
    const list = isObject(parsed) && Array.isArray(parsed.data) ? parsed.data : null;
    if (!list) throw garbage(server);
    return list.flatMap((entry) => (isObject(entry) && typeof entry.id === 'string' ? [entry.id] : []));
  } catch (thrown) {
    throw connectionProblem(thrown, server, patience);
  } finally {
    patience.end();
  }
}

/**
 * Resolves with all that came, even where the stream broke off. Throws Problem server-… or cancelled where nothing came.
 * @param onText all text so far, thought and answer, whenever there is more
 */
export async function chat(
  server: ChatServer,
  message: string,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<ChatAnswer> {
  const model = server.model || ((await listModels(server, signal))[0] ?? '');
  const patience = new Patience(server.silenceSeconds, signal);
  try {
    const response = await ask(server, patience, {
      ...(model ? { model } : {}),
      messages: [{ role: 'user', content: message }],
      stream: true,
      logprobs: true,
    });
    return await follow(response, server, patience, { model, onText });
  } catch (thrown) {
    throw connectionProblem(thrown, server, patience);
  } finally {
    patience.end();
  }
}

/** Servers that know no log-probabilities mostly pass over the wish; where one refuses it, it is asked without. */
async function ask(server: ChatServer, patience: Patience, body: Record<string, unknown>): Promise<Response> {
  const response = await request(server, '/chat/completions', patience, body);
  if (response.ok) return response;
  const problem = await statusProblem(response, server);
  if (!body.logprobs || !/log_?prob/i.test(problem.detail.subject ?? '')) throw problem;
  return ask(server, patience, { ...body, logprobs: undefined });
}

async function follow(
  response: Response,
  server: ChatServer,
  patience: Patience,
  { model, onText }: { model: string; onText: (text: string) => void },
): Promise<ChatAnswer> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('application/json')) return whole(json(await response.text()), server, model);
  const answer = new StreamedAnswer();
  let isDone = false;
  const parser = createParser({
    maxBufferSize: MOST_EVENT_CHARS,
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') isDone = true;
      else if (!isDone) takeEvent(data, answer, server);
    },
    onError: ({ type: what, field, value }) => {
      // Older llama.cpp puts an error into a field of that name.
      throw what === 'unknown-field' && field === 'error' ? serverError(value ?? '', server) : garbage(server);
    },
  });
  let problem: Problem | undefined;
  let told = 0;
  const tell = (): void => {
    if (answer.length > told) onText(answer.text);
    told = answer.length;
  };
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      patience.heard();
      parser.feed(decoder.decode(bytes, { stream: true }));
      tell();
      if (isDone) break;
    }
  } catch (thrown) {
    problem = connectionProblem(thrown, server, patience);
    // A connection that breaks is told as what it is for the person: an answer that is not whole.
    if (problem.code === 'server-unreachable') problem = brokenOff(server);
    // What came in the same piece as the error.
    tell();
  }
  const ended = isDone || answer.finishReason !== null;
  if (!ended) problem ??= answer.length === 0 ? garbage(server) : brokenOff(server);
  if (answer.length === 0) throw problem ?? garbage(server);
  const ending = ended ? (answer.finishReason === 'length' ? 'length' : 'end') : 'broken';
  return {
    completion: answer.completion(),
    model: model || (answer.model ?? ''),
    ending,
    ...(ended ? {} : { problem }),
  };
}

function takeEvent(data: string, answer: StreamedAnswer, server: ChatServer): void {
  const event = json(data);
  if (isObject(event) && event.error !== undefined) throw serverError(data, server);
  if (!answer.add(event)) throw garbage(server);
}

/** Of a server that does not stream. */
function whole(completion: unknown, server: ChatServer, model: string): ChatAnswer {
  if (isObject(completion) && completion.error !== undefined) throw serverError(JSON.stringify(completion), server);
  if (!isObject(completion) || !Array.isArray(completion.choices)) throw garbage(server);
  const [choice] = completion.choices as unknown[];
  const isCut = isObject(choice) && choice.finish_reason === 'length';
  const name = typeof completion.model === 'string' ? completion.model : '';
  return { completion, model: model || name, ending: isCut ? 'length' : 'end' };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const garbage = ({ address }: ChatServer): Problem =>
  new Problem('server-garbage', 'What the server sends is no OpenAI-compatible answer.', { server: address });
const brokenOff = ({ address }: ChatServer): Problem =>
  new Problem('server-broken', 'The server stopped before its answer was complete.', { server: address });
const serverError = (data: string, server: ChatServer): Problem => {
  const subject = wordsOf(data, server);
  return new Problem('server-error', `The server reports: ${subject}`, { server: server.address, subject });
};
