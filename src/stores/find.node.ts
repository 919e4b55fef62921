/**
 * Which models lie on this machine? Names and sizes first, then the first kilobytes of each file, so that all are in the list
 * at once, then the heads to their ends (a vocabulary is megabytes), with a breath between.
 */
import path from 'node:path';
import { FileSource } from '../engine/formats/fileSource.node';
import { glanceAtModel, NOTHING_KNOWN, skimModel } from '../engine/model/skim';
import { weightsLimit } from '../engine/weightsLimit.node';
import { plainProblem, type FoundModel, type FoundModels, type ModelHead } from '../protocol/foundModels';
import { Problem, toProblem } from '../protocol/problem';
import { KeptHeads } from './heads.node';
import { Listing } from './listing.node';
import { listModels, type ListedModel } from './models.node';
import type { Place } from './places.node';

export interface FindOptions {
  places: readonly Place[];
  cacheFile?: string;
  /** Of the program: what it supports may change with it. */
  edition: string;
  signal?: AbortSignal;
  /** As soon as something is known: every model with its name first, then again when its tensors were counted. */
  onFound?: (models: FoundModel[]) => void;
}

/** Time between two reports, and between two looks at the messages that wait. */
const BREATH_MS = 40;

/** Throws Problem cancelled; what cannot be read is part of the answer. */
export async function findModels({ places, cacheFile, edition, signal, onFound }: FindOptions): Promise<FoundModels> {
  const heads = new KeptHeads(cacheFile, edition);
  const listing = new Listing();
  const breath = new Breath(signal, onFound);
  const rows: { listed: ListedModel; model: FoundModel }[] = [];
  const unread: typeof rows = [];
  await heads.read();
  // A slow place keeps those before it waiting no longer than itself.
  for (const place of places) {
    for (const listed of await listModels(place, listing)) {
      const known = heads.find(listed.files);
      const head = known === undefined ? opened(listed, 1, ([first]) => glanceAtModel(first)) : known;
      if (!head) {
        if (known === undefined) heads.keep(listed.files, null);
        continue;
      }
      const row = { listed, model: found(listed, head, known !== undefined) };
      rows.push(row);
      if (!row.model.isRead) unread.push(row);
      breath.tell(row.model);
      await breath.taken();
    }
  }
  breath.out();
  for (const row of unread) {
    const { listed } = row;
    const head = skim(listed) ?? null;
    heads.keep(listed.files, head);
    row.model = found(listed, head ?? NOTHING_KNOWN, true);
    if (head) breath.tell(row.model);
    else rows.splice(rows.indexOf(row), 1);
    await breath.taken();
  }
  await heads.write();
  return { models: rows.map(({ model }) => model), unreadable: listing.unreadable };
}

/** Tells what is new, and looks at the messages that wait, every few milliseconds. */
class Breath {
  private last = performance.now();
  private models: FoundModel[] = [];

  constructor(
    private readonly signal: AbortSignal | undefined,
    private readonly onFound: FindOptions['onFound'],
  ) {}

  tell(model: FoundModel): void {
    this.models.push(model);
  }

  out(): void {
    if (this.models.length > 0) this.onFound?.(this.models);
    this.models = [];
  }

  /** Throws Problem cancelled. */
  async taken(): Promise<void> {
    if (performance.now() - this.last < BREATH_MS) return;
    this.out();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.signal?.aborted) throw new Problem('cancelled', 'Cancelled.');
    this.last = performance.now();
  }
}

function found({ files, missing }: ListedModel, head: ModelHead, isRead: boolean): FoundModel {
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
    isRead,
  };
}

function skim(model: ListedModel): ModelHead | undefined {
  const { files, missing } = model;
  const head = opened(model, files.length, skimModel);
  if (!head || head.problem?.code === 'file-missing' || missing.length === 0) return head;
  const [first] = files;
  const lost = `part ${missing.join(', ')} of ${files.length + missing.length}`;
  const problem = new Problem('model-invalid', `${path.basename(first.path)}: ${lost} is not there.`, {
    file: first.path,
    subject: lost,
  });
  return { ...head, problem: plainProblem(problem) };
}

/** What `look` makes of the first `count` files. */
function opened(
  { files }: ListedModel,
  count: number,
  look: (sources: FileSource[]) => ModelHead | undefined,
): ModelHead | undefined {
  const [first] = files;
  if (first.format) return refused(new Problem('model-unsupported', `${first.label} consists of ${first.format}.`, { file: first.path, subject: first.format })); // prettier-ignore
  const sources: FileSource[] = [];
  try {
    for (const { path: file } of files.slice(0, count)) sources.push(new FileSource(file));
    return look(sources);
  } catch (thrown) {
    return refused(toProblem(thrown));
  } finally {
    for (const source of sources) source.close();
  }
}

const refused = (problem: Problem): ModelHead => ({ ...NOTHING_KNOWN, problem: plainProblem(problem) });
