/** The models that come with the extension: media/models/index.json, checked before anything believes it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../protocol/problem';

export interface BundledModel {
  file: string;
  name: string;
  sha256: string;
  trainedOn: { en: string; 'zh-cn'?: string };
  /** Tokens of the longest texts in training. */
  context: number;
  /** Of one that ships at several ages: tokens that this one has been trained on. */
  age?: number;
  path: string;
}

export interface BundledIndex {
  default: BundledModel;
  /** The one that solves word problems. */
  reasoner: BundledModel;
  models: BundledModel[];
}

/** @throws Problem file-missing, model-invalid; both name the index file */
export async function readBundledModels(folder: string): Promise<BundledIndex> {
  const file = path.join(folder, 'index.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new Problem('file-missing', 'The list of bundled models is missing.', { file, what: 'bundled-models' });
  }
  const invalid = (what: string): Problem => new Problem('model-invalid', `${file}: ${what}`, { file, subject: what });
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    throw invalid('JSON');
  }
  if (!isRecord(index) || !Array.isArray(index.models)) throw invalid('models');
  const models = index.models.map((entry: unknown, at) => {
    if (!isBundled(entry)) throw invalid(`models[${at}]`);
    return { ...entry, path: path.join(folder, entry.file) };
  });
  const chosen = models.find(({ file: name }) => name === index.default);
  if (!chosen) throw invalid('default');
  const reasoner = models.find(({ file: name }) => name === index.reasoner);
  if (!reasoner) throw invalid('reasoner');
  return { default: chosen, reasoner, models };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBundled(entry: unknown): entry is Omit<BundledModel, 'path'> {
  return (
    isRecord(entry) &&
    // A plain name: the index must not lead out of its folder.
    typeof entry.file === 'string' &&
    /^[\w][\w.-]*\.gguf$/.test(entry.file) &&
    typeof entry.name === 'string' &&
    typeof entry.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(entry.sha256) &&
    isRecord(entry.trainedOn) &&
    typeof entry.trainedOn.en === 'string' &&
    ['string', 'undefined'].includes(typeof entry.trainedOn['zh-cn']) &&
    typeof entry.context === 'number' &&
    ['number', 'undefined'].includes(typeof entry.age)
  );
}
