/** A finished run as a file: what an entry shows before anybody has run it, with typed arrays as they are. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RecordedRun } from '../protocol/milestones';

export const recordedFile = (media: string, id: string): string => path.join(media, 'milestones', `${id}.v8.gz`);

/** Node reads what any earlier Node has serialized. */
export async function writeRecorded(file: string, run: RecordedRun): Promise<void> {
  await writeFile(file, gzipSync(serialize(run), { level: 9 }));
}

/** Null where there is no such file. Throws what reading and unpacking throw. */
export async function readRecorded(file: string): Promise<RecordedRun | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  return deserialize(gunzipSync(bytes)) as RecordedRun;
}
