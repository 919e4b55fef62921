/** Hugging Face as a source of models: what a name or an address means, and which GGUF files a repository has. */
import { listFiles, modelInfo } from '@huggingface/hub';
import { guarded, page, problemOfFailure, type Hub } from './hubFetch.node';

export interface RepositoryName {
  /** "owner/name" */
  repository: string;
  /** Branch, tag or commit; 'main' where none is said. */
  revision: string;
  /** Path of the file that the address leads to, or a part of its name ("Q4_K_M" of "owner/name:Q4_K_M"). */
  file?: string;
}

export interface RemoteFile {
  /** Path in the repository. */
  path: string;
  /** In bytes. */
  size: number;
  /** Hex: the SHA-256 of its bytes where it lies in the store of large files, else git's name of it (a SHA-1). */
  digest: string;
}

/** One model of a repository: its files in order, several where it is split. */
export interface RemoteModel {
  /** Path of the first, without its number where it is one of several. */
  name: string;
  files: RemoteFile[];
  bytes: number;
}

export interface Repository {
  repository: string;
  revision: string;
  /** The commit that the revision means now; 40 hex digits. */
  commit: string;
  models: RemoteModel[];
}

const NAME = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;
const HOSTS = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\//i;

/** undefined: it is neither a repository's name nor an address of one. */
export function readRepositoryName(written: string): RepositoryName | undefined {
  const text = written.trim();
  const [way] = text.replace(HOSTS, '').split(/[?#]/);
  const parts = way.split('/').filter((part) => part !== '');
  // "owner/name:Q4_K_M", as Ollama and llama.cpp take it.
  const [last, quantization] = parts.length === 2 ? parts[1].split(':') : [parts[1]];
  const repository = `${parts[0]}/${last}`;
  if (!NAME.test(repository) || repository.includes('..') || repository.includes('--')) return undefined;
  if (/^[a-z]+:\/\//i.test(text) && !HOSTS.test(text)) return undefined;
  if (parts.length === 2) return { repository, revision: 'main', ...(quantization && { file: quantization }) };
  if (!['blob', 'resolve', 'tree'].includes(parts[2]) || parts.length < 4) return undefined;
  const file = parts.slice(4).map(decoded).join('/');
  return { repository, revision: decoded(parts[3]), ...(file && { file }) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Of more files no repository with models has. */
const MOST_FILES = 10_000;
/** A list comes in parts of a thousand; one that goes on without an entry ends, too. */
const MOST_ANSWERS = 100;

/** Throws Problem download-…, cancelled. */
export async function readRepository(
  hub: Hub,
  { repository, revision }: RepositoryName,
  signal: AbortSignal,
): Promise<Repository> {
  const ask = guarded(hub, signal);
  let answers = 0;
  const fetch: typeof ask = (input) => {
    if (++answers > MOST_ANSWERS) throw page(hub);
    return ask(input);
  };
  const at = { fetch, hubUrl: hub.endpoint };
  try {
    const { sha: commit } = await modelInfo({ name: repository, revision, additionalFields: ['sha'], ...at });
    if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit)) throw page(hub);
    const files: RemoteFile[] = [];
    let count = 0;
    for await (const entry of listFiles({ repo: repository, revision: commit, recursive: true, ...at })) {
      if (++count > MOST_FILES) throw page(hub);
      const file = ggufOf(entry);
      if (file) files.push(file);
    }
    return { repository, revision, commit, models: joined(files) };
  } catch (thrown) {
    throw problemOfFailure(thrown, hub, signal);
  }
}

/** Paths are later joined to a folder of ours: those that would leave it are none of ours. */
function ggufOf(entry: unknown): RemoteFile | undefined {
  const { type, path, lfs, oid, size } = (entry ?? {}) as {
    type?: unknown;
    path?: unknown;
    oid?: unknown;
    size?: unknown;
    lfs?: { oid?: unknown; size?: unknown };
  };
  if (type !== 'file' || typeof path !== 'string' || !/\.gguf$/i.test(path) || /mmproj/i.test(path)) return undefined;
  if (path.split(/[/\\]/).some((part) => part === '' || part === '.' || part === '..' || /[\0:]/.test(part)))
    return undefined;
  const [digest, bytes, form] = lfs ? [lfs.oid, lfs.size, /^[0-9a-f]{64}$/] : [oid, size, /^[0-9a-f]{40}$/];
  if (typeof digest !== 'string' || !form.test(digest)) return undefined; // nothing could be checked
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 24) return undefined;
  return { path, size: bytes, digest };
}

const PART = /-(\d{5})-of-(\d{5})(?=\.gguf$)/i;

/** Split files as one; those of which parts are missing are left out. */
function joined(files: readonly RemoteFile[]): RemoteModel[] {
  const groups = new Map<string, RemoteFile[]>();
  for (const file of files) {
    const name = file.path.replace(PART, '');
    const group = groups.get(name);
    if (group) group.push(file);
    else groups.set(name, [file]);
  }
  return [...groups].flatMap(([name, group]) => {
    const count = Number(PART.exec(group[0].path)?.[2] ?? 1);
    group.sort((a, b) => (a.path < b.path ? -1 : 1));
    if (group.length !== count || !group.every(({ path }, i) => Number(PART.exec(path)?.[1] ?? 1) === i + 1)) return [];
    return [{ name, files: group, bytes: group.reduce((sum, { size }) => sum + size, 0) }];
  });
}
