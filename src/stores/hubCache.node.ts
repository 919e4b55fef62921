/** Where a file of a repository lies in the Hugging Face cache: contents by hash, a link to them by name and commit. */
import { mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RemoteFile } from './hub.node';

export interface CachePlace {
  /** As `huggingFaceCaches` gives it. */
  cache: string;
  /** "owner/name" */
  repository: string;
  revision: string;
  /** 40 hex digits. */
  commit: string;
}

const folderOf = ({ cache, repository }: CachePlace): string =>
  path.join(cache, `models--${repository.replace('/', '--')}`);

export const blobOf = (place: CachePlace, { digest }: RemoteFile): string =>
  path.join(folderOf(place), 'blobs', digest);

export const snapshotOf = (place: CachePlace, file: RemoteFile): string =>
  path.join(folderOf(place), 'snapshots', place.commit, ...file.path.split('/'));

/** Names the contents, which are there, for this commit, and the commit for its branch. Resolves with the name's path. */
export async function link(place: CachePlace, file: RemoteFile): Promise<string> {
  const [blob, name] = [blobOf(place, file), snapshotOf(place, file)];
  await mkdir(path.dirname(name), { recursive: true });
  if (
    !(await stat(name).then(
      () => true,
      () => false,
    ))
  ) {
    await rm(name, { force: true }); // a link that leads nowhere
    // Windows without its developer mode makes no links; huggingface_hub puts the contents under the name there, too.
    await symlink(path.relative(path.dirname(name), blob), name).catch(async (thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') await rename(blob, name);
    });
  }
  if (/^\w[\w.-]*$/.test(place.revision) && place.revision !== place.commit) {
    const ref = path.join(folderOf(place), 'refs', place.revision);
    await mkdir(path.dirname(ref), { recursive: true });
    await writeFile(ref, place.commit);
  }
  return name;
}
