/**
 * How long the page's own work takes to draw all heads of a text of 1,000 tokens: the frame in which they are put in
 * another order, with everything else that is drawn again then. A program, not a test: `node bench/overview.mjs` prints
 * the table and writes it to bench/results/overview.json.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { closeShared } from './driver/shared';
import { startWorkbench } from './driver/workbench';
import { quantiles, textsOf } from './measured';

const TOKENS = 1000;
const ROUNDS = 30;
const RESULTS = path.join('bench', 'results', 'overview.json');

interface Frame {
  /** From the frame's beginning to the end of what all views draw. */
  draw: number;
  /** Until the frame after it: layout, painting and the browser's own work included. */
  next: number;
}

export async function main(): Promise<void> {
  const [text] = await textsOf([TOKENS]);
  const workbench = await startWorkbench({ files: { 'overview.ts': text }, open: 'overview.ts' });
  try {
    await workbench.hideSideBar();
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    await workbench.explained('overview.ts');
    await workbench.settled();
    const order = workbench.panelFrame().locator('[data-section="heads"] select');
    const frames: Frame[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      frames.push(
        await order.evaluate(
          (select: HTMLSelectElement, value) =>
            new Promise<Frame>((resolve) => {
              let began = 0;
              requestAnimationFrame(() => (began = performance.now()));
              select.value = value;
              // The views ask for the same frame, and draw between these two.
              select.dispatchEvent(new Event('change'));
              requestAnimationFrame(() => {
                const draw = performance.now() - began;
                requestAnimationFrame(() => resolve({ draw, next: performance.now() - began }));
              });
            }),
          round % 2 === 0 ? 'previous-token' : 'layer',
        ),
      );
    }
    const result = {
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
      machine: `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`,
      load: Number(os.loadavg()[0].toFixed(1)),
      rounds: ROUNDS,
      tokens: TOKENS,
      maps: await workbench.panelFrame().locator('.head-cell').count(),
      drawMs: quantiles(frames.map(({ draw }) => draw)),
      nextFrameMs: quantiles(frames.map(({ next }) => next)),
    };
    console.log(JSON.stringify(result, null, 2));
    writeFileSync(path.join(root, RESULTS), `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await workbench.close({ check: false });
    await closeShared();
  }
}
