/**
 * Whether something of a page is as it was when somebody looked at it last: test/page/snapshots/NAME.txt, to be read.
 * `node scripts/test.mjs page --update` writes them anew; git shows what changed.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';

const FOLDER = path.join(root, 'test', 'page', 'snapshots');

/** What a screen reader is told of it: roles, names and values. */
export async function assertReadOut(element: Locator, name: string): Promise<void> {
  await assertSettled(async () => `${await element.ariaSnapshot()}\n`, name);
}

/** A figure, an element a line. Pixels of pictures in it and names of fonts are left out; of hundreds of marks most are. */
export function assertFigure(svg: string, name: string): void {
  assertSnapshot(figureText(svg), name);
}

function figureText(svg: string): string {
  const plain = svg.replace(/data:image\/png;base64,[\w+/=]+/g, 'data:image/png').replace(/ font-family="[^"]*"/g, '');
  const marks = MARKS.reduce((left, mark) => {
    const count = left.match(mark)?.length ?? 0;
    const every = count > MANY ? Math.ceil(count / KEPT) : 1;
    let at = 0;
    return left.replace(mark, (found) => (at++ % every === 0 ? found : ''));
  }, plain);
  return `${marks.replaceAll('><', '>\n<')}\n`;
}

/** Of one kind in a figure. */
const MANY = 200;
const KEPT = 20;
const MARKS = ['circle', 'text'].map((kind) => new RegExp(`<${kind} [^]*?</${kind}>`, 'g'));

/**
 * The same of one that stands in the page; counted names and digits that another processor may round otherwise are left out,
 * and of a long line all but some of its points.
 */
export async function assertDrawing(svg: Locator, name: string): Promise<void> {
  await assertSettled(async () => {
    const source = await svg.evaluate((element) => element.outerHTML);
    const marks = source.replace(/ (?:id|aria-labelledby)="[^"]*"/g, '');
    const rounded = marks.replace(/\d+\.\d\d+/g, (number) => Number(number).toFixed(1));
    return figureText(rounded.replace(/ d="([^"]*)"/g, (_, line: string) => ` d="${thinned(line)}"`));
  }, name);
}

/** Of each figure in it its name, and how many marks of each kind it is made of. */
export async function assertMarks(within: Locator, name: string): Promise<void> {
  await assertSettled(async () => {
    const figures = await within.locator('.plot:has(.plot-area:visible)').evaluateAll((all) =>
      all.map((figure) => {
        const marks = [...figure.querySelectorAll('.plot-area [class^="plot-"]')].map((mark) => mark.classList[0]);
        const counts = [...new Set(marks)].map((kind) => `${kind} ${marks.filter((one) => one === kind).length}`);
        return `${figure.querySelector('figcaption')?.textContent}\n  ${counts.join(', ')}\n`;
      }),
    );
    return figures.join('');
  }, name);
}

const MOST_POINTS = 24;

/** Every so many of its points, and the last. */
function thinned(line: string): string {
  const points = line.match(/[A-Z][^A-Z]*/g) ?? [];
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, at) => at % every === 0 || at === points.length - 1).join('');
}

/** For what a page may still be drawing. */
const PATIENCE_MS = 3000;
const BETWEEN_MS = 50;

/** Reads until it is as it was; what is written anew stands still. */
async function assertSettled(read: () => Promise<string>, name: string): Promise<void> {
  const file = fileOf(name);
  const known = existsSync(file) && !process.env.UPDATE_SNAPSHOTS ? readFileSync(file, 'utf8') : undefined;
  const end = performance.now() + PATIENCE_MS;
  let found = await read();
  for (let before; found !== (known ?? before) && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    before = found;
    found = await read();
  }
  assertSnapshot(found, name);
}

const fileOf = (name: string): string => path.join(FOLDER, `${name}.txt`);

function assertSnapshot(found: string, name: string): void {
  const file = fileOf(name);
  const shown = path.relative(root, file);
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, found);
    return;
  }
  assert.ok(existsSync(file), `there is no ${shown}: run it with --update, and read what it wrote`);
  const [lines, known] = [found, readFileSync(file, 'utf8')].map((text) => text.split('\n'));
  const at = Array.from({ length: Math.max(lines.length, known.length) }).findIndex((_, i) => lines[i] !== known[i]);
  if (at >= 0) assert.fail(`${shown} has changed, first in line ${at + 1}: ${lines[at]}\nwas: ${known[at]}`);
}
