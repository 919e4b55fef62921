/** “Choose Model…”: a bundled one, one used before, or any GGUF file. With a file as argument it asks nothing. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExplainClient } from '../engine/explainClient.node';
import { mayLoad, untrustedMessage, type Model, type ModelChoice } from '../models/modelChoice';
import { problemMessage } from '../panels/problemMessage';
import { toProblem } from '../protocol/problem';

export const CHOOSE_MODEL = 'attentionExplainer.chooseModel';

type Item = vscode.QuickPickItem & { model?: Model; openFile?: true };

export function registerChooseModel(models: ModelChoice, client: ExplainClient): vscode.Disposable {
  return vscode.commands.registerCommand(CHOOSE_MODEL, async (file?: unknown): Promise<Model | undefined> => {
    const model = file instanceof vscode.Uri ? fileModel(file) : await pick(models);
    return model && choose(models, client, model);
  });
}

async function choose(models: ModelChoice, client: ExplainClient, model: Model): Promise<Model | undefined> {
  const release = client.acquire();
  try {
    if (!model.bundled && !(await mayLoad(model.path))) {
      void offerTrust(untrustedMessage(model.path));
      return undefined;
    }
    // A file that cannot be used never becomes the choice.
    const { name } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the model…') },
      () => client.inspect(model.path),
    );
    const chosen = { ...model, name: model.bundled ? model.name : name || model.name };
    await models.choose(chosen);
    return chosen;
  } catch (thrown) {
    void vscode.window.showErrorMessage(problemMessage(toProblem(thrown)));
    return undefined;
  } finally {
    release();
  }
}

async function pick(models: ModelChoice): Promise<Model | undefined> {
  const { l10n, window } = vscode;
  const bundled = await models.bundled().catch(() => []);
  const current = await models.current().catch(() => undefined);
  const item = (model: Model): Item => ({
    model,
    label: model.path === current?.path ? `$(check) ${model.name}` : model.name,
    description: model.bundled ? undefined : path.dirname(model.path),
  });
  const group = (label: string, items: Item[]): Item[] =>
    items.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
  const picked = await window.showQuickPick<Item>(
    [
      ...group(l10n.t('Bundled'), bundled.map(item)),
      ...group(l10n.t('Recently used'), models.recent().map(item)),
      ...group(l10n.t('From the disk'), [{ label: l10n.t('$(folder-opened) Open a GGUF file…'), openFile: true }]),
    ],
    {
      title: l10n.t('Choose Model'),
      placeHolder: l10n.t('The model that explains in this workspace'),
      matchOnDescription: true,
    },
  );
  return picked?.openFile ? openFile() : picked?.model;
}

async function openFile(): Promise<Model | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose Model'),
    openLabel: vscode.l10n.t('Use This Model'),
    filters: { [vscode.l10n.t('GGUF models')]: ['gguf'] },
  });
  return files?.[0] && fileModel(files[0]);
}

function fileModel(uri: vscode.Uri): Model {
  return { path: uri.fsPath, name: path.basename(uri.fsPath, '.gguf'), bundled: false };
}

async function offerTrust(message: string): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
