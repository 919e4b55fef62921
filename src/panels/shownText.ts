/** One explained text: its place in the editor, its trace in the worker, and how it comes about. */
import * as vscode from 'vscode';
import { EditorLink } from '../editor/editorLink';
import { takeText, type Place, type Taken } from '../editor/subject';
import type { WorkerClient } from '../engine/workerClient.node';
import type { Explanation, ExplainProgress } from '../protocol/explanation';
import type { Handle } from '../protocol/handle';
import { Problem } from '../protocol/problem';
import type { ExplainWorkerApi } from '../protocol/workerApi';

export class ShownText {
  readonly link: EditorLink;
  trace: Handle | undefined;
  modelPath: string | undefined;

  constructor(
    readonly taken: Taken,
    private readonly client: WorkerClient<ExplainWorkerApi>,
  ) {
    this.link = new EditorLink(taken);
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
    if (this.trace) this.client.release(this.trace);
    this.trace = undefined;
  }

  dispose(): void {
    this.release();
    this.link.dispose();
  }
}

/** How many next-token candidates the page gets with the explanation. */
const CANDIDATES = 10;

/** Explains it with this model. `onProgress` is told nothing more once `signal` is aborted. @throws Problem */
export async function explainText(
  client: WorkerClient<ExplainWorkerApi>,
  shown: ShownText,
  { modelPath, maxTokens, base: last }: { modelPath: string; maxTokens: number; base: Handle | undefined },
  signal: AbortSignal,
  onProgress: (progress: ExplainProgress) => void,
): Promise<Explanation> {
  const { taken } = shown;
  shown.modelPath = modelPath;
  const base = last && client.keeps(last) ? last : undefined;
  const progressed = (progress: ExplainProgress): void => {
    if (signal.aborted) return;
    if (progress.kind !== 'tokens') return onProgress(progress);
    shown.trace = progress.trace;
    shown.link.tokens = progress.tokens;
    onProgress({ ...progress, cut: cutOf(taken, progress, maxTokens) });
  };
  const params = { modelPath, text: taken.subject.text, maxTokens, top: CANDIDATES, base };
  return client.ask.explain(params, { signal, onProgress: progressed });
}

/** @throws Problem file-missing, input-empty, input-binary; cancelled when `signal` is aborted */
export async function takeFrom(place: Place, maxTokens: number, signal: AbortSignal): Promise<Taken> {
  stillWanted(signal);
  const document = await documentOf(place);
  stillWanted(signal);
  return takeText(document, place, maxTokens);
}

/** @throws Problem cancelled */
export function stillWanted(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
}

async function documentOf({ uri }: Place): Promise<vscode.TextDocument> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open;
  // To open it would make an empty one of its name.
  if (uri.scheme === 'untitled') throw untitledLost(uri);
  try {
    return await vscode.workspace.openTextDocument(uri);
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
