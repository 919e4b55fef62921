/** “Choose Model…”: a bundled one, one used before, or any GGUF file. With a file as argument it asks nothing. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { WorkerClient } from '../engine/workerClient.node';
import { askWhich, heading, type Row } from '../host/asking';
import { showWarning } from '../host/messages';
import { inStatusBar } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import { mayLoad, untrustedMessage, type Model, type ModelChoice } from '../models/modelChoice';
import type { ExplainWorkerApi } from '../protocol/workerApi';

export const CHOOSE_MODEL = 'attentionExplainer.chooseModel';

type ModelRow = Row & { model?: Model; openFile?: true };

export function registerChooseModel(models: ModelChoice, client: WorkerClient<ExplainWorkerApi>): vscode.Disposable {
  return registerCommand(CHOOSE_MODEL, async (file): Promise<Model | undefined> => {
    const model = file instanceof vscode.Uri ? fileModel(file) : await pick(models);
    return model && choose(models, client, model);
  });
}

async function choose(
  models: ModelChoice,
  client: WorkerClient<ExplainWorkerApi>,
  model: Model,
): Promise<Model | undefined> {
  const release = client.acquire();
  try {
    if (!model.bundled && !(await mayLoad(model.path))) {
      void offerTrust(untrustedMessage(model.path));
      return undefined;
    }
    // A file that cannot be used never becomes the choice.
    const { name } = await inStatusBar(vscode.l10n.t('Reading the model…'), () =>
      client.ask.inspect({ modelPath: model.path }),
    );
    const chosen = { ...model, name: model.bundled ? model.name : name || model.name };
    await models.choose(chosen);
    return chosen;
  } finally {
    release();
  }
}

async function pick(models: ModelChoice): Promise<Model | undefined> {
  const { t } = vscode.l10n;
  const bundled = await models.bundled().catch(() => []);
  const current = await models.current().catch(() => undefined);
  const row = (model: Model): ModelRow => ({
    model,
    icon: model.path === current?.path ? 'check' : undefined,
    label: model.name,
    description: model.bundled ? undefined : path.dirname(model.path),
  });
  const group = (label: string, rows: ModelRow[]) => (rows.length > 0 ? [heading(label), ...rows] : []);
  const picked = await askWhich(
    [
      ...group(t('Bundled'), bundled.map(row)),
      ...group(t('Recently used'), models.recent().map(row)),
      ...group(t('From the disk'), [{ icon: 'folder-opened', label: t('Open a GGUF file…'), openFile: true }]),
    ],
    { title: t('Choose Model'), placeHolder: t('The model that explains in this workspace') },
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
  if ((await showWarning(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
