/**
 * How long after the end of the pause in typing a text of about 100 tokens has its new colours: 50 edits in its middle, typed
 * in the panel of a real VS Code; how long until the run has ended as well, and until every other view is drawn. A program, not a test: `node bench/live.mjs` prints the table and writes it to
 * bench/results/live.json.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { REST_MS } from '../../webview/explain/story/restMs';
import { closeShared } from './driver/shared';
import { startWorkbench } from './driver/workbench';
import { quantiles, textsOf } from './measured';

const TOKENS = 100;
const ROUNDS = 50;
const RESULTS = path.join('bench', 'results', 'live.json');

export async function main(): Promise<void> {
  const [text] = await textsOf([TOKENS]);
  const workbench = await startWorkbench({ files: { 'live.ts': text }, open: 'live.ts' });
  try {
    await workbench.hideSideBar();
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    await workbench.explained('live.ts');
    const frame = workbench.panelFrame();
    await frame.locator('vscode-button[title^="Try another text"]').click();
    const field = frame.locator('.live textarea');
    const times: number[] = [];
    const ended: number[] = [];
    const all: number[] = [];
    const busy: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [time, end, whole, blocked] = await field.evaluate(edit, { round, rest: REST_MS });
      times.push(time);
      ended.push(end);
      all.push(whole);
      busy.push(blocked);
    }
    const result = {
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
      machine: `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`,
      load: Number(os.loadavg()[0].toFixed(1)),
      tokens: TOKENS,
      rounds: ROUNDS,
      'ms from the end of the pause to repainted colours': quantiles(times),
      'ms until the run has ended and the colours are painted': quantiles(ended),
      'ms until all views are drawn': quantiles(all),
      'ms of long tasks in the page meanwhile': quantiles(busy),
    };
    console.log(JSON.stringify(result, null, 1));
    writeFileSync(path.join(root, RESULTS), `${JSON.stringify(result, null, 1)}\n`);
  } finally {
    await workbench.close();
    await closeShared();
  }
}

/** Runs in the page: a letter in the middle; [ms until the colours are painted, until the run has ended as well, until all is drawn, ms of tasks over 50 ms meanwhile]. */
async function edit(
  field: HTMLElement | SVGElement,
  { round, rest }: { round: number; rest: number },
): Promise<[number, number, number, number]> {
  const area = field as HTMLTextAreaElement;
  const app = document.getElementById('app')!;
  let blocked = 0;
  const watch = new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (blocked += duration)));
  watch.observe({ type: 'longtask' });
  const text = (): string => document.querySelector('[data-section="text"] .tokens')!.textContent;
  const before = text();
  const middle = Math.floor(area.value.length / 2);
  const letter = String.fromCharCode(97 + (round % 26));
  area.value = `${area.value.slice(0, middle)}${letter}${area.value.slice(middle + (round > 0 ? 1 : 0))}`;
  area.dispatchEvent(new Event('input'));
  const from = performance.now() + rest;
  /** This runs in a frame, before it is painted; a message sent from it comes after that. */
  const painted = async (): Promise<number> => {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });
    return performance.now() - from;
  };
  const until = (is: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => (is() ? resolve() : void requestAnimationFrame(check));
      check();
    });
  // The tokens of another text have no colours until its weights have come; what is read off the whole run comes later.
  await until(() => text() !== before && document.querySelector('[data-section="text"] .token.hot') !== null);
  const time = await painted();
  await until(() => app.dataset.state === 'done');
  // Colours counted so before they came ahead of the run's end.
  const end = await painted();
  // The other views are drawn in the next frame, and on the screen with the one after it.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const whole = performance.now() - from;
  watch.disconnect();
  await new Promise((resolve) => setTimeout(resolve, 200));
  return [time, end, whole, blocked];
}
