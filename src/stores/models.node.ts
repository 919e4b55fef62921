/** Which models the files that were found make: split ones are one model, projectors none. */
import path from 'node:path';
import { listDocker } from './docker.node';
import { asPath, asRepository, walk, type Candidate, type Listing } from './listing.node';
import { listOllama } from './ollama.node';
import type { Place } from './places.node';

/** The files of one model, in order. */
export interface ListedModel {
  files: readonly Candidate[];
  /** Numbers of parts that are not there, from 1. */
  missing: readonly number[];
}

/** Of one place; only names and sizes are read. What cannot be read is noted in `listing`. */
export async function listModels({ store, folder }: Place, listing: Listing): Promise<ListedModel[]> {
  const before = listing.candidates.length;
  if (store === 'ollama') await listOllama(folder, listing);
  else if (store === 'docker') await listDocker(folder, listing);
  else await walk(folder, store, listing, store === 'hugging-face' || store === 'llama.cpp' ? asRepository : asPath);
  return joined(listing.candidates.slice(before).filter(({ path: file }) => !/mmproj/i.test(path.basename(file))));
}

/** As llama.cpp's gguf-split names them. */
const PART = /^(.*)-(\d{5})-of-(\d{5})(\.gguf)$/i;

function joined(files: readonly Candidate[]): ListedModel[] {
  const models = new Map<string, Map<number, Candidate>>();
  const counts = new Map<string, number>();
  for (const file of files) {
    const [, stem, number, count] = PART.exec(file.path) ?? [];
    // The same inode has one name: a link to a part stands in the folder of the other links.
    const key = stem === undefined ? file.path : `${stem}-of-${count}`;
    const parts = models.get(key) ?? new Map<number, Candidate>();
    parts.set(stem === undefined ? 1 : Number(number), file);
    models.set(key, parts);
    counts.set(key, stem === undefined ? 1 : Number(count));
  }
  return [...models].map(([key, parts]) => {
    const count = Math.min(counts.get(key)!, MOST_PARTS);
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    return {
      files: [...parts].sort(([a], [b]) => a - b).map(([, file]) => file),
      missing: numbers.filter((number) => !parts.has(number)),
    };
  });
}

/** A name may claim 99,999. */
const MOST_PARTS = 1000;
