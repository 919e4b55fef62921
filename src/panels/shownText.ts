/** One explained text: its place in the editor, its trace in the worker, and how it comes about. */
import type * as vscode from 'vscode';
import { EditorLink } from '../editor/editorLink';
import { takeText, type Place, type Taken } from '../editor/subject';
import type { WorkerClient } from '../engine/workerClient.node';
import { openDocument, openedDocument } from '../host/regularFile';
import type { Explanation, ExplainProgress, Look, PanelToken } from '../protocol/explanation';
import type { Handle } from '../protocol/handle';
import { Problem } from '../protocol/problem';
import type { ExplainWorkerApi } from '../protocol/workerApi';

type Client = WorkerClient<ExplainWorkerApi>;

/** What several runs of one text need, freed when the last of them is gone. */
class Held<Thing> {
  private holders = 1;

  constructor(
    readonly thing: Thing,
    private readonly free: (thing: Thing) => void,
  ) {}

  hold(): this {
    this.holders++;
    return this;
  }

  letGo(): void {
    if (--this.holders === 0) this.free(this.thing);
  }
}

/** What was asked for: a place in a document, or a text that was typed in that one's stead. */
export interface Wanted {
  place?: Place;
  /** Follows the place's text. */
  home?: EditorLink;
  typed?: string;
}

export class ShownText {
  modelPath: string | undefined;
  /** As this run's model divides it. */
  tokens: readonly PanelToken[] = [];
  private own: Held<Handle> | undefined;

  constructor(
    readonly taken: Taken,
    readonly wanted: Wanted,
    private readonly client: Client,
    private readonly held = new Held(new EditorLink(taken), (link) => link.dispose()),
    /** The trace of the same text without interventions, where this run has some. */
    private unedited?: Held<Handle>,
  ) {}

  /** The same text once more, by another model. */
  anew(): ShownText {
    return new ShownText(this.taken, this.wanted, this.client, this.held.hold());
  }

  /** The same text once more, under interventions. */
  again(): ShownText {
    const unedited = (this.unedited ?? this.own)?.hold();
    const again = new ShownText(this.taken, this.wanted, this.client, this.held.hold(), unedited);
    again.modelPath = this.modelPath;
    return again;
  }

  get link(): EditorLink {
    return this.held.thing;
  }

  get trace(): Handle | undefined {
    return this.own?.thing;
  }

  set trace(trace: Handle | undefined) {
    this.own?.letGo();
    this.own = trace && new Held(trace, (handle) => this.client.release(handle));
  }

  /** That of the run as the model does it. */
  get clean(): Handle | undefined {
    return this.unedited?.thing ?? this.trace;
  }

  /** What was taken, where it stands now. */
  get place(): Place {
    return { ...this.taken.place, uri: this.link.uri, range: this.link.range };
  }

  /** Moves the cursor in front of the token and shows it. @throws Problem file-missing */
  async reveal(token: number): Promise<void> {
    await documentOf(this.place);
    await this.link.reveal(token);
  }

  /** The worker forgets the trace. */
  release(): void {
    this.trace = undefined;
    this.unedited?.letGo();
    this.unedited = undefined;
  }

  dispose(): void {
    this.release();
    this.held.letGo();
  }
}

/** How many next-token candidates the page gets with the explanation. */
const CANDIDATES = 10;

/** Explains it with this model. `onProgress` is told nothing more once `signal` is aborted. @throws Problem */
export async function explainText(
  client: Client,
  shown: ShownText,
  {
    modelPath,
    maxTokens,
    base: last,
    edits,
    look,
  }: { modelPath: string; maxTokens: number; base: Handle | undefined; edits?: readonly string[]; look?: Look },
  signal: AbortSignal,
  onProgress: (progress: ExplainProgress) => void,
): Promise<Explanation> {
  const { taken } = shown;
  shown.modelPath = modelPath;
  const base = last && client.keeps(last) ? last : undefined;
  const progressed = (progress: ExplainProgress): void => {
    if (signal.aborted) return;
    if (progress.kind !== 'tokens') return onProgress(progress);
    if (shown.trace?.kept !== progress.trace.kept) shown.trace = progress.trace;
    shown.tokens = shown.link.tokens = progress.tokens;
    onProgress({ ...progress, cut: cutOf(taken, progress, maxTokens) });
  };
  const params = { modelPath, text: taken.subject.text, maxTokens, top: CANDIDATES, base, edits, look };
  return client.ask.explain(params, { signal, onProgress: progressed });
}

/** @throws Problem file-missing, input-empty, input-binary; cancelled when `signal` is aborted */
export async function takeFrom(place: Place, maxTokens: number, signal: AbortSignal): Promise<Taken> {
  const document = await documentOf(place);
  stillWanted(signal);
  return takeText(document, place, maxTokens);
}

/** @throws Problem cancelled */
export function stillWanted(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
}

async function documentOf({ uri }: Place): Promise<vscode.TextDocument> {
  // To open it would make an empty one of its name.
  if (uri.scheme === 'untitled' && !openDocument(uri)) throw untitledLost(uri);
  try {
    return await openedDocument(uri);
  } catch (thrown) {
    throw new Problem('file-missing', String(thrown), { file: uri.fsPath, what: 'document' });
  }
}

export function untitledLost(uri: vscode.Uri): Problem {
  return new Problem('file-missing', 'The text was closed and is in no file.', { file: uri.path, what: 'untitled' });
}

/** The worker knows only the text that it was sent; what was cut off before counts too. */
function cutOf(
  { subject, totalChars }: Taken,
  { cut }: Extract<ExplainProgress, { kind: 'tokens' }>,
  maxTokens: number,
): Extract<ExplainProgress, { kind: 'tokens' }>['cut'] {
  if (cut) return { ...cut, totalChars };
  return totalChars > subject.text.length ? { explainedChars: subject.text.length, totalChars, maxTokens } : null;
}
