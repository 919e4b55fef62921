/** The Milestone History's panel: one for the window. It starts experiments, keeps how they went, and answers its page. */
import * as vscode from 'vscode';
import type { MilestoneClient } from '../engine/milestoneClient.node';
import { openPanel } from '../host/webviewPanel';
import { readRecorded, recordedFile } from '../milestones/recorded.node';
import { isMilestoneId } from '../shared/history/timeline';
import type { MilestoneEvent, MilestonePanelHostApi, MilestonePanelViewApi } from '../protocol/milestonePanelApi';
import { Problem, toProblem } from '../protocol/problem';
import type { Handlers } from '../protocol/rpc';
import { HiddenProgress } from './hiddenProgress';
import { milestoneInputs } from './milestoneInputs';
import { page, pageRoot } from './page';
import { PageLine } from './pageLine';
import { problemMessage } from './problemMessage';

export const MILESTONES_VIEW = 'attentionExplainer.milestones';

export interface MilestoneServices {
  extensionUri: vscode.Uri;
  client: MilestoneClient;
  /** Whether a run waits while the panel cannot be seen. */
  pauseWhenHidden(): boolean;
}

export class MilestonesPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private shown: ShownPanel | undefined;

  private readonly showing = new vscode.EventEmitter<string>();
  /** The page has come to an entry. */
  readonly onDidShow = this.showing.event;

  constructor(private readonly services: MilestoneServices) {}

  /** Opens the panel or takes the one that is there, at this entry if one is named. */
  open(entry?: string): void {
    if (this.shown) this.shown.panel.reveal();
    else {
      const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
      const title = vscode.l10n.t('Milestone History');
      this.adopt(openPanel(MILESTONES_VIEW, title, column, { enableFindWidget: true }));
    }
    if (entry !== undefined) this.shown?.show(entry);
  }

  /** Called by VS Code when a panel of the last session is looked at again; the page kept its own state. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.shown) panel.dispose();
    else this.adopt(panel);
  }

  /** For tests: what the page was told last of an entry. */
  event(id: string): MilestoneEvent | undefined {
    return this.shown?.events.get(id);
  }

  dispose(): void {
    this.showing.dispose();
    this.shown?.panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.services;
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(extensionUri)] };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    const shown = new ShownPanel(panel, this.services);
    this.shown = shown;
    shown.onDidShow((id) => this.showing.fire(id));
    panel.onDidDispose(() => {
      shown.dispose();
      if (this.shown === shown) this.shown = undefined;
    });
  }
}

class ShownPanel implements vscode.Disposable {
  /** The latest of each entry: a page that was hidden starts from nothing and gets them again. */
  readonly events = new Map<string, MilestoneEvent>();
  private readonly disposables: vscode.Disposable[] = [];
  private readonly line: PageLine<MilestonePanelHostApi, MilestonePanelViewApi>;
  private readonly progress = new HiddenProgress();
  private readonly shownEntry = new vscode.EventEmitter<string>();
  readonly onDidShow = this.shownEntry.event;
  private run: AbortController | undefined;
  /** The last run of each entry. */
  private readonly latest = new Map<string, AbortController>();
  private disposed = false;
  /** A deep link that came before the page listened. */
  private wanted: string | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly services: MilestoneServices,
  ) {
    const release = services.client.acquire();
    this.disposables.push(
      this.progress,
      this.shownEntry,
      { dispose: release },
      panel.onDidChangeViewState(() => this.visibilityChanged()),
    );
    this.line = new PageLine({ webview: panel.webview, answers: this.answers });
    panel.webview.html = page('milestones', panel.webview, services.extensionUri);
  }

  show(entry: string): void {
    if (this.line.listening) this.line.call('show', { id: entry }).catch(() => {});
    else this.wanted = entry;
  }

  dispose(): void {
    this.disposed = true;
    this.run?.abort();
    vscode.Disposable.from(this.line, ...this.disposables).dispose();
  }

  private readonly answers: Handlers<MilestonePanelHostApi> = {
    ready: () => {
      this.line.listens();
      for (const event of this.events.values()) this.send(event);
      if (this.wanted !== undefined) this.show(this.wanted);
      this.wanted = undefined;
    },
    start: (params) => void this.start(params),
    stop: () => this.run?.abort(),
    shown: ({ id }) => this.shownEntry.fire(id),
    recorded: ({ id }) => {
      const media = vscode.Uri.joinPath(this.services.extensionUri, 'media').fsPath;
      return isMilestoneId(id) ? readRecorded(recordedFile(media, id)) : null;
    },
    ask: ({ run, question }, { signal }) => this.services.client.ask.ask({ run, question }, { signal }),
    command: async ({ command }) => {
      // Nothing but our own commands: what the page shows may come from a workspace.
      if (command.startsWith('attentionExplainer.')) await vscode.commands.executeCommand(command);
    },
  };

  private async start(params: MilestonePanelHostApi['start']['params']): Promise<void> {
    this.run?.abort();
    const run = (this.run = new AbortController());
    this.latest.set(params.id, run);
    this.emit({ ...params, kind: 'running', progress: null });
    try {
      const { client, extensionUri } = this.services;
      const inputs = await milestoneInputs(await client.needs(params.id), extensionUri, run.signal);
      if (run.signal.aborted) throw new Problem('cancelled', 'Cancelled.');
      void client.pause(this.paused);
      const report = await client.run({ ...params, inputs }, run.signal, (progress) => {
        if (!run.signal.aborted) this.emit({ ...params, kind: 'running', progress });
      });
      this.emit({ ...params, kind: 'done', report });
    } catch (thrown) {
      const problem = toProblem(thrown);
      // A newer run of the same entry has taken its place on the page.
      if (this.latest.get(params.id) !== run) return;
      if (problem.code === 'cancelled') this.emit({ ...params, kind: 'stopped' });
      else this.emit({ ...params, kind: 'failed', message: problemMessage(problem) });
    } finally {
      if (this.run === run) this.run = undefined;
      this.updateProgress();
    }
  }

  private emit(event: MilestoneEvent): void {
    if (this.disposed) return;
    this.events.set(event.id, event);
    this.updateProgress();
    this.send(event);
  }

  private send(event: MilestoneEvent): void {
    if (this.line.listening) this.line.call('event', event).catch(() => {});
  }

  private get paused(): boolean {
    return !this.panel.visible && this.services.pauseWhenHidden();
  }

  private visibilityChanged(): void {
    if (!this.panel.visible) this.line.hidden();
    if (this.run) void this.services.client.pause(this.paused);
    this.updateProgress();
  }

  private updateProgress(): void {
    // A closed panel cannot be asked whether it is visible.
    if (this.disposed) return this.progress.dispose();
    this.progress.update(
      this.run !== undefined && !this.panel.visible,
      this.paused
        ? vscode.l10n.t('A milestone’s experiment waits until its panel is seen again.')
        : vscode.l10n.t('A milestone’s experiment runs…'),
    );
  }
}
