/** The model's name in the status bar, from the first use or choice on; a click chooses another. */
import * as vscode from 'vscode';
import { StatusItem } from '../host/statusItem';
import type { ModelChoice } from './modelChoice';

export class ModelStatus implements vscode.Disposable {
  private item: StatusItem | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly models: ModelChoice,
    private readonly command: string,
    /** What else its hover says. */
    private readonly more: () => string,
  ) {
    this.subscription = models.onDidChoose(() => (this.item ? void this.update() : this.show()));
  }

  show(): void {
    if (this.item) return;
    this.item = new StatusItem({
      id: 'attentionExplainer.model',
      name: vscode.l10n.t('Attention Explainer Model'),
      tooltip: this.hover(),
      command: this.command,
    });
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
    item.tell(this.hover());
    item.show('eye', name, vscode.l10n.t('Attention Explainer model: {0}', name));
  }

  private hover(): string {
    return `${vscode.l10n.t('The model that explains attention. Click to choose another.')}\n${this.more()}`;
  }

  dispose(): void {
    this.subscription.dispose();
    this.item?.dispose();
  }
}
