/**
 * `models`: the bundled models and any files named, with whether this engine can run them. A model of another kind is an
 * answer; a file that cannot be read as a model is an error, told after the rest.
 */
import path from 'node:path';
import type { ModelCard } from '../protocol/explanation';
import { toProblem } from '../protocol/problem';
import type { CommandOutput } from './output';
import { FileSource } from '../engine/formats/fileSource.node';
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

export async function modelsCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  const bundled = positionals.length > 0 ? [] : bundledIndex().models.map(({ file }) => bundledPath(file));
  const files = [...bundled, ...positionals.map((file) => path.resolve(file))];
  const answers = await Promise.all(files.map(describe));
  const rows = answers.map(({ row }) => row);
  const errors = answers.flatMap(({ row, unreadable }) => (unreadable ? [`${row.path}: ${row.reason}`] : []));
  return values.json ? { json: rows, errors } : { readable: rows.map(inWords).join('\n'), errors };
}

function inWords({ supported, name, architecture, quantization, path, sha256, reason }: ModelRow): string {
  return supported
    ? `${name} (${architecture}, ${quantization})\n  ${path}\n  sha256 ${sha256}`
    : `not supported: ${path}\n  ${reason}`;
}

async function describe(file: string): Promise<{ row: ModelRow; unreadable: boolean }> {
  let card: ModelCard;
  try {
    const source = new FileSource(file);
    try {
      card = inspectModel(source);
    } finally {
      source.close();
    }
  } catch (thrown) {
    const { code, message } = toProblem(thrown);
    const hash = await sha256(file).catch(() => null);
    const unknown = { name: null, architecture: null, quantization: null };
    const row = { path: file, ...unknown, sha256: hash, supported: false, reason: message };
    return { row, unreadable: code !== 'model-unsupported' };
  }
  const { name, architecture, quantization } = card;
  const known = { name, architecture, quantization, sha256: await sha256(file) };
  return { row: { path: file, ...known, supported: true, reason: null }, unreadable: false };
}
