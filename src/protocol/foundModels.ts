/** Models that lie on the disk: where they were found, and what the head of each says. */
import type { Problem } from './problem';

/** Whose folder it lies in; 'folder': one that the person named in the settings; 'bundled': the extension's own. */
export type StoreName =
  | 'bundled'
  | 'ollama'
  | 'hugging-face'
  | 'llama.cpp'
  | 'lm-studio'
  | 'jan'
  | 'gpt4all'
  | 'docker'
  | 'folder';

/** What a file's head says, as far as it says it. */
export interface ModelHead {
  /** general.name; null: none. */
  name: string | null;
  /** general.architecture. */
  architecture: string | null;
  /** The type that most weights have. */
  quantization: string | null;
  parameters: number | null;
  /** Those that take part in one token's computation; null where the architecture is not supported. */
  activeParameters: number | null;
  /** Tokens the model was trained to look back over. */
  context: number | null;
  /** Why the engine does not run it; null: it does. */
  problem: PlainProblem | null;
}

/** A Problem that crosses a port as part of an answer. */
export type PlainProblem = Pick<Problem, 'code' | 'message' | 'detail'>;

export const plainProblem = ({ code, message, detail }: Problem): PlainProblem => ({ code, message, detail });

export interface FoundModel extends ModelHead {
  /** Of the file, or of the first of its parts. */
  path: string;
  /** Files that it consists of; 1 where it is not split. */
  parts: number;
  store: StoreName;
  /** What the store calls it: "qwen3:8b", "owner/name/file.gguf". */
  label: string;
  /** Of all its parts. */
  bytes: number;
  /** It is larger than the memory that weights may take here: it is read a part of a layer at a time. */
  streams: boolean;
  /** Its head was read to the end: parameters, quantisation and whether it is supported are known. */
  isRead: boolean;
}

/** What could not be read where models lie. */
export interface Unreadable {
  path: string;
  why: 'folder' | 'manifest' | 'too-many';
  message: string;
}

export interface FoundModels {
  models: FoundModel[];
  unreadable: Unreadable[];
}

export type StoresWorkerApi = {
  /**
   * Looks through every store and the folders named. Progress: first every model with its name, in the order of the result,
   * then those again whose heads were read.
   */
  find: { params: FindParams; result: FoundModels; progress: FoundModel[] };
  /** Asks the usual ports of this machine. */
  servers: { params: Record<never, never>; result: RunningServer[] };
};

/** A server on this machine that answers questions with models of its own. */
export interface RunningServer {
  kind: 'ollama' | 'llama.cpp';
  /** As `baseAddress` gives it. */
  address: string;
  /** `file`: where its weights lie on this disk, where the server says so. */
  models: { name: string; file?: string }[];
}

export interface FindParams {
  /** The folder with the bundled models. */
  bundled: string;
  folders: readonly string[];
  /** Where heads are kept from one time to the next. */
  cacheFile?: string;
}
