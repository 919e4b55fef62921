/** `models`: the bundled models and any files named, with whether this engine can run them. */
import path from 'node:path';
import type { ModelCard } from '../protocol/explanation';
import { toProblem } from '../protocol/problem';
import { FileSource } from '../engine/formats/fileSource';
import { inspectModel } from '../engine/model/load';
import { bundledIndex, bundledPath, sha256 } from './modelFiles';
import { parse } from './usage';

interface ModelRow {
  path: string;
  name: string | null;
  architecture: string | null;
  quantization: string | null;
  sha256: string | null;
  supported: boolean;
  /** Why it is not supported. */
  reason: string | null;
}

export async function modelsCommand(args: string[]): Promise<string> {
  const { values, positionals } = parse({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  const bundled = positionals.length > 0 ? [] : bundledIndex().models.map(({ file }) => bundledPath(file));
  const rows = await Promise.all([...bundled, ...positionals.map((file) => path.resolve(file))].map(describe));
  if (values.json) return JSON.stringify(rows);
  return rows
    .map((row) =>
      row.supported
        ? `${row.name} (${row.architecture}, ${row.quantization})\n  ${row.path}\n  sha256 ${row.sha256}`
        : `not supported: ${row.path}\n  ${row.reason}`,
    )
    .join('\n');
}

async function describe(file: string): Promise<ModelRow> {
  let card: ModelCard;
  try {
    const source = new FileSource(file);
    try {
      card = inspectModel(source);
    } finally {
      source.close();
    }
  } catch (thrown) {
    const hash = await sha256(file).catch(() => null);
    const unknown = { name: null, architecture: null, quantization: null };
    return { path: file, ...unknown, sha256: hash, supported: false, reason: toProblem(thrown).message };
  }
  const { name, architecture, quantization } = card;
  return { path: file, name, architecture, quantization, sha256: await sha256(file), supported: true, reason: null };
}
