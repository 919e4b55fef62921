/**
 * Whether opening and closing the panel leaves anything behind: an explanation is opened by the command and closed by its
 * tab, over and over; the own memory of the extension host and the heap of the workbench's page are read between. A program,
 * not a test: `node bench/cycles.mjs [CYCLES] [attention | preview]` prints them, and the growth of each quarter over the one before; every
 * reading is in bench/results/cycles.json.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { closeShared } from './driver/shared';
import { startWorkbench, type Workbench } from './driver/workbench';

const LINE = 'const total = price * count + shipping;\n';

/** Processes that this program started, over whatever is between, and that are extension hosts. */
function hostPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return /--type=extensionHost/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) && isOurs(pid);
      } catch {
        return false; // it has ended
      }
    });
}

function isOurs(pid: number): boolean {
  for (let at = pid; at > 1;) {
    if (at === process.pid) return true;
    const stat = readFileSync(`/proc/${at}/stat`, 'utf8');
    at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  return false;
}

/** Megabytes that are the process's own, without what it shares or has mapped from files. */
function ownMegabytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)![1]) / 1024;
}

/** Megabytes of the extension host and of the page's heap; what the page's documents are made of. */
interface Reading {
  host: number;
  page: number;
  documents: number;
  nodes: number;
  listeners: number;
}

async function read({ page }: Workbench): Promise<Reading> {
  const [pid] = hostPids();
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { documents, nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { host: ownMegabytes(pid), page: usedSize / 2 ** 20, documents, nodes, listeners: jsEventListeners };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
const round = (n: number): number => Math.round(n * 100) / 100;

/** What is opened: our panel, or VS Code's own Markdown preview, which tells what any panel leaves behind in VS Code itself. */
const PANELS = {
  attention: { file: 'cycles.ts', tab: 'Attention', command: 'Explain Attention' },
  preview: { file: 'cycles.md', tab: 'Preview', command: 'Markdown: Open Preview' },
};

export async function main([given = '200', what = 'attention']: string[]): Promise<void> {
  const cycles = Number(given);
  const { file, tab, command } = PANELS[what as keyof typeof PANELS];
  const workbench = await startWorkbench({ files: { [file]: LINE.repeat(12) }, open: file });
  const readings: Reading[] = [];
  try {
    await workbench.hideSideBar();
    for (let cycle = 0; cycle < cycles; cycle++) {
      await workbench.selectAll();
      await workbench.runCommand(command);
      if (what === 'attention') await workbench.explained(file);
      await workbench.showTab(tab);
      await workbench.runCommand('View: Close Editor');
      await workbench.page.locator('.tab', { hasText: tab }).waitFor({ state: 'detached' });
      await workbench.showTab(file);
      readings.push(await read(workbench));
      if (cycle % 20 === 19) {
        const { host, page, nodes, listeners } = readings.at(-1)!;
        console.error(
          `${cycle + 1}: host ${host.toFixed(1)} MB, page ${page.toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners`,
        );
      }
    }
  } finally {
    await workbench.close();
    await closeShared();
  }
  const quarter = cycles >> 2;
  const report: Record<string, unknown> = { commit: commit(), cycles };
  for (const of of ['host', 'page', 'documents', 'nodes', 'listeners'] as const) {
    const values = readings.map((one) => one[of]);
    // The first quarter warms up: code is compiled, pools are filled.
    const quarters = [0, 1, 2, 3].map((at) => median(values.slice(at * quarter, (at + 1) * quarter)));
    const percent = (100 * (quarters[3] - quarters[1])) / quarters[1];
    console.log(
      `${of}: ${quarters.map((value) => value.toFixed(1)).join(' → ')}, ${percent.toFixed(1)} % in the last half`,
    );
    report[of] = { quarters: quarters.map(round), percent: round(percent), values: values.map(round) };
  }
  writeFileSync(
    path.join('bench', 'results', what === 'attention' ? 'cycles.json' : `cycles-${what}.json`),
    `${JSON.stringify(report)}\n`,
  );
  console.log(`${cycles} times opened and closed`);
}

const commit = (): string => execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
