/** What an experiment may read, collected from the window: only what it asks for. */
import path from 'node:path';
import * as vscode from 'vscode';
import { sizeOfFile } from '../host/regularFile';
import { collectTexts, SKIPPED_FOLDERS, TEXT_EXTENSIONS, type TextSource } from '../milestones/workspaceTexts';
import { readBundledModels } from '../models/bundledModels';
import type { HostInputs, Needs, SelectedText, WorkspaceText } from '../protocol/milestones';

const MOST_FILES = 5000;
/** Larger selections are cut; an experiment is no place for a whole book. */
const SELECTION_CHARACTERS = 20_000;

/**
 * The bundled models, so that numbers can be compared.
 * @throws Problem where one is needed and there is none; cancelled when `signal` is aborted
 */
export async function milestoneInputs(
  needs: Needs,
  extensionUri: vscode.Uri,
  signal: AbortSignal,
): Promise<HostInputs> {
  const media = vscode.Uri.joinPath(extensionUri, 'media').fsPath;
  const bundled = needs.models ? await readBundledModels(path.join(media, 'models')) : null;
  return {
    workspace: needs.workspaceCharacters ? await workspaceTexts(needs.workspaceCharacters, signal) : [],
    selection: needs.selection ? selectedText() : null,
    models: { default: bundled?.default.path ?? '', reasoner: bundled?.reasoner.path ?? '' },
    media,
  };
}

async function workspaceTexts(characters: number, signal: AbortSignal): Promise<WorkspaceText[]> {
  const decoder = new TextDecoder();
  const files = await vscode.workspace.findFiles(
    `**/*.{${TEXT_EXTENSIONS.join(',')}}`,
    `**/{${SKIPPED_FOLDERS.join(',')},.*}/**`,
    MOST_FILES,
    tokenOf(signal),
  );
  const sources = files.map((uri): TextSource => ({
    name: vscode.workspace.asRelativePath(uri).replace(/\\/g, '/'),
    size: () => sizeOfFile(uri),
    read: async () => decoder.decode(await vscode.workspace.fs.readFile(uri)),
  }));
  return collectTexts(sources, characters, signal);
}

function tokenOf(signal: AbortSignal): vscode.CancellationToken {
  const source = new vscode.CancellationTokenSource();
  if (signal.aborted) source.cancel();
  signal.addEventListener('abort', () => source.cancel(), { once: true });
  return source.token;
}

/** The selection of the editor that was looked at last, else what it shows. */
function selectedText(): SelectedText | null {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.at(0);
  if (!editor) return null;
  const { document, selection, visibleRanges } = editor;
  const range = selection.isEmpty ? visibleRanges.at(0) : selection;
  const text = document.getText(range).slice(0, SELECTION_CHARACTERS);
  return text.trim() === '' ? null : { title: document.fileName.split(/[\\/]/).pop()!, text };
}
