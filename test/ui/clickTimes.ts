/**
 * From the keystroke to the first picture and to the complete result, on the bundled model, each time with a worker that
 * has to be started first. A program, not a test: `npm run bench:click` prints the table.
 */
import os from 'node:os';
import { closeShared } from './driver/shared';
import { startWorkbench, type Workbench } from './driver/workbench';

/** The client ends an unused worker after 5 s (explainClient.node.ts). */
const COLD_MS = 6500;

/** Lines of about 15 tokens in the bundled model's vocabulary. */
const line = (i: number): string => `const value${i} = compute(items[${i}], total);\n`;

interface Timing {
  firstPicture: number;
  complete: number;
}

export async function main(args: string[]): Promise<void> {
  const rounds = Number(args[0] ?? 20);
  // [wanted tokens, lines]
  const sizes = [50, 250, 1000].map((tokens) => ({ tokens, lines: Math.round(tokens / 14.6) }));
  const files = Object.fromEntries(
    sizes.map(({ tokens, lines }) => [`click-${tokens}.ts`, Array.from({ length: lines }, (_, i) => line(i)).join('')]),
  );
  const workbench = await startWorkbench({ files, open: 'click-50.ts' });
  try {
    console.log(
      `${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, ${rounds} rounds`,
    );
    for (const { tokens } of sizes) {
      const name = `click-${tokens}.ts`;
      await workbench.openFile(name);
      const timings: Timing[] = [];
      let counted = 0;
      for (let round = 0; round < rounds; round++) {
        const { timing, shown } = await once(workbench, name);
        timings.push(timing);
        counted = shown;
      }
      const of = (pick: (timing: Timing) => number): string => {
        const sorted = timings.map(pick).sort((a, b) => a - b);
        const at = (share: number): string => sorted[Math.ceil(share * sorted.length) - 1].toFixed(0);
        return `median ${at(0.5)} ms, p95 ${at(0.95)} ms`;
      };
      console.log(`${counted} tokens: first picture ${of((t) => t.firstPicture)}; complete ${of((t) => t.complete)}`);
    }
  } catch (thrown) {
    await workbench.screenshot('failed-click');
    throw thrown;
  } finally {
    await workbench.close({ check: false });
    await closeShared();
  }
}

async function once(workbench: Workbench, name: string): Promise<{ timing: Timing; shown: number }> {
  const { page } = workbench;
  await workbench.selectAll();
  const started = performance.now();
  await page.keyboard.press('Control+K');
  await page.keyboard.press('a');
  await workbench.tokens().first().waitFor();
  const firstPicture = performance.now() - started;
  await workbench.explained(name);
  const complete = performance.now() - started;
  const shown = await workbench.tokens().count();
  await workbench.showTab('Attention:');
  await workbench.runCommand('View: Close Editor');
  await page.locator('.tab', { hasText: 'Attention:' }).waitFor({ state: 'detached' });
  await workbench.showTab(name);
  await page.waitForTimeout(COLD_MS);
  return { timing: { firstPicture, complete }, shown };
}
