/**
 * Which models lie on this machine? Names and sizes first, then the first kilobytes of each file, so that all are in the list
 * at once, then the heads to their ends (a vocabulary is megabytes), with a breath between.
 */
import path from 'node:path';
import { glanceAtModel, NOTHING_KNOWN, skimModel } from '../engine/model/skim';
import { weightsLimit } from '../engine/weightsLimit.node';
import { plainProblem, type FoundModel, type FoundModels, type ModelHead } from '../protocol/foundModels';
import { Problem, toProblem } from '../protocol/problem';
import { KeptHeads } from './heads.node';
import { Listing } from './listing.node';
import { listModels, type ListedModel } from './models.node';
import type { Place } from './places.node';
import { ahead, HeadSource, Rooms } from './readAhead.node';

export interface FindOptions {
  places: readonly Place[];
  cacheFile?: string;
  /** Of the program: what it supports may change with it. */
  edition: string;
  signal?: AbortSignal;
  /** As soon as something is known: every model with its name first, then again when its tensors were counted. */
  onFound?: (models: FoundModel[]) => void;
}

/** A shorter head is read as it is walked: handing it to another thread takes longer than it saves (bench/LOG.md). */
const WORTH_BYTES = 3 << 20;

/** Time between two reports, and between two looks at the messages that wait. */
const BREATH_MS = 40;

/** Throws Problem cancelled; what cannot be read is part of the answer. */
export async function findModels({ places, cacheFile, edition, signal, onFound }: FindOptions): Promise<FoundModels> {
  const heads = new KeptHeads(cacheFile, edition);
  const listing = new Listing();
  const breath = new Breath(signal, onFound);
  const rows: { listed: ListedModel; model: FoundModel; headBytes: number }[] = [];
  const unread: typeof rows = [];
  await heads.read();
  // A slow place keeps those before it waiting no longer than itself.
  for (const place of places) {
    for (const listed of await listModels(place, listing)) {
      const known = heads.find(listed.files);
      const { head, headBytes } = known === undefined ? glance(listed) : { head: known, headBytes: 0 };
      if (!head) {
        if (known === undefined) heads.keep(listed.files, null);
        continue;
      }
      const row = { listed, model: found(listed, head, known !== undefined), headBytes };
      rows.push(row);
      if (!row.model.isRead) unread.push(row);
      breath.tell(row.model);
      await breath.taken();
    }
  }
  breath.out();
  const rooms = new Rooms();
  const openAhead = async ({ listed, headBytes }: (typeof rows)[number]): Promise<Opened> => {
    const opened = open(listed, listed.files.length);
    if ('sources' in opened && headBytes >= WORTH_BYTES) await opened.sources[0].readAhead(headBytes, rooms);
    return opened;
  };
  for await (const [row, opened] of ahead(unread, openAhead, closeAll)) {
    const { listed } = row;
    const head = skim(listed, opened) ?? null;
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

/** A head of null: it is no model. */
function glance(model: ListedModel): { head: ModelHead | null; headBytes: number } {
  const opened = open(model, 1);
  const known = 'refused' in opened ? { head: opened.refused, headBytes: 0 } : glanceAtModel(opened.sources[0]);
  closeAll(opened);
  return known ?? { head: null, headBytes: 0 };
}

/** `opened` is closed. undefined: it is no model. */
function skim(model: ListedModel, opened: Opened): ModelHead | undefined {
  const { files, missing } = model;
  const head = 'refused' in opened ? opened.refused : skimModel(opened.sources);
  closeAll(opened);
  if (!head || head.problem?.code === 'file-missing' || missing.length === 0) return head;
  const [first] = files;
  const lost = `part ${missing.join(', ')} of ${files.length + missing.length}`;
  const problem = new Problem('model-invalid', `${path.basename(first.path)}: ${lost} is not there.`, {
    file: first.path,
    subject: lost,
  });
  return { ...head, problem: plainProblem(problem) };
}

/** The files of a model, or why they cannot be. */
type Opened = { sources: HeadSource[] } | { refused: ModelHead };

/** The first `count` files. */
function open({ files }: ListedModel, count: number): Opened {
  const [first] = files;
  if (first.format) return refused(new Problem('model-unsupported', `${first.label} consists of ${first.format}.`, { file: first.path, subject: first.format })); // prettier-ignore
  const sources: HeadSource[] = [];
  try {
    for (const { path: file } of files.slice(0, count)) sources.push(new HeadSource(file));
    return { sources };
  } catch (thrown) {
    closeAll({ sources });
    return refused(toProblem(thrown));
  }
}

function closeAll(opened: Opened): void {
  if ('sources' in opened) for (const source of opened.sources) source.close();
}

const refused = (problem: Problem): Opened => ({
  refused: { ...NOTHING_KNOWN, problem: plainProblem(problem) },
});
