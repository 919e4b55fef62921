/** Which models lie on this machine? Names and sizes first, then the head of each file, with a breath between. */
import path from 'node:path';
import { FileSource } from '../engine/formats/fileSource.node';
import { skimModel } from '../engine/model/skim';
import { weightsLimit } from '../engine/weightsLimit.node';
import { plainProblem, type FoundModel, type FoundModels, type ModelHead } from '../protocol/foundModels';
import { Problem, toProblem } from '../protocol/problem';
import { KeptHeads } from './heads.node';
import { listModels, type ListedModel } from './models.node';
import type { Place } from './places.node';

export interface FindOptions {
  places: readonly Place[];
  cacheFile?: string;
  /** Of the program: what it supports may change with it. */
  edition: string;
  signal?: AbortSignal;
  /** As soon as heads are known; each model once. */
  onFound?: (models: FoundModel[]) => void;
}

/** Time between two reports, and between two looks at the messages that wait. */
const BREATH_MS = 40;

/** Throws Problem cancelled; what cannot be read is part of the answer. */
export async function findModels({ places, cacheFile, edition, signal, onFound }: FindOptions): Promise<FoundModels> {
  const heads = new KeptHeads(cacheFile, edition);
  const [listed] = await Promise.all([listModels(places), heads.read()]);
  const models: FoundModel[] = [];
  let told = 0;
  let breath = performance.now();
  for (const model of listed.models) {
    let head = heads.find(model.files);
    if (head === undefined) heads.keep(model.files, (head = skim(model) ?? null));
    if (head) models.push(found(model, head));
    if (performance.now() - breath < BREATH_MS) continue;
    if (models.length > told) onFound?.(models.slice(told));
    told = models.length;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new Problem('cancelled', 'Cancelled.');
    breath = performance.now();
  }
  await heads.write();
  return { models, unreadable: listed.unreadable };
}

function found({ files, missing }: ListedModel, head: ModelHead): FoundModel {
  const [{ path: file, store, label }] = files;
  const bytes = files.reduce((sum, { bytes: own }) => sum + own, 0);
  return {
    ...head,
    path: file,
    parts: files.length + missing.length,
    store,
    label,
    bytes,
    streams: bytes > weightsLimit(),
  };
}

function skim({ files, missing }: ListedModel): ModelHead | undefined {
  const [first] = files;
  if (first.format) return refused(new Problem('model-unsupported', `${first.label} consists of ${first.format}.`, { file: first.path, subject: first.format })); // prettier-ignore
  const sources: FileSource[] = [];
  try {
    for (const { path: file } of files) sources.push(new FileSource(file));
    const head = skimModel(sources);
    if (!head || missing.length === 0) return head;
    const lost = `part ${missing.join(', ')} of ${files.length + missing.length}`;
    const problem = new Problem('model-invalid', `${path.basename(first.path)}: ${lost} is not there.`, {
      file: first.path,
      subject: lost,
    });
    return { ...head, problem: plainProblem(problem) };
  } catch (thrown) {
    return refused(toProblem(thrown));
  } finally {
    for (const source of sources) source.close();
  }
}

const refused = (problem: Problem): ModelHead => ({
  name: null,
  architecture: null,
  quantization: null,
  parameters: null,
  activeParameters: null,
  context: null,
  problem: plainProblem(problem),
});
