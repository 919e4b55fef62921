/** Where tools keep their models on this machine. Read in the tools' own sources in November 2026; [M]: from memory. */
import os from 'node:os';
import path from 'node:path';
import type { StoreName } from '../protocol/foundModels';

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
}

export interface Place {
  store: StoreName;
  folder: string;
}

export const hereAndNow = (): Surroundings => ({ env: process.env, home: os.homedir(), platform: process.platform });

/** Every folder that may hold models, whether or not it is there; each once. */
export function places(surroundings: Surroundings, folders: readonly string[]): Place[] {
  const { env, home, platform } = surroundings;
  const at = (...names: string[]): string => path.join(home, ...names);
  const cache = env.XDG_CACHE_HOME ?? at('.cache');
  const appData = env.APPDATA ?? at('AppData', 'Roaming');
  const localAppData = env.LOCALAPPDATA ?? at('AppData', 'Local');
  const support = at('Library', 'Application Support');
  const config = env.XDG_CONFIG_HOME ?? at('.config');
  const share = env.XDG_DATA_HOME ?? at('.local', 'share');

  const ollama = [env.OLLAMA_MODELS ?? at('.ollama', 'models')];
  if (platform === 'linux') ollama.push('/usr/share/ollama/.ollama/models');
  const llamaCpp = [env.LLAMA_CACHE];
  if (platform === 'darwin') llamaCpp.push(at('Library', 'Caches', 'llama.cpp'));
  else llamaCpp.push(path.join(platform === 'win32' ? localAppData : cache, 'llama.cpp'));
  const jan = { win32: [appData], darwin: [support] }[platform as string] ?? [config, share]; // [M]
  const gpt4all = { win32: localAppData, darwin: support }[platform as string] ?? share; // [M]
  const all: [StoreName, (string | undefined)[]][] = [
    ['folder', folders.map((folder) => folder.replace(/^~(?=$|[/\\])/, home)).filter((it) => path.isAbsolute(it))],
    ['ollama', ollama],
    ['hugging-face', huggingFaceCaches(surroundings)],
    ['llama.cpp', llamaCpp],
    ['lm-studio', [at('.lmstudio', 'models'), path.join(cache, 'lm-studio', 'models')]],
    ['jan', [...jan.map((folder) => path.join(folder, 'Jan', 'data', 'llamacpp', 'models')), at('jan', 'models')]],
    ['gpt4all', [path.join(gpt4all, 'nomic.ai', 'GPT4All')]],
    ['docker', [at('.docker', 'models')]],
  ];
  const seen = new Set<string>();
  return all.flatMap(([store, of]) =>
    of.flatMap((folder) => {
      if (!folder || seen.has(path.resolve(folder))) return [];
      seen.add(path.resolve(folder));
      return [{ store, folder: path.resolve(folder) }];
    }),
  );
}

/** The one that a download goes to is first: it is the one that huggingface_hub uses. */
export function huggingFaceCaches({ env, home }: Pick<Surroundings, 'env' | 'home'>): string[] {
  const usual = path.join(home, '.cache', 'huggingface', 'hub');
  const named = [
    env.HF_HUB_CACHE,
    env.HUGGINGFACE_HUB_CACHE,
    env.HF_HOME && path.join(env.HF_HOME, 'hub'),
    env.XDG_CACHE_HOME && path.join(env.XDG_CACHE_HOME, 'huggingface', 'hub'),
  ];
  return [...named.filter((folder): folder is string => !!folder), usual];
}
