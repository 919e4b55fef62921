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
  assertSnapshot(`${await element.ariaSnapshot()}\n`, name);
}

/** A figure, an element a line. Pixels of pictures in it and names of fonts are left out. */
export function assertFigure(svg: string, name: string): void {
  const marks = svg.replace(/data:image\/png;base64,[\w+/=]+/g, 'data:image/png').replace(/ font-family="[^"]*"/g, '');
  assertSnapshot(`${marks.replaceAll('><', '>\n<')}\n`, name);
}

/** The same of one that stands in the page; counted names and digits that another processor may round otherwise are left out. */
export async function assertDrawing(svg: Locator, name: string): Promise<void> {
  const source = await svg.evaluate((element) => element.outerHTML);
  const marks = source.replace(/ (?:id|aria-labelledby)="[^"]*"/g, '');
  assertFigure(
    marks.replace(/\d+\.\d\d+/g, (number) => Number(number).toFixed(1)),
    name,
  );
}

function assertSnapshot(found: string, name: string): void {
  const file = path.join(FOLDER, `${name}.txt`);
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, found);
    return;
  }
  assert.ok(existsSync(file), `there is no ${path.relative(root, file)}: run it with --update, and read what it wrote`);
  assert.equal(found, readFileSync(file, 'utf8'), `${path.relative(root, file)} has changed`);
}
