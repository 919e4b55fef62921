/**
 * From the keystroke to an open chain of thought of 400 steps and 20,000 tokens, to its reading, and how its list scrolls.
 * A program, not a test: `node bench/trace.mjs` prints the numbers and writes them to bench/results/trace.json.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { FileSource } from '../../src/engine/formats/fileSource.node';
import { loadModel } from '../../src/engine/model/load';
import { closeShared } from './driver/shared';
import { startWorkbench, type Workbench } from './driver/workbench';

const [STEPS, TOKENS] = [400, 20_000];
const COMMAND = 'Step Through Chain of Thought';
const RESULTS = path.join('bench', 'results', 'trace.json');

interface Timing {
  /** All steps are listed; the model has read the part in view. */
  open: number;
  read: number;
  /** The longest and the middle of 60 frames while the list scrolls. */
  longestFrame: number;
  frame: number;
}

export async function main(args: string[]): Promise<void> {
  const rounds = Number(args[0] ?? 5);
  const { text, tokens } = await longTrace();
  const workbench = await startWorkbench({ files: { 'long-trace.txt': text }, open: 'long-trace.txt' });
  try {
    const timings: Timing[] = [];
    while (timings.length < rounds) {
      timings.push(await once(workbench));
      console.error(JSON.stringify(timings.at(-1)));
    }
    const middle = (of: (timing: Timing) => number): number => timings.map(of).sort((a, b) => a - b)[rounds >> 1];
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
    const machine = `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`;
    const median = {
      openMs: middle(({ open }) => open),
      readMs: middle(({ read }) => read),
      frameMs: middle(({ frame }) => frame),
      longestFrameMs: middle(({ longestFrame }) => longestFrame),
    };
    const results = { commit, machine, load: os.loadavg()[0], steps: STEPS, tokens, rounds, median, timings };
    writeFileSync(path.join(root, RESULTS), `${JSON.stringify(results, null, 1)}\n`);
    console.log(`${machine}: ${JSON.stringify(median)}`);
  } catch (thrown) {
    await workbench.screenshot('failed-trace');
    throw thrown;
  } finally {
    await workbench.close({ check: false });
    await closeShared();
  }
}

/** Steps as a model writes them, lengthened until there are so many tokens of the bundled model. */
async function longTrace(): Promise<{ text: string; tokens: number }> {
  const models = path.join(root, 'media', 'models');
  const index = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8')) as { default: string };
  const source = new FileSource(path.join(models, index.default));
  const { tokenizer } = await loadModel(source).finally(() => source.close());
  for (let words = 1; ; words++) {
    const lines = Array.from({ length: STEPS }, (_, i) => {
      const [a, b] = [(i * 37) % 90, (i * 13) % 50];
      const more = 'and look at what is left before we go on '.repeat(words).trim();
      return `In step ${i + 1} we take ${a} of them and add ${b} more, so that ${a} + ${b} = ${a + b}, ${more}.`;
    });
    const text = `<think>\n${lines.join('\n')}\n</think>\nThe answer is 40.\n`;
    const tokens = tokenizer.encode(text).length;
    if (tokens >= TOKENS) return { text, tokens };
  }
}

async function once(workbench: Workbench): Promise<Timing> {
  const { page } = workbench;
  await workbench.selectAll();
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').fill(`>${COMMAND}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: COMMAND }).first().waitFor();
  const started = performance.now();
  await page.keyboard.press('Enter');
  const frame = workbench.panelFrame();
  await frame.locator(`#step-${STEPS - 1}`).waitFor({ state: 'attached' });
  const open = Math.round(performance.now() - started);
  await frame.locator('#app[data-state="done"]').waitFor();
  const read = Math.round(performance.now() - started);
  const frames = await frame.locator('.steps').evaluate(async (list) => {
    const times: number[] = [];
    let last = performance.now();
    for (let i = 0; i < 60; i++) {
      list.scrollTop += 120;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times.sort((a, b) => a - b);
  });
  await workbench.showTab('Chain of Thought');
  await workbench.runCommand('View: Close Editor');
  await page.locator('.tab', { hasText: 'Chain of Thought' }).waitFor({ state: 'detached' });
  await workbench.showTab('long-trace.txt');
  return { open, read, frame: Math.round(frames[30]), longestFrame: Math.round(frames[59]) };
}
