/** The model's name in the status bar, from the first use or choice on; a click chooses another. */
import * as vscode from 'vscode';
import type { ModelChoice } from './modelChoice';

export class ModelStatus implements vscode.Disposable {
  private item: vscode.StatusBarItem | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly models: ModelChoice,
    private readonly command: string,
  ) {
    this.subscription = models.onDidChoose(() => (this.item ? void this.update() : this.show()));
  }

  show(): void {
    if (this.item) return;
    this.item = this.create();
    void this.update();
  }

  /** Another model is in use. */
  async update(): Promise<void> {
    const { item } = this;
    if (!item) return;
    const name = await this.models.current().then(
      (model) => model.name,
      () => vscode.l10n.t('No model'),
    );
    item.text = `$(eye) ${name}`;
    item.accessibilityInformation = { label: vscode.l10n.t('Attention Explainer model: {0}', name) };
    item.show();
  }

  dispose(): void {
    this.subscription.dispose();
    this.item?.dispose();
  }

  private create(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('attentionExplainer.model', vscode.StatusBarAlignment.Right, 90);
    item.name = vscode.l10n.t('Attention Explainer Model');
    item.tooltip = vscode.l10n.t('The model that explains attention. Click to choose another.');
    item.command = this.command;
    return item;
  }
}
