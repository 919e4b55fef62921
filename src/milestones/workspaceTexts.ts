/** Which of a workspace's files experiments read, and how much of them; the host and the command line share it. */
import type { WorkspaceText } from '../protocol/milestones';
import { Problem } from '../protocol/problem';

/** In bytes; larger files are mostly generated, and are not even read. */
const LARGEST_FILE = 200_000;
const ENOUGH_FILES = 2000;

/** Folders that hold what others wrote or what was made from the sources. */
export const SKIPPED_FOLDERS = [
  'node_modules',
  'dist',
  'out',
  'build',
  'target',
  'vendor',
  'coverage',
  '__pycache__',
] as const;

/** Names of files worth reading, without the dot. */
export const TEXT_EXTENSIONS =
  'ts tsx js jsx mjs cjs py go rs java kt c h cc cpp hpp cs rb php swift scala sh sql lua r jl hs ml ex md txt rst css html vue svelte'.split(
    ' ',
  );

export interface TextSource {
  /** Relative path with `/`. */
  name: string;
  /** In bytes. */
  size(): Promise<number>;
  read(): Promise<string>;
}

/** Whether the path is one that `collectTexts` would read. */
export function isWorthReading(name: string): boolean {
  const parts = name.split('/');
  const folders = parts.slice(0, -1);
  if (folders.some((folder) => folder.startsWith('.') || (SKIPPED_FOLDERS as readonly string[]).includes(folder))) {
    return false;
  }
  const file = parts.at(-1)!;
  return !/\.min\.|-lock\./.test(file) && TEXT_EXTENSIONS.includes(file.split('.').at(-1)!.toLowerCase());
}

/**
 * At most `characters` in all, from files spread over the whole workspace: the order of reading is by a hash of the
 * name, so equal workspaces give equal texts. In order of name. A file that is too large or cannot be read is left out.
 * @throws Problem cancelled, before the next file, when `signal` is aborted
 */
export async function collectTexts(
  sources: readonly TextSource[],
  characters: number,
  signal?: AbortSignal,
): Promise<WorkspaceText[]> {
  const stopped = (): void => {
    if (signal?.aborted) throw new Problem('cancelled', 'Cancelled.');
  };
  stopped();
  const spread = sources
    .filter(({ name }) => isWorthReading(name))
    .map((source) => ({ source, place: hash(source.name) }))
    .sort((a, b) => a.place - b.place || (a.source.name < b.source.name ? -1 : 1))
    .slice(0, ENOUGH_FILES);
  const texts: WorkspaceText[] = [];
  let left = characters;
  for (const { source } of spread) {
    if (left <= 0) break;
    stopped();
    const text = await readSmall(source).catch(() => '');
    if (text.length === 0 || text.includes('\0')) continue;
    texts.push({ name: source.name, text: text.slice(0, left).replace(/\r\n/g, '\n') });
    left -= text.length;
  }
  return texts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readSmall(source: TextSource): Promise<string> {
  return (await source.size()) > LARGEST_FILE ? '' : source.read();
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
