/**
 * What a person loses when the engine dies: its process is killed from outside, in the middle of a run and while nothing
 * runs, by turns; what was shown must still be there, and “Try again” must bring everything back. A program, not a test:
 * `node bench/kills.mjs` prints the counts, and fails where anything was lost.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { closeShared } from './driver/shared';
import { startWorkbench, type Workbench } from './driver/workbench';
import { quantiles } from './measured';

/** So many tokens that a run takes long enough to be met in the middle. */
const LINE = 'const total = price * count + shipping;\n';
const FILE = 'kills.ts';
const WAIT = { timeout: 60_000 };

/** Processes that run this worker's script for this workbench: with turbo, the engine is one of its own. */
function enginePids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.endsWith('/dist/explainWorker.js')) && isOurs(pid);
      } catch {
        return false; // it has ended
      }
    });
}

/** Whether this program started it, over whatever is between. */
function isOurs(pid: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === process.pid) return true;
  return false;
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

export async function main([given = '100']: string[]): Promise<void> {
  const rounds = Number(given);
  const settings = { 'attentionExplainer.turbo': true };
  const workbench = await startWorkbench({ files: { [FILE]: LINE.repeat(60) }, open: FILE, settings });
  const lost: string[] = [];
  const back: number[] = [];
  try {
    await workbench.hideSideBar();
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    await workbench.explained(FILE);
    const text = await shownText(workbench);
    for (let round = 0; round < rounds; round++) {
      const inTheMiddle = round % 2 === 0;
      const problem = await kill(workbench, inTheMiddle);
      if (problem) lost.push(`round ${round}: ${problem}`);
      if ((await shownText(workbench)) !== text) lost.push(`round ${round}: the text was not there after the kill`);
      const started = performance.now();
      await button(workbench, 'Try again').click();
      await state(workbench, 'done');
      back.push(performance.now() - started);
      if ((await shownText(workbench)) !== text) lost.push(`round ${round}: the text is another one`);
    }
  } finally {
    await workbench.close();
    await closeShared();
  }
  const { median, p95 } = quantiles(back);
  console.log(`${rounds} kills, ${back.length} times back, ${lost.length} times something lost`);
  console.log(`back after “Try again”: median ${median} ms, 95 % within ${p95} ms`);
  for (const one of lost) console.log(one);
  if (lost.length > 0) process.exitCode = 1;
}

/** What went wrong, if anything. */
async function kill(workbench: Workbench, inTheMiddle: boolean): Promise<string | undefined> {
  if (inTheMiddle) {
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    await state(workbench, 'busy');
  }
  const pids = enginePids();
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  // Nothing runs: the next question finds out.
  if (!inTheMiddle) await workbench.tokens().nth(5).click();
  await state(workbench, 'failed');
  return pids.length === 1 ? undefined : `${pids.length} engines ran`;
}

const shownText = async (workbench: Workbench): Promise<string> =>
  (await workbench.tokens().allTextContents()).join('').slice(0, 2000);
const state = (workbench: Workbench, name: string): Promise<void> =>
  workbench.panelFrame().locator(`#app[data-state="${name}"]`).waitFor(WAIT);
const button = (workbench: Workbench, name: string): Locator =>
  workbench.panelFrame().locator('#app').getByRole('button', { name, exact: true });
