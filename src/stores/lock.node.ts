/** One window at a time: a file that is there while somebody works, touched so that one left behind is told from one in use. */
import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../protocol/problem';

const TOUCHED_MS = 5_000;
/** Untouched for longer, nobody works any more. */
const STALE_MS = 30_000;
/** While another window looks whether it is left behind, it may be out of its place. */
const ASIDE_MS = 50;

/** A lock that is held. A machine that slept, or a window that hung, may have lost it to another meanwhile. */
export interface Held {
  /** Throws Problem download-elsewhere where another has it. Before anything is written; `surely`: however lately it was asked. */
  check(surely?: 'surely'): Promise<void>;
  /** Another's stays. */
  giveBack(): Promise<void>;
}

/** Throws Problem download-elsewhere while another has it. `now` in milliseconds. */
export async function lock(file: string, now = Date.now): Promise<Held> {
  const token = randomUUID();
  for (let tries = 0; ; tries++) {
    try {
      await create(file, token);
      break;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      const age = await stat(file).then(({ mtimeMs }) => Date.now() - mtimeMs, () => Infinity); // prettier-ignore
      if (age < STALE_MS || tries === 3) throw elsewhere(file);
      await takeAway(file);
    }
  }
  let known = now();
  const hasToken = (): Promise<boolean> => readFile(file, 'utf8').then((found) => found === token, () => false); // prettier-ignore
  const isOurs = async (): Promise<boolean> => (await hasToken()) || (await wait(ASIDE_MS), hasToken());
  const touch = async (): Promise<void> => {
    if (!(await hasToken())) return;
    known = now();
    await utimes(file, new Date(), new Date());
  };
  const touching = setInterval(() => void touch().catch(() => undefined), TOUCHED_MS);
  return {
    async check(surely) {
      if (!surely && now() - known < 2 * TOUCHED_MS) return;
      if (!(await isOurs())) throw elsewhere(file);
      await touch();
    },
    async giveBack() {
      clearInterval(touching);
      if (await isOurs()) await rm(file, { force: true });
    },
  };
}

export const elsewhere = (file: string): Problem =>
  new Problem('download-elsewhere', `Another window is downloading this file (${file}).`, { file });

async function create(file: string, token: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(token);
  } catch (thrown) {
    await rm(file, { force: true });
    throw thrown;
  } finally {
    await handle.close();
  }
}

/**
 * Removes a lock that nobody touches any more. Of several windows that find it at once, the slower may catch the lock that the
 * faster has made meanwhile: that one is put back, as a copy, since not every disk has hard links.
 */
async function takeAway(file: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  const isThere = await rename(file, aside).then(() => true, () => false); // prettier-ignore
  if (!isThere) return;
  const { mtimeMs } = await stat(aside);
  // Where a third has made one by then, the faster finds at its next check that it is not its own.
  if (Date.now() - mtimeMs < STALE_MS) await copyFile(aside, file, constants.COPYFILE_EXCL).catch(() => undefined);
  await rm(aside, { force: true });
}
