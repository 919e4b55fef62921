/**
 * Ollama's store: manifests/{host}/{namespace}/{model}/{tag} is JSON, whose layer of type “…image.model” names
 * blobs/sha256-…. Layers of type “…image.tensor” are safetensors, which are listed and said to be unsupported.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { beginsLikeGguf, type Listing } from './listing.node';

const MODEL_LAYER = 'application/vnd.ollama.image.model';
const TENSOR_LAYER = 'application/vnd.ollama.image.tensor';
const PROJECTOR_LAYER = 'application/vnd.ollama.image.projector';
/** host, namespace, model, tag */
const LEVELS = 4;

export async function listOllama(folder: string, listing: Listing): Promise<void> {
  const named = new Set<string>();
  const enter = async (at: string, parts: readonly string[]): Promise<void> => {
    if (parts.length === LEVELS) return listManifest(folder, at, parts, listing, named);
    for (const name of await listing.names(at)) {
      const inner = path.join(at, name);
      // A stray file (.DS_Store) between the folders is no manifest.
      if (parts.length + 1 === LEVELS || (await isFolder(inner))) await enter(inner, [...parts, name]);
    }
  };
  await enter(path.join(folder, 'manifests'), []);
  await listNameless(path.join(folder, 'blobs'), named, listing);
}

async function listManifest(
  folder: string,
  file: string,
  [host, namespace, model, tag]: readonly string[],
  listing: Listing,
  named: Set<string>,
): Promise<void> {
  if (tag.startsWith('.')) return;
  const manifest = await listing.json(file);
  if (manifest === undefined) return;
  const layers = layersOf(manifest);
  if (!layers) return listing.fail(file, 'manifest', new Error('It names no layers.'));
  const own = host === 'registry.ollama.ai' ? (namespace === 'library' ? [] : [namespace]) : [host, namespace];
  const label = `${[...own, model].join('/')}:${tag}`;
  for (const { mediaType, digest } of layers) {
    const blob = digest && path.join(folder, 'blobs', digest.replace(':', '-'));
    if (blob && [MODEL_LAYER, TENSOR_LAYER, PROJECTOR_LAYER].includes(mediaType)) named.add(path.basename(blob));
    if (mediaType !== MODEL_LAYER) continue;
    if (!blob) listing.fail(file, 'manifest', new Error('Its model has no valid digest.'));
    else if (!(await isThere(blob))) listing.fail(file, 'manifest', new Error(`${blob} is not there.`));
    else await listing.add(blob, 'ollama', label);
  }
  const tensors = layers.filter(({ mediaType }) => mediaType === TENSOR_LAYER);
  if (tensors.length > 0 && !layers.some(({ mediaType }) => mediaType === MODEL_LAYER)) {
    await listing.add(file, 'ollama', label, 'safetensors');
  }
}

/** Models whose manifest is gone, or was broken. */
async function listNameless(blobs: string, named: ReadonlySet<string>, listing: Listing): Promise<void> {
  for (const name of await listing.names(blobs)) {
    if (named.has(name) || !/^sha256-[0-9a-f]{64}$/.test(name)) continue;
    const file = path.join(blobs, name);
    if (await beginsLikeGguf(file)) await listing.add(file, 'ollama', name.slice(0, 19));
  }
}

/** undefined: it is no manifest. A digest that could lead out of the store is none. */
function layersOf(manifest: unknown): { mediaType: string; digest?: string }[] | undefined {
  const layers = (manifest as { layers?: unknown } | null)?.layers;
  if (!Array.isArray(layers)) return undefined;
  return layers.map((layer: unknown) => {
    const { mediaType, digest } = (layer ?? {}) as Record<string, unknown>;
    return {
      mediaType: typeof mediaType === 'string' ? mediaType : '',
      digest: typeof digest === 'string' && /^sha256[:-][0-9a-f]{64}$/.test(digest) ? digest : undefined,
    };
  });
}

const isThere = (file: string): Promise<boolean> => stat(file).then((found) => found.isFile(), () => false); // prettier-ignore
const isFolder = (file: string): Promise<boolean> => stat(file).then((found) => found.isDirectory(), () => false); // prettier-ignore
