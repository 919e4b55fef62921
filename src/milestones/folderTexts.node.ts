/** A folder on the disk as the workspace of an experiment: for the command line. */
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { WorkspaceText } from '../protocol/milestones';
import { collectTexts, SKIPPED_FOLDERS, type TextSource } from './workspaceTexts';

const MOST_FILES = 20_000;

export function folderTexts(folder: string, characters: number): Promise<WorkspaceText[]> {
  const sources: TextSource[] = [];
  const visit = (relative: string): void => {
    for (const entry of readdirSync(path.join(folder, relative), { withFileTypes: true })) {
      if (sources.length >= MOST_FILES) return;
      const name = relative ? `${relative}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !(SKIPPED_FOLDERS as readonly string[]).includes(entry.name)) visit(name);
      } else if (entry.isFile()) {
        const file = path.join(folder, name);
        sources.push({ name, size: async () => (await stat(file)).size, read: () => readFile(file, 'utf8') });
      }
    }
  };
  visit('');
  return collectTexts(sources, characters);
}
