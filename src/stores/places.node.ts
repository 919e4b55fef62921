/**
 * Where tools keep their models on this machine, as their own sources had it in November 2026: ollama envconfig/config.go;
 * llama.cpp common/common.cpp; lmstudio-js findLMStudioHome.ts; janhq/jan src-tauri/src/core/app/commands.rs (before, it was
 * an Electron program with ~/jan and the configuration's folder); gpt4all-chat/src/mysettings.cpp with its documentation's
 * settings.md, and the folder of its Python package.
 */
import os from 'node:os';
import path from 'node:path';
import { readSmallFileNow } from '../engine/formats/regularFile.node';
import type { StoreName } from '../protocol/foundModels';

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  /** A short file's text; undefined where there is none. */
  read(file: string): string | undefined;
}

export interface Place {
  store: StoreName;
  folder: string;
}

export const hereAndNow = (): Surroundings => ({
  env: process.env,
  home: os.homedir(),
  platform: process.platform,
  read: readShort,
});

/** Of a file where a tool notes which folder the person has chosen. */
export function readShort(file: string): string | undefined {
  try {
    return readSmallFileNow(file, MOST_NOTE_BYTES);
  } catch {
    return undefined;
  }
}

const MOST_NOTE_BYTES = 1 << 16;

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

  // Ollama takes quotes away, too.
  const ollama = [env.OLLAMA_MODELS?.replace(/^["'\s]+|["'\s]+$/g, '') || at('.ollama', 'models')];
  if (platform === 'linux') ollama.push('/usr/share/ollama/.ollama/models');
  const llamaCpp = [env.LLAMA_CACHE];
  if (platform === 'darwin') llamaCpp.push(at('Library', 'Caches', 'llama.cpp'));
  else llamaCpp.push(path.join(platform === 'win32' ? localAppData : cache, 'llama.cpp'));
  const dataFolder = { win32: appData, darwin: support }[platform as string] ?? share;
  const gpt4all = { win32: localAppData, darwin: support }[platform as string] ?? share;
  const all: [StoreName, (string | undefined)[]][] = [
    ['folder', folders.map((folder) => folder.replace(/^~(?=$|[/\\])/, home)).filter((it) => path.isAbsolute(it))],
    ['ollama', ollama],
    ['hugging-face', huggingFaceCaches(surroundings)],
    ['llama.cpp', llamaCpp],
    ['lm-studio', lmStudioHomes(surroundings).map((folder) => path.join(folder, 'models'))],
    ['jan', [...janFolders(surroundings, dataFolder).map((folder) => path.join(folder, 'llamacpp', 'models')), path.join(config, 'Jan', 'data', 'llamacpp', 'models'), at('jan', 'models')]], // prettier-ignore
    ['gpt4all', [path.join(gpt4all, 'nomic.ai', 'GPT4All'), at('.cache', 'gpt4all')]],
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

/** The one that the person has chosen, which LM Studio notes, and its usual ones. */
function lmStudioHomes({ home, read }: Surroundings): string[] {
  const chosen = read(path.join(home, '.lmstudio-home-pointer'))?.trim() ?? '';
  return [...absolute(chosen), path.join(home, '.lmstudio'), path.join(home, '.cache', 'lm-studio')];
}

/** The one that the environment or the person's settings name, and the usual one. */
function janFolders({ env, read }: Surroundings, dataFolder: string): string[] {
  return [
    ...absolute(env.JAN_DATA_FOLDER),
    ...absolute(janSetting(read(path.join(dataFolder, 'Jan', 'settings.json')))),
    path.join(dataFolder, 'Jan', 'data'),
  ];
}

function janSetting(text: string | undefined): unknown {
  try {
    return (JSON.parse(text ?? 'null') as { data_folder?: unknown } | null)?.data_folder;
  } catch {
    return undefined;
  }
}

const absolute = (folder: unknown): string[] => (typeof folder === 'string' && path.isAbsolute(folder) ? [folder] : []);

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
