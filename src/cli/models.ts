/**
 * `models`: the bundled models and those found on this machine, or the files named, with whether this engine can run them. A
 * model of another kind is an answer; a file that was named and cannot be read as a model is an error, told after the rest.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { FileSource } from '../engine/formats/fileSource.node';
import { inspectModel } from '../engine/model/load';
import { hashOfFile } from '../engine/formats/regularFile.node';
import type { ModelCard } from '../protocol/explanation';
import type { FoundModel } from '../protocol/foundModels';
import { toProblem } from '../protocol/problem';
import { byteCount, parameterCount } from '../shared/modelFigures';
import { findModels } from '../stores/find.node';
import { hereAndNow, places } from '../stores/places.node';
import { bundledContext, bundledIndex, bundledPath } from './modelFiles';
import type { CommandOutput } from './output';
import { parse } from './usage';

interface ModelRow {
  path: string;
  name: string | null;
  architecture: string | null;
  quantization: string | null;
  /** null of models that were found: they may be of gigabytes. */
  sha256: string | null;
  supported: boolean;
  /** Why it is not supported. */
  reason: string | null;
  parameters: number | null;
  activeParameters: number | null;
  context: number | null;
  bytes: number | null;
  /** Where it was found, and what it is called there. */
  store?: string;
  label?: string;
  parts?: number;
}

export async function modelsCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  const named = positionals.length > 0;
  const files = named
    ? positionals.map((file) => path.resolve(file))
    : bundledIndex().models.map(({ file }) => bundledPath(file));
  const answers = await Promise.all(files.map(describe));
  const errors = answers.flatMap(({ row, unreadable }) => (unreadable ? [saidOf(row)] : []));
  const found = named ? undefined : await findModels({ places: places(hereAndNow(), []), edition: '' });
  const rows = [...answers.map(({ row }) => row), ...(found?.models ?? []).map(foundRow)];
  const notes = found?.unreadable.map(({ path: at, message }) => `${at}: ${message}`);
  return values.json ? { json: rows, errors, notes } : { readable: rows.map(inWords).join('\n'), errors, notes };
}

/** A message of a file names it, as a rule. */
const saidOf = ({ path: file, reason }: ModelRow): string => (reason!.includes(file) ? reason! : `${file}: ${reason}`);

function inWords(row: ModelRow): string {
  const { supported, name, architecture, path: file, sha256: hash, reason, store, label } = row;
  const figures = [
    row.parameters !== null && parameterCount(row.parameters),
    row.activeParameters !== null && row.activeParameters !== row.parameters && `${parameterCount(row.activeParameters)} active`, // prettier-ignore
    row.quantization,
    row.bytes !== null && byteCount(row.bytes),
    row.context !== null && `${row.context} tokens`,
    row.parts !== undefined && row.parts > 1 && `${row.parts} files`,
  ].filter((figure) => typeof figure === 'string');
  const lines = supported
    ? [`${name} (${[architecture, ...figures].join(', ')})`, `  ${file}`]
    : [`not supported: ${file}`, `  ${reason}`];
  if (store) lines.push(`  ${store}: ${label}`);
  if (supported && hash) lines.push(`  sha256 ${hash}`);
  return lines.join('\n');
}

function foundRow({ problem, streams: _streams, store, label, parts, path: file, ...head }: FoundModel): ModelRow {
  const reason = problem?.message ?? null;
  const { name, architecture, quantization, parameters, activeParameters, context, bytes } = head;
  const known = { architecture, quantization, sha256: null, parameters, activeParameters, context, bytes };
  return { path: file, name: name ?? label, ...known, supported: reason === null, reason, store, label, parts };
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
    const hash = await hashOfFile(file).catch(() => null);
    const unknown = { name: null, architecture: null, quantization: null, ...NO_FIGURES };
    const row = { path: file, ...unknown, sha256: hash, supported: false, reason: message };
    return { row, unreadable: code !== 'model-unsupported' };
  }
  const { name, architecture, quantization, parameters, activeParameters } = card;
  const context = bundledContext(file) ?? card.context;
  const known = { name, architecture, quantization, parameters, activeParameters, context, bytes: statSync(file).size };
  return {
    row: { path: file, ...known, sha256: await hashOfFile(file), supported: true, reason: null },
    unreadable: false,
  };
}

const NO_FIGURES = { parameters: null, activeParameters: null, context: null, bytes: null };
