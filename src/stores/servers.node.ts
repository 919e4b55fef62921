/** Servers of models that run on this machine: Ollama and llama.cpp's, asked at their usual ports on the loopback address only. */
import { stat } from 'node:fs/promises';
import type { RunningServer } from '../protocol/foundModels';
import { cutName, MOST_NAME } from '../shared/cutText';
import { boundedBody } from './boundedBody.node';

/** A server on this machine answers at once, or is busy with something else. */
const PATIENCE_MS = 1500;
const MOST_BYTES = 1 << 20;
const MOST_MODELS = 500;

/** Each by itself: one that is not there, or is something else, keeps no other out. */
export async function runningServers(
  env: Readonly<Record<string, string | undefined>>,
  llamaCppPort = 8080,
): Promise<RunningServer[]> {
  const asked = await Promise.all([
    ollama(`http://127.0.0.1:${ollamaPort(env.OLLAMA_HOST)}`),
    llamaCpp(`http://127.0.0.1:${llamaCppPort}`),
  ]);
  return asked.filter((server) => server !== undefined);
}

/** OLLAMA_HOST is an address, with or without scheme and port; another machine's is not asked. */
function ollamaPort(host: string | undefined): number {
  const [, name, port] = /^(?:http:\/\/)?([\w.]*)(?::(\d{1,5}))?\/?$/.exec(host?.trim() ?? '') ?? [];
  const isHere = name === undefined || ['', 'localhost', '0.0.0.0', '127.0.0.1'].includes(name);
  return isHere && port !== undefined ? Number(port) : 11434;
}

/** Names as “ollama list” has them. */
async function ollama(origin: string): Promise<RunningServer | undefined> {
  const models = (await json(`${origin}/api/tags`))?.models;
  if (!Array.isArray(models)) return undefined;
  const names = models.map((model: unknown) => (model as { name?: unknown } | null)?.name);
  return {
    kind: 'ollama',
    address: `${origin}/v1`,
    models: names.filter((name): name is string => typeof name === 'string' && name.length <= MOST_NAME).slice(0, MOST_MODELS).map((name) => ({ name })), // prettier-ignore
  };
}

/** It has one model, and says where its file is. */
async function llamaCpp(origin: string): Promise<RunningServer | undefined> {
  const { model_path: file, model_alias: alias } = (await json(`${origin}/props`)) ?? {};
  if (typeof file !== 'string' || file === '') return undefined;
  const name = cutName(typeof alias === 'string' && alias !== '' ? alias : file.split(/[/\\]/).pop()!);
  // A server in a container knows its file by a path of its own.
  const isHere = await stat(file).then((found) => found.isFile(), () => false); // prettier-ignore
  return { kind: 'llama.cpp', address: `${origin}/v1`, models: [{ name, ...(isHere && { file }) }] };
}

async function json(address: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = response.ok ? await boundedBody(response, MOST_BYTES) : undefined;
    const value = text === undefined ? undefined : (JSON.parse(text) as unknown);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
