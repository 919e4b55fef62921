/** The Milestone History's panel: one for the window. It starts experiments, keeps how they went, and answers its page. */
import * as vscode from 'vscode';
import type { MilestoneClient } from '../engine/milestoneClient.node';
import { openPanel } from '../host/webviewPanel';
import { readRecorded, recordedFile } from '../milestones/recorded.node';
import { isMilestoneId } from '../shared/history/timeline';
import type {
  MilestoneEvent,
  MilestonePanelEvent,
  MilestonePanelHostApi,
  MilestonePanelViewApi,
} from '../protocol/milestonePanelApi';
import { Problem, toProblem } from '../protocol/problem';
import type { Handlers } from '../protocol/rpc';
import { latestRuns, type LatestRuns } from './memories';
import { milestoneInputs } from './milestoneInputs';
import { pageRoot } from './page';
import { PageSession } from './pageSession';
import { problemMessage } from '../host/problemMessage';

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
    return this.shown?.event(id);
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
  private readonly shownEntry = new vscode.EventEmitter<string>();
  readonly onDidShow = this.shownEntry.event;
  private readonly session: PageSession<MilestonePanelHostApi, MilestonePanelViewApi, MilestonePanelEvent, LatestRuns>;
  private run: AbortController | undefined;
  /** The last run of each entry. */
  private readonly latest = new Map<string, AbortController>();

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly services: MilestoneServices,
  ) {
    const { client, extensionUri } = services;
    this.session = new PageSession({
      ...{ panel, view: 'milestones', extensionUri, answers: this.answers, memory: latestRuns },
      owned: [this.shownEntry, { dispose: client.acquire() }],
      progress: () =>
        this.paused
          ? vscode.l10n.t('A milestone’s experiment waits until its panel is seen again.')
          : vscode.l10n.t('A milestone’s experiment runs…'),
      seen: () => {
        if (this.run) void client.pause(this.paused);
      },
    });
  }

  show(id: string): void {
    this.session.emit({ kind: 'show', id });
  }

  /** What the page was told last of an entry. */
  event(id: string): MilestoneEvent | undefined {
    return this.session.kept.runs.get(id);
  }

  dispose(): void {
    this.run?.abort();
    this.session.dispose();
  }

  private readonly answers: Handlers<MilestonePanelHostApi> = {
    ready: () => {},
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
    this.session.setBusy(true);
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
      if (this.run === run) {
        this.run = undefined;
        this.session.setBusy(false);
      }
    }
  }

  private emit(event: MilestoneEvent): void {
    this.session.emit(event);
  }

  private get paused(): boolean {
    return !this.session.visible && this.services.pauseWhenHidden();
  }
}
