/** Asks an OpenAI-compatible server (llama.cpp, Ollama, vLLM) one question and follows its answer as it is written. */
import type { Problem } from '../../protocol/problem';
import { isObject, parsedJson } from '../import/json';
import { StreamedAnswer } from '../import/streamedAnswer';
import { beginningOf, brokenOff, continued, joined, pieces } from './body';
import { AnswerEvents, garbage, serverError } from './events';
import { connectionProblem, Patience, request, type ChatServer } from './request';
import { statusProblem } from './status';

export interface ChatAnswer {
  /** The completion, as `recordTrace` reads it. */
  completion: object;
  model: string;
  /** The writer ended, it ran out of room, or it did not come to its end (then `problem` says why). */
  ending: 'end' | 'length' | 'broken';
  problem?: Problem;
}

/** Throws Problem server-…, or cancelled. */
export async function listModels(server: ChatServer, signal: AbortSignal): Promise<string[]> {
  const patience = new Patience(server.silenceSeconds, signal);
  try {
    const response = await request(server, '/models', patience);
    if (!response.ok) throw await statusProblem(response, server, patience);
    const parsed = parsedJson(await joined(pieces(response, server, patience), server));
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
  const problem = await statusProblem(response, server, patience);
  if (!body.logprobs || problem.code !== 'server-error' || problem.detail.about !== 'logprobs') throw problem;
  return ask(server, patience, { ...body, logprobs: undefined });
}

async function follow(
  response: Response,
  server: ChatServer,
  patience: Patience,
  { model, onText }: { model: string; onText: (text: string) => void },
): Promise<ChatAnswer> {
  const body = pieces(response, server, patience);
  const beginning = await beginningOf(body, (text) => text.trim() !== '');
  const all = continued(beginning, body);
  // No line of an event begins with a brace; the content type is not always what is sent.
  if (beginning.trimStart().startsWith('{')) return whole(parsedJson(await joined(all, server)), server, model);
  const answer = new StreamedAnswer();
  const events = new AnswerEvents(answer, server);
  let problem: Problem | undefined;
  let told = 0;
  const tell = (): void => {
    if (answer.length > told) onText(answer.text);
    told = answer.length;
  };
  const attempt = async (work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      problem ??= connectionProblem(thrown, server, patience);
    }
    // What came in the same piece as an error, too.
    tell();
  };
  await attempt(async () => {
    for await (const piece of all) {
      events.feed(piece);
      tell();
      if (events.isDone) break;
    }
  });
  await attempt(() => events.end());
  const ended = events.isDone || answer.finishReason !== null;
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

/** Of a server that does not stream. */
function whole(completion: unknown, server: ChatServer, model: string): ChatAnswer {
  if (isObject(completion) && completion.error != null) throw serverError(JSON.stringify(completion), server);
  if (!isObject(completion) || !Array.isArray(completion.choices)) throw garbage(server);
  const [choice] = completion.choices as unknown[];
  const isCut = isObject(choice) && choice.finish_reason === 'length';
  const name = typeof completion.model === 'string' ? completion.model : '';
  return { completion, model: model || name, ending: isCut ? 'length' : 'end' };
}
