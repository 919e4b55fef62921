/** Texts of the sample workspace, as they are selected in an editor. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sampleWorkspace } from '../../../scripts/lib/paths.mjs';
import type { Text } from './explained';

/** Lines `from` to `to` of a file, without the last line break. */
export function linesOf(title: string, from = 1, to = Infinity): Text {
  const lines = readFileSync(path.join(sampleWorkspace, title), 'utf8').split('\n');
  return { title, text: lines.slice(from - 1, to).join('\n'), firstLine: from };
}
