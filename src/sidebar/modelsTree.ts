/** The sidebar's “Models”: the bundled ones and those from the disk; a click makes one the workspace's model. */
import path from 'node:path';
import * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import { registerTree, type Rows, type TreeRow } from '../host/tree';
import { isModel, type Model, type ModelChoice } from '../models/modelChoice';

export const USE_MODEL = 'attentionExplainer.useModel';

export class ModelsTree implements Rows<Model> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly models: ModelChoice) {
    models.onDidChoose(() => this.changed.fire());
  }

  async elements(): Promise<Model[]> {
    const bundled = await this.models.bundled().catch(() => []);
    return [...bundled, ...this.models.recent()];
  }

  async row(model: Model): Promise<TreeRow> {
    const current = await this.models.current().catch(() => undefined);
    const used = current?.path === model.path;
    return {
      label: model.name,
      description: model.bundled ? vscode.l10n.t('bundled') : path.dirname(model.path),
      tooltip: model.path,
      icon: used ? 'check' : 'circuit-board',
      spoken: used ? vscode.l10n.t('{0}, in use', model.name) : model.name,
      command: { command: USE_MODEL, title: vscode.l10n.t('Use This Model'), arguments: [model] },
    };
  }
}

export function registerModels(models: ModelChoice, chooseFile: (uri: vscode.Uri) => unknown): vscode.Disposable {
  return vscode.Disposable.from(
    registerTree('attentionExplainer.models', new ModelsTree(models)),
    registerCommand(USE_MODEL, async (model) => {
      if (!isModel(model)) return;
      if (model.bundled) await models.choose(model);
      // A file is read first: one that cannot be used never becomes the choice.
      else await chooseFile(vscode.Uri.file(model.path));
    }),
  );
}
