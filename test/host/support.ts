/** What host tests share: documents, a provider of symbols, panels on the fake worker, and waiting without sleeping. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { WorkerClient } from '../../src/engine/workerClient.node';
import { ModelChoice } from '../../src/models/modelChoice';
import { ModelHashes } from '../../src/models/modelHashes';
import type { ExplainPanel } from '../../src/panels/explainPanel';
import { ExplainPanels } from '../../src/panels/explainPanels';
import { SavedPlaces } from '../../src/panels/savedPlaces';
import type { PanelToken } from '../../src/protocol/explanation';
import type { PanelEvent } from '../../src/protocol/panelApi';
import type { ExplainWorkerApi } from '../../src/protocol/workerApi';
import type { ExtensionApi } from '../../src/extension';

export const FAKE_WORKER = path.join(__dirname, '..', 'unit', 'engine', 'fakeExplainWorker.js');

export function extension(): vscode.Extension<ExtensionApi> {
  const found = vscode.extensions.getExtension<ExtensionApi>('attention-explainer.attention-explainer');
  assert.ok(found, 'the extension is installed');
  return found;
}

const folder = mkdtempSync(path.join(tmpdir(), 'attention-host-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let documents = 0;

/** A file of its own for each call: VS Code gives the name of a closed untitled document, and its text, to the next. */
export async function openText(content: string): Promise<vscode.TextEditor> {
  const file = path.join(folder, `text-${++documents}.txt`);
  writeFileSync(file, content);
  const document = await vscode.workspace.openTextDocument(file);
  return vscode.window.showTextDocument(document, vscode.ViewColumn.One);
}

/** A document that was never saved. */
export async function openUntitled(content: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.parse(`untitled:untitled-${++documents}.txt`);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), content));
  return editor;
}

export function select(editor: vscode.TextEditor, from: number, to: number): void {
  const { document } = editor;
  editor.selection = new vscode.Selection(document.positionAt(from), document.positionAt(to));
}

/** Resolves when `condition` holds, now or after one of the events; mocha's time limit is the limit. */
export function until<T>(event: vscode.Event<T>, condition: () => boolean): Promise<void> {
  if (condition()) return Promise.resolve();
  return new Promise((resolve) => {
    const subscription = event(() => {
      if (!condition()) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** Without a question whether changes are to be saved. */
export async function closeEverything(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isUntitled, isDirty }) => isUntitled && isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.workspace.saveAll(false);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const { tabGroups } = vscode.window;
  await until(tabGroups.onDidChangeTabs, () => tabGroups.all.every(({ tabs }) => tabs.length === 0));
}

/** As vscode.Memento, in memory. */
export function memento(): vscode.Memento & { setKeysForSync(): void } {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, fallback?: unknown) => (values.has(key) ? values.get(key) : fallback) as never,
    update: async (key, value) => void (value === undefined ? values.delete(key) : values.set(key, value)),
    setKeysForSync: () => undefined,
  };
}

export interface Bench {
  panels: ExplainPanels;
  client: WorkerClient<ExplainWorkerApi>;
  models: ModelChoice;
  warnings: string[];
  state: vscode.Memento;
  dispose(): void;
}

interface BenchOptions {
  maxTokens?: number;
  modelFolder?: string;
  state?: vscode.Memento;
  /** The real worker instead of the fake one. */
  real?: boolean;
  processFlags?: () => readonly string[] | undefined;
  /** Panels have their real page, where a test is about both; else an empty one, which asks and draws nothing. */
  page?: boolean;
}

/** The extension's own parts around a worker. */
export function bench(options: BenchOptions = {}): Bench {
  const { extensionUri } = extension();
  const script = options.real ? vscode.Uri.joinPath(extensionUri, 'dist', 'explainWorker.js').fsPath : FAKE_WORKER;
  const client = new WorkerClient<ExplainWorkerApi>({ script, idleMs: 0, processFlags: options.processFlags });
  const warnings: string[] = [];
  const state = options.state ?? memento();
  const models = new ModelChoice({
    folder: options.modelFolder ?? vscode.Uri.joinPath(extensionUri, 'media', 'models').fsPath,
    workspaceState: memento(),
    globalState: memento(),
    warn: (message) => warnings.push(message),
  });
  const panels = new ExplainPanels(
    {
      extensionUri: options.page ? extensionUri : vscode.Uri.file(folder),
      client,
      models,
      hashes: new ModelHashes(memento()),
      training: () => Promise.resolve(undefined),
      maxTokens: () => options.maxTokens ?? 100,
      chooseModel: () => undefined,
      exportFile: () => undefined,
    },
    new SavedPlaces(state),
  );
  const dispose = (): void => {
    panels.dispose();
    client.stop();
    models.dispose();
  };
  return { panels, client, models, warnings, state, dispose };
}

/** Kinds of the events that a page would be sent now, in order; progress by its own kind. */
export function kinds(panel: ExplainPanel): string[] {
  return panel.events.map((event) => (event.kind === 'progress' ? event.progress.kind : event.kind));
}

/** The same without the editor's cursor, whose last move may still have been on its way when the run began. */
export function steps(panel: ExplainPanel): string[] {
  return kinds(panel).filter((kind) => kind !== 'query');
}

export function eventOf<Kind extends PanelEvent['kind']>(
  panel: ExplainPanel,
  kind: Kind,
): Extract<PanelEvent, { kind: Kind }> {
  const found = panel.events.findLast((event) => event.kind === kind);
  assert.ok(found, `no ${kind} among ${kinds(panel).join(', ')}`);
  return found as Extract<PanelEvent, { kind: Kind }>;
}

/** A token for each character, so that tokens are offsets. */
export const characterTokens = (text: string): PanelToken[] =>
  Array.from(text, (label, i) => ({ id: 0, start: i, end: i + 1, charStart: i, charEnd: i + 1, label }));
