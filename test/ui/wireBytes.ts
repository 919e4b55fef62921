/**
 * What crosses the wire between a remote, where the extension and its engine run, and the page that draws, while a person
 * explains a text and looks at it. A program, not a test: `node bench/wire.mjs [tokens]` prints the table and writes it to
 * bench/results/wire.json. Frames are counted as they are before compression; VS Code's own traffic is in it.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { WebSocket } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { closeShared } from './driver/shared';
import { startWorkbench } from './driver/workbench';
import { textsOf } from './measured';

const RESULTS = path.join('bench', 'results', 'wire.json');
/** Without a frame of more than a heartbeat for so long, a step is over. */
const QUIET_MS = 3000;
const HEARTBEAT_BYTES = 2000;

export async function main(args: string[]): Promise<void> {
  const tokens = Number(args[0] ?? 1000);
  const [text] = await textsOf([tokens]);
  const workbench = await startWorkbench({ files: { 'wire.ts': text }, open: 'wire.ts' });
  const { page } = workbench;
  const count = { down: 0, up: 0, last: 0 };
  const listen = (socket: WebSocket): void => {
    socket.on('framereceived', ({ payload }) => add('down', payload));
    socket.on('framesent', ({ payload }) => add('up', payload));
  };
  const add = (way: 'down' | 'up', payload: string | Buffer): void => {
    count[way] += payload.length;
    if (payload.length > HEARTBEAT_BYTES) count.last = performance.now();
  };
  page.on('websocket', listen);
  const rows: { step: string; downKB: number; upKB: number }[] = [];
  const step = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    Object.assign(count, { down: 0, up: 0, last: performance.now() });
    await act();
    while (performance.now() - count.last < QUIET_MS) await page.waitForTimeout(200);
    const row = { step: name, downKB: Math.round(count.down / 1000), upKB: Math.round(count.up / 1000) };
    console.log(JSON.stringify(row));
    rows.push(row);
  };
  try {
    // The sockets of a page that is there already are not seen.
    await page.reload();
    await workbench.waitForEditor('wire.ts');
    await step('VS Code starts', () => Promise.resolve());
    await step('nothing, for three seconds', () => page.waitForTimeout(QUIET_MS));
    await step('Explain Attention', async () => {
      await workbench.selectAll();
      await workbench.runCommand('Explain Attention');
      await workbench.explained('wire.ts');
    });
    const frame = workbench.panelFrame();
    await step('another token, in all heads', () => workbench.tokens().nth(80).click());
    for (const tab of ['predictions', 'experts']) {
      const button = frame.locator(`[data-tab="${tab}"]`);
      if ((await button.count()) > 0) await step(`the tab “${tab}”`, () => button.first().click());
    }
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
    const machine = `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`;
    writeFileSync(path.join(root, RESULTS), `${JSON.stringify({ commit, machine, tokens, rows }, null, 2)}\n`);
    console.log(`${machine}: ${RESULTS}`);
  } finally {
    await workbench.close({ check: false });
    await closeShared();
  }
}
