/** Made copies of every tool's store of models, with tiny models of random weights, in a home of their own. */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readShort, type Surroundings } from '../../src/stores/places.node';
import { tinyModelBytes, tinyModelFile } from './tinyModel';
import { u32, writeGguf } from './ggufWriter';

export const surroundings = (home: string, env: Surroundings['env'] = {}): Surroundings => ({
  env,
  home,
  platform: 'linux',
  read: readShort,
});

export function put(bytes: Uint8Array | string, ...names: string[]): string {
  const file = path.join(...names);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A model as Ollama keeps it; the blob's path. */
export function putOllama(home: string, name: string, bytes: Uint8Array, mediaType = 'model'): string {
  const folder = path.join(home, '.ollama', 'models');
  const digest = digestOf(bytes);
  const layer = {
    mediaType: `application/vnd.ollama.image.${mediaType}`,
    digest: `sha256:${digest}`,
    size: bytes.length,
  };
  const template = { mediaType: 'application/vnd.ollama.image.template', digest: `sha256:${'0'.repeat(64)}`, size: 1 };
  const [model, tag] = name.split(':');
  const manifest = JSON.stringify({ schemaVersion: 2, layers: [layer, template] });
  const place = model.includes('/') ? model.split('/') : ['registry.ollama.ai', 'library', model];
  put(manifest, folder, 'manifests', ...place, tag);
  return put(bytes, folder, 'blobs', `sha256-${digest}`);
}

/** A file as huggingface_hub keeps it: the link's path. */
export function putHuggingFace(cache: string, repository: string, file: string, bytes: Uint8Array): string {
  const folder = path.join(cache, `models--${repository.replaceAll('/', '--')}`);
  const commit = 'c0ffee'.padEnd(40, '0');
  const blob = put(bytes, folder, 'blobs', digestOf(bytes));
  put(commit, folder, 'refs', 'main');
  const link = path.join(folder, 'snapshots', commit, ...file.split('/'));
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(path.relative(path.dirname(link), blob), link);
  return link;
}

/** The tensors of a model divided over `count` files, as gguf-split does it. */
export function splitModel(count: number, seed = 1): Uint8Array[] {
  const { metadata, tensors } = tinyModelFile({ name: 'in parts', seed });
  const each = Math.ceil(tensors.length / count);
  return Array.from({ length: count }, (_, part) =>
    writeGguf({
      metadata: { ...(part === 0 ? metadata : {}), 'split.no': u32(part), 'split.count': u32(count) },
      tensors: tensors.slice(part * each, (part + 1) * each),
    }),
  );
}

export const partName = (stem: string, part: number, count: number): string =>
  `${stem}-${String(part + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;

/** One model or more in every store; what `findModels` should call them. */
export function putEveryStore(home: string): string[] {
  const named = (name: string, seed: number): Uint8Array => tinyModelBytes({ name, seed });
  putOllama(home, 'tiny:latest', named('Of Ollama', 1));
  putOllama(home, 'hf.co/someone/theirs:Q8_0', named('Of another registry', 2));
  putOllama(home, 'safe:tensors', new TextEncoder().encode('{}'), 'tensor');
  const cache = path.join(home, '.cache');
  const hub = path.join(cache, 'huggingface', 'hub');
  const shared = putHuggingFace(hub, 'owner/repo', 'sub/model.gguf', named('Of Hugging Face', 3));
  putHuggingFace(hub, 'owner/repo', 'mmproj-model-f16.gguf', named('projector', 4));
  put(named('Of llama.cpp', 5), cache, 'llama.cpp', 'owner_model.gguf');
  put(named('Of LM Studio', 6), home, '.lmstudio', 'models', 'publisher', 'model', 'm.gguf');
  linkSync(shared, path.join(home, '.lmstudio', 'models', 'publisher', 'the-same-inode.gguf'));
  put(named('Of Jan', 7), home, '.config', 'Jan', 'data', 'llamacpp', 'models', 'jan', 'model.gguf');
  put(named('Of GPT4All', 8), home, '.local', 'share', 'nomic.ai', 'GPT4All', 'g.gguf');
  const docked = named('Of Docker', 9);
  const docker = path.join(home, '.docker', 'models');
  put(docked, docker, 'blobs', 'sha256', digestOf(docked));
  const entry = { id: `sha256:${digestOf(docked)}`, tags: ['ai/tiny:latest'], files: [`sha256:${digestOf(docked)}`] };
  put(JSON.stringify({ models: [entry] }), docker, 'models.json');
  splitModel(3).forEach((bytes, part) => put(bytes, home, 'mine', partName('big', part, 3)));
  return [
    'folder big-00001-of-00003.gguf',
    'ollama hf.co/someone/theirs:Q8_0',
    'ollama safe:tensors',
    'ollama tiny:latest',
    'hugging-face owner/repo/sub/model.gguf',
    'llama.cpp owner_model.gguf',
    'lm-studio publisher/model/m.gguf',
    'jan jan/model.gguf',
    'gpt4all g.gguf',
    'docker ai/tiny:latest',
  ];
}
