/** Docker Model Runner's store: models.json names the files of each model, by digest in blobs/sha256 (docker/model-distribution, pkg/store). */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { beginsLikeGguf, type Listing } from './listing.node';

export async function listDocker(folder: string, listing: Listing): Promise<void> {
  const index = path.join(folder, 'models.json');
  const blobs = path.join(folder, 'blobs', 'sha256');
  const there = await stat(index).catch((thrown: unknown) => listing.fail(index, 'folder', thrown));
  if (there) await listIndex(index, blobs, listing);
  for (const name of await listing.names(blobs)) {
    const file = path.join(blobs, name);
    if (/^[0-9a-f]{64}$/.test(name) && (await beginsLikeGguf(file)))
      await listing.add(file, 'docker', name.slice(0, 12));
  }
}

async function listIndex(index: string, blobs: string, listing: Listing): Promise<void> {
  const read = await listing.json(index);
  if (read === undefined) return;
  const models = (read as { models?: unknown } | null)?.models;
  if (!Array.isArray(models)) return listing.fail(index, 'manifest', new Error('It names no models.'));
  for (const model of models) {
    const { tags, files } = (model ?? {}) as { tags?: unknown; files?: unknown };
    const tag = Array.isArray(tags) ? (tags as unknown[]).find((it) => typeof it === 'string') : undefined;
    for (const digest of Array.isArray(files) ? (files as unknown[]) : []) {
      const [, hash] = /^sha256:([0-9a-f]{64})$/.exec(String(digest)) ?? [];
      const file = hash && path.join(blobs, hash);
      // A model's files are its GGUF, licences and templates.
      if (file && (await beginsLikeGguf(file))) await listing.add(file, 'docker', tag ?? hash.slice(0, 12));
    }
  }
}
