/**
 * From the keystroke to the open panel, to the first picture, to the complete result and to the first sentence, on the bundled model, each
 * time with a worker that has to be started first. A program, not a test: `npm run bench:click -- [rounds [tokens…]]` prints the
 * table and writes it to bench/results/click.json.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { closeShared } from './driver/shared';
import { startWorkbench, type Workbench } from './driver/workbench';
import { quantiles, textsOf } from './measured';

/** An unused worker ends 5 s after the last panel (workerClient.node.ts); longer than that makes the next one cold. */
const COLD_MS = 5500;
const SIZES = [50, 250, 1000];
/** A text of which nothing is told by then has no sentence. */
const SENTENCE_MS = 20_000;
const RESULTS = path.join('bench', 'results', 'click.json');

interface Timing {
  /** VS Code has made the panel's document: what comes before is not ours. */
  document: number;
  /** The panel is there and says what it is doing. */
  opened: number;
  firstPicture: number;
  complete: number;
  /** What was expected, and which look back carried it; null: there is no such sentence. */
  sentence: number | null;
}

export async function main(args: string[]): Promise<void> {
  const rounds = Number(args[0] ?? 20);
  const sizes = args.length > 1 ? args.slice(1).map(Number) : SIZES;
  const texts = await textsOf(sizes);
  const nameOf = (tokens: number): string => `click-${tokens}.ts`;
  const files = Object.fromEntries(sizes.map((tokens, i) => [nameOf(tokens), texts[i]]));
  const workbench = await startWorkbench({ files, open: nameOf(sizes[0]) });
  const rows: object[] = [];
  try {
    for (const tokens of sizes) {
      await workbench.openFile(nameOf(tokens));
      const before = loadNow();
      const timings: Timing[] = [];
      while (timings.length < rounds) timings.push(await once(workbench, nameOf(tokens)));
      const sentences = timings.flatMap(({ sentence }) => sentence ?? []);
      const row = {
        tokens,
        documentMs: quantiles(timings.map(({ document }) => document)),
        openedMs: quantiles(timings.map(({ opened }) => opened)),
        firstPictureMs: quantiles(timings.map(({ firstPicture }) => firstPicture)),
        completeMs: quantiles(timings.map(({ complete }) => complete)),
        sentenceMs: sentences.length > 0 ? quantiles(sentences) : 'none',
        load: { before, after: loadNow() },
      };
      console.log(JSON.stringify(row));
      rows.push(row);
    }
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
    const machine = `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`;
    writeFileSync(path.join(root, RESULTS), `${JSON.stringify({ commit, machine, rounds, rows }, null, 2)}\n`);
    console.log(`${machine}, ${rounds} rounds: ${RESULTS}`);
  } catch (thrown) {
    await workbench.screenshot('failed-click');
    throw thrown;
  } finally {
    await workbench.close({ check: false });
    await closeShared();
  }
}

/** Of the last minute. */
function loadNow(): number {
  return Number(os.loadavg()[0].toFixed(1));
}

async function once(workbench: Workbench, name: string): Promise<Timing> {
  const { page } = workbench;
  await workbench.selectAll();
  const started = performance.now();
  const startedAt = Date.now();
  await page.keyboard.press('Control+K');
  await page.keyboard.press('a');
  await workbench.panelFrame().locator('#app[data-state]').waitFor();
  const opened = performance.now() - started;
  await workbench.tokens().first().waitFor();
  const firstPicture = performance.now() - started;
  await workbench.explained(name);
  const complete = performance.now() - started;
  const told = workbench.panelFrame().locator('.story .sentence', { hasText: /\w/ });
  const sentence = await told.waitFor({ timeout: SENTENCE_MS }).then(
    () => performance.now() - started,
    () => null,
  );
  const made = await workbench
    .panelFrame()
    .locator('#app')
    .evaluate(() => performance.timeOrigin);
  await workbench.showTab('Attention:');
  await workbench.runCommand('View: Close Editor');
  await page.locator('.tab', { hasText: 'Attention:' }).waitFor({ state: 'detached' });
  await workbench.showTab(name);
  await page.waitForTimeout(COLD_MS);
  return { document: made - startedAt, opened, firstPicture, complete, sentence };
}
