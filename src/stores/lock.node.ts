/** One window at a time: a file that is there while somebody works, touched so that one left behind is told from one in use. */
import { link, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { Problem } from '../protocol/problem';

const TOUCHED_MS = 5_000;
/** Untouched for longer, nobody works any more. */
const STALE_MS = 30_000;

/** Resolves with what gives it back. Throws Problem download-elsewhere while another has it. */
export async function lock(file: string): Promise<() => Promise<void>> {
  for (let tries = 0; ; tries++) {
    try {
      const handle = await open(file, 'wx');
      await handle.close();
      break;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      const age = await stat(file).then(({ mtimeMs }) => Date.now() - mtimeMs, () => Infinity); // prettier-ignore
      if (age < STALE_MS || tries === 3) {
        throw new Problem('download-elsewhere', `Another window is downloading this file (${file}).`, { file });
      }
      await takeAway(file);
    }
  }
  const touching = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, TOUCHED_MS);
  return async () => {
    clearInterval(touching);
    await rm(file, { force: true });
  };
}

/**
 * Removes a lock that nobody touches any more. Of several windows that find it at once, the slower may catch the lock that the
 * faster has made meanwhile: that one is put back.
 */
async function takeAway(file: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  const isThere = await rename(file, aside).then(() => true, () => false); // prettier-ignore
  if (!isThere) return;
  const { mtimeMs } = await stat(aside);
  if (Date.now() - mtimeMs < STALE_MS) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
