/** The sidebar's “Models”: the bundled ones and those from the disk; a click makes one the workspace's model. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Model, ModelChoice } from '../models/modelChoice';

export const USE_MODEL = 'attentionExplainer.useModel';

export class ModelsTree implements vscode.TreeDataProvider<Model> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly models: ModelChoice) {
    models.onDidChoose(() => this.changed.fire());
  }

  async getChildren(model?: Model): Promise<Model[]> {
    if (model) return [];
    const bundled = await this.models.bundled().catch(() => []);
    return [...bundled, ...this.models.recent()];
  }

  async getTreeItem(model: Model): Promise<vscode.TreeItem> {
    const current = await this.models.current().catch(() => undefined);
    const used = current?.path === model.path;
    const item = new vscode.TreeItem(model.name);
    item.description = model.bundled ? vscode.l10n.t('bundled') : path.dirname(model.path);
    item.tooltip = model.path;
    item.iconPath = new vscode.ThemeIcon(used ? 'check' : 'circuit-board');
    item.accessibilityInformation = { label: used ? vscode.l10n.t('{0}, in use', model.name) : model.name };
    item.command = { command: USE_MODEL, title: vscode.l10n.t('Use This Model'), arguments: [model] };
    return item;
  }
}

export function registerModels(models: ModelChoice, chooseFile: (uri: vscode.Uri) => unknown): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.registerTreeDataProvider('attentionExplainer.models', new ModelsTree(models)),
    vscode.commands.registerCommand(USE_MODEL, async (model?: Model) => {
      if (!model) return;
      if (model.bundled) await models.choose(model);
      // A file is read first: one that cannot be used never becomes the choice.
      else await chooseFile(vscode.Uri.file(model.path));
    }),
  );
}
