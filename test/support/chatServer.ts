/**
 * An OpenAI-compatible server on the loopback address whose answers our own engine writes, in the shapes that llama.cpp's
 * server, Ollama and vLLM document, with faults on request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GREEDY, sample } from '../../src/engine/generate';
import { seededRandom } from '../../src/shared/random';
import { Decoder } from '../../src/reasoning/solve/decoder';
import { buildPrompt } from '../../src/reasoning/solve/prompt';
import type { Reasoner } from '../../src/reasoning/solve/reasoner';
import { logSumExp } from '../../src/shared/softmax';

export interface SaidToken {
  bytes: Uint8Array;
  /** Natural. */
  logprob: number;
}

/** What is said to a question. */
export type Say = (question: string) => AsyncIterable<SaidToken>;

export type Dialect = 'llama.cpp' | 'ollama' | 'vllm';

export type Fault =
  | 'silent' // takes the request and says nothing
  | 'stalls' // says half of it, then nothing
  | 'breaks' // says half of it, then the connection is gone
  | 'ends' // says half of it, then ends politely
  | 'reports' // says half of it, then an error
  | 'garbage' // bytes that are nothing
  | 'page' // a page of HTML
  | 'no-logprobs' // refuses a request for log-probabilities
  | 'no-model'; // knows no such model

export interface ChatServerOptions {
  say: Say;
  dialect?: Dialect;
  /** Where the answer begins that is not thought; a server that parses thoughts sends what is before it apart. */
  answerMark?: string;
  /** Sends the whole answer at once, as JSON. */
  atOnce?: boolean;
  key?: string;
  fault?: Fault;
  models?: string[];
}

export interface RunningChatServer {
  address: string;
  /** Bodies of the requests that were taken, and every header "authorization". */
  requests: Record<string, unknown>[];
  keys: (string | undefined)[];
  options: ChatServerOptions;
  /** Connections that the other side has ended before the answer was whole. */
  abandoned: number;
  close(): Promise<void>;
}

export async function startChatServer(options: ChatServerOptions): Promise<RunningChatServer> {
  const running: RunningChatServer = {
    address: '',
    requests: [],
    keys: [],
    options,
    abandoned: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    void answer(running, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return running;
}

async function answer(running: RunningChatServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { key, fault, models = ['tiny'], dialect = 'llama.cpp' } = running.options;
  const { authorization } = request.headers;
  running.keys.push(authorization);
  if (fault === 'silent') return;
  if (key !== undefined && authorization !== `Bearer ${key}`) {
    // As unkind as some: what was sent is repeated.
    return sendError(response, 401, `Invalid API Key: ${authorization ?? 'none'}`, dialect);
  }
  if (fault === 'page') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome to nginx</body></html>');
    return;
  }
  if (request.method === 'GET' && request.url === '/v1/models') {
    const data = models.map((id) => ({ id, object: 'model', created: 1, owned_by: 'test' }));
    return sendJson(response, 200, { object: 'list', data });
  }
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return sendError(response, 404, `Not Found: ${request.url}`, dialect);
  }
  const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
  running.requests.push(body);
  if (fault === 'no-model') return sendError(response, 404, `model "${String(body.model)}" not found`, dialect);
  if (fault === 'no-logprobs' && body.logprobs) {
    return sendError(response, 400, "'logprobs' is not supported with this model.", dialect);
  }
  if (fault === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 256)));
    return;
  }
  const messages = body.messages as { content: string }[];
  await (running.options.atOnce ? sayAtOnce : stream)(running, messages[0].content.split('\n\n')[0], body, response);
}

async function stream(
  running: RunningChatServer,
  question: string,
  body: Record<string, unknown>,
  response: ServerResponse,
): Promise<void> {
  const { say, dialect = 'llama.cpp', fault, answerMark } = running.options;
  const event = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`);
  const chunk = (delta: object, token?: SaidToken, finish: string | null = null): object =>
    chunkOf(dialect, String(body.model ?? ''), delta, token && body.logprobs ? token : undefined, finish);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let isWhole = false;
  response.on('close', () => (running.abandoned += isWhole ? 0 : 1));
  if (dialect === 'llama.cpp') event(chunk({ role: 'assistant', content: null }));
  if (dialect === 'vllm') event(chunk({ role: 'assistant', content: '' }));
  const decoder = new TextDecoder();
  let text = '';
  let said = 0;
  for await (const token of say(question)) {
    // The engine gives way to nobody between tokens.
    await new Promise((resolve) => setImmediate(resolve));
    if (response.destroyed) return;
    // Servers hold half a character back, but not its log-probability.
    const piece = decoder.decode(token.bytes, { stream: true });
    text += piece;
    const isThought = answerMark !== undefined && !text.includes(answerMark);
    const thoughtName = dialect === 'llama.cpp' ? 'reasoning_content' : 'reasoning';
    event(chunk(piece === '' ? {} : isThought ? { [thoughtName]: piece } : { content: piece }, token));
    if (++said < 8) continue;
    if (fault === 'stalls') return;
    if (fault === 'breaks') return void response.destroy();
    if (fault === 'ends') return void response.end();
    if (fault === 'reports') {
      event({ error: { message: 'out of memory on the graphics card', type: 'server_error', code: 500 } });
      return void response.end();
    }
  }
  isWhole = true;
  event(chunk({}, undefined, 'stop'));
  if (dialect !== 'ollama') event({ ...chunk({}), choices: [], usage: { completion_tokens: said } });
  response.end('data: [DONE]\n\n');
}

async function sayAtOnce(
  { options: { say, dialect = 'llama.cpp' } }: RunningChatServer,
  question: string,
  body: Record<string, unknown>,
  response: ServerResponse,
): Promise<void> {
  const tokens: SaidToken[] = [];
  for await (const token of say(question)) tokens.push(token);
  const content = Buffer.concat(tokens.map(({ bytes }) => bytes)).toString('utf8');
  const logprobs = { content: tokens.map((token) => logprobOf(dialect, token)) };
  const choice = { index: 0, message: { role: 'assistant', content }, logprobs, finish_reason: 'stop' };
  sendJson(response, 200, { object: 'chat.completion', model: body.model, choices: [choice] });
}

function chunkOf(
  dialect: Dialect,
  model: string,
  delta: object,
  token: SaidToken | undefined,
  finish_reason: string | null,
): object {
  // Ollama names the writer in every delta, and its content even where it is empty.
  const own = dialect === 'ollama' ? { role: 'assistant', content: '', ...delta } : delta;
  const logprobs = token ? { content: [logprobOf(dialect, token)] } : null;
  const choice = { index: 0, delta: own, finish_reason, ...(token || dialect === 'vllm' ? { logprobs } : {}) };
  const system_fingerprint = { 'llama.cpp': 'b6097-9515c613', ollama: 'fp_ollama', vllm: undefined }[dialect];
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    system_fingerprint,
    choices: [choice],
  };
}

function logprobOf(dialect: Dialect, { bytes, logprob }: SaidToken): object {
  const token = Buffer.from(bytes).toString('utf8');
  const own = { token, logprob, bytes: [...bytes], top_logprobs: [] };
  return dialect === 'llama.cpp' ? { id: 1, ...own } : own;
}

function sendError(response: ServerResponse, status: number, message: string, dialect: Dialect): void {
  const error = { message, type: 'error', param: null, code: status };
  // vLLM answers a missing key with a bare text.
  sendJson(response, status, dialect === 'vllm' && status === 401 ? { error: message } : { error });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Says what the model writes, likeliest token by likeliest token, each with the log-probability that it had. */
export const engineSays = (reasoner: Reasoner, mostTokens = 160): Say =>
  async function* (question) {
    const prompt = reasoner.encodePrompt(buildPrompt(reasoner.style, question, true)).map(({ id }) => id);
    const decoder = new Decoder(reasoner.model, prompt.length + mostTokens);
    try {
      await decoder.moveTo(prompt);
      for (let said = 0; said < mostTokens; said++) {
        const logits = await decoder.logits();
        const id = sample(logits, GREEDY, seededRandom(1));
        if (reasoner.stopIds.includes(id)) return;
        const bytes = reasoner.model.tokenizer.bytesOf(id);
        yield { bytes, logprob: logits[id] - logSumExp(logits) };
        await decoder.push(id);
      }
    } finally {
      decoder.release();
    }
  };

/** Says this, a few bytes at a time, so that characters are divided. */
export const says = (text: string, bytesEach = 5): Say =>
  async function* () {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at += bytesEach) {
      await Promise.resolve();
      yield { bytes: bytes.subarray(at, at + bytesEach), logprob: -(1 + (at % 7)) / 4 };
    }
  };
