/** Asks an OpenAI-compatible server (llama.cpp, Ollama, vLLM) one question and follows its answer as it is written. */
import type { ChatAnswer as PassedAnswer, ChatServer, Growth } from '../../protocol/chatWorkerApi';
import type { Problem } from '../../protocol/problem';
import { isObject, parsedJson } from '../import/json';
import { keptLogprobs, StreamedAnswer } from '../import/streamedAnswer';
import { saysThought } from '../import/turns';
import { beginningOf, brokenOff, continued, joined, pieces } from './body';
import { AnswerEvents, garbage, serverError } from './events';
import { Patience } from './patience';
import { connectionProblem, request } from './request';
import { statusProblem } from './status';
import { withoutKey } from './words';

/** Of a server's list of models. */
const MOST_MODELS = 2000;
const MOST_NAME = 256;

export interface ChatAnswer extends PassedAnswer {
  problem?: Problem;
}

/** Throws Problem server-…, or cancelled. */
export async function listModels(server: ChatServer, signal: AbortSignal): Promise<string[]> {
  const patience = new Patience(server.silenceSeconds, signal);
  try {
    const response = await request(server, '/models', patience);
    if (!response.ok) throw await statusProblem(response, server, patience);
    const parsed = parsedJson(await joined(pieces(response, server, patience), server, patience));
    const list = isObject(parsed) && Array.isArray(parsed.data) ? parsed.data : null;
    if (!list) throw garbage(server);
    const names = list
      .slice(0, MOST_MODELS)
      .flatMap((entry) => (isObject(entry) && typeof entry.id === 'string' ? [entry.id.slice(0, MOST_NAME)] : []));
    // A name is shown and kept in the settings: one that holds a piece of the key is no name.
    return names.filter((name) => withoutKey(name, server) === name);
  } catch (thrown) {
    throw connectionProblem(thrown, server, patience);
  } finally {
    patience.end();
  }
}

/**
 * Resolves with all that came, even where the stream broke off. Throws Problem server-… or cancelled where nothing came.
 * @param onGrowth told of what is added to thought and answer
 */
export async function chat(
  server: ChatServer,
  message: string,
  signal: AbortSignal,
  onGrowth: (growth: Growth) => void,
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
    return await follow(response, server, patience, { model, onGrowth });
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
  { model, onGrowth }: { model: string; onGrowth: (growth: Growth) => void },
): Promise<ChatAnswer> {
  const body = pieces(response, server, patience);
  const beginning = await beginningOf(body, 1);
  const all = continued(beginning, body);
  if (beginning.trim() === '') throw garbage(server);
  // No line of an event begins with a brace; the content type is not always what is sent.
  if (beginning.trimStart().startsWith('{'))
    return whole(parsedJson(await joined(all, server, patience)), server, model);
  const answer = new StreamedAnswer();
  const events = new AnswerEvents(answer, server);
  let problem: Problem | undefined;
  const tell = (): void => {
    const growth = answer.takeFresh();
    if (growth.thought === '' && growth.content === '') return;
    // White space may come for ever.
    if (/\S/.test(growth.thought + growth.content)) patience.progressed();
    onGrowth(growth);
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
    model: model || shownName(answer.model, server),
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
  return {
    completion: lean(choice),
    model: model || shownName(completion.model, server),
    ending: isCut ? 'length' : 'end',
  };
}

/** What a server calls the model that answered. */
const shownName = (name: unknown, server: ChatServer): string =>
  typeof name === 'string' ? withoutKey(name.slice(0, MOST_NAME), server) : '';

/** What is read again of an answer in one piece. */
function lean(choice: unknown): object {
  if (!isObject(choice)) return { choices: [] };
  const { message, text, logprobs } = choice;
  const kept = isObject(message)
    ? Object.fromEntries(Object.entries(message).filter(([name]) => READ.has(name) || saysThought(name)))
    : undefined;
  return { choices: [{ message: kept, text, logprobs: keptLogprobs(logprobs) }] };
}

/** Fields of a message that `messageParts` reads, besides those whose name says thought. */
const READ: ReadonlySet<string> = new Set([
  'role',
  'content',
  'parts',
  'thinking_blocks',
  'tool_calls',
  'function_call',
  'value',
  'text',
  'response',
  'answer',
]);
