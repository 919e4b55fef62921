/** The Milestone History's panel: one for the window. It starts experiments, keeps how they went, and answers its page. */
import * as vscode from 'vscode';
import { showProblem } from '../host/messages';
import { openPanel } from '../host/webviewPanel';
import type { MilestoneClient } from '../milestones/milestoneClient.node';
import { readRecorded, recordedFile } from '../milestones/recorded.node';
import type { Exportable, Exported, Exporting, WantedExport } from '../protocol/exporting';
import { milestoneLink, type MilestonePlace } from '../protocol/milestoneLink';
import { isMilestoneId } from '../shared/history/timeline';
import type {
  MilestoneEvent,
  MilestonePanelEvent,
  MilestonePanelHostApi,
  MilestonePanelViewApi,
} from '../protocol/milestonePanelApi';
import type { Problem } from '../protocol/problem';
import type { Handlers } from '../protocol/rpc';
import { chineseWords } from './chineseWords';
import { latestRuns, type LatestRuns } from './memories';
import { milestoneInputs } from './milestoneInputs';
import { MilestoneRuns } from './milestoneRuns';
import { pageRoot } from './page';
import { PageSession } from './pageSession';
import { problemMessage } from '../host/problemMessage';

export const MILESTONES_VIEW = 'attentionExplainer.milestones';

export interface MilestoneServices {
  extensionUri: vscode.Uri;
  /** Of the extension: links begin with it. */
  extensionId: string;
  client: MilestoneClient;
  /** As “Export…” does; whether a file was written. */
  exportFrom(panel: Exporting, wanted: WantedExport): Promise<boolean>;
  /** Whether a run waits while the panel cannot be seen. */
  pauseWhenHidden(): boolean;
}

export class MilestonesPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private shown: ShownPanel | undefined;

  private readonly showing = new vscode.EventEmitter<string>();
  /** The page has come to an entry. */
  readonly onDidShow = this.showing.event;

  constructor(private readonly services: MilestoneServices) {}

  /** It, while it has the focus. */
  get active(): Exporting | undefined {
    return this.shown?.panel.active ? this.shown : undefined;
  }

  /** Opens the panel or takes the one that is there, at this place if one is named. */
  open(place?: MilestonePlace): void {
    if (this.shown) this.shown.panel.reveal();
    else {
      const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
      const title = vscode.l10n.t('Milestone History');
      this.adopt(openPanel(MILESTONES_VIEW, title, column, { enableFindWidget: true }));
    }
    if (place) this.shown?.show(place);
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

class ShownPanel implements vscode.Disposable, Exporting {
  private readonly shownEntry = new vscode.EventEmitter<string>();
  readonly onDidShow = this.shownEntry.event;
  private readonly session: PageSession<MilestonePanelHostApi, MilestonePanelViewApi, MilestonePanelEvent, LatestRuns>;
  private readonly runs: MilestoneRuns;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly services: MilestoneServices,
  ) {
    const { client, extensionUri } = services;
    this.session = new PageSession({
      panel,
      view: 'milestones',
      extensionUri,
      answers: this.answers,
      memory: latestRuns,
      owned: [this.shownEntry, { dispose: client.acquire() }],
      progress: () =>
        this.paused
          ? vscode.l10n.t('A milestone’s experiment waits until its panel is seen again.')
          : vscode.l10n.t('A milestone’s experiment runs…'),
      seen: () => this.runs.pauseChanged(),
    });
    this.runs = new MilestoneRuns({
      client,
      inputs: (needs, signal) => milestoneInputs(needs, extensionUri, signal),
      isPaused: () => this.paused,
      message: problemMessage,
      emit: (event) => this.session.emit(event),
      busyChanged: (busy) => this.session.setBusy(busy),
    });
  }

  show(place: MilestonePlace): void {
    this.session.emit({ kind: 'show', ...place });
  }

  /** What the page was told last of an entry. */
  event(id: string): MilestoneEvent | undefined {
    return this.session.kept.runs.get(id);
  }

  exportable(): Promise<Exportable | null> {
    return this.session.ask('exportable', {});
  }

  exported(wanted: WantedExport): Promise<Exported | null> {
    return this.session.ask('exported', wanted);
  }

  dispose(): void {
    this.runs.stop();
    this.session.dispose();
  }

  private readonly answers: Handlers<MilestonePanelHostApi> = {
    ready: () => {},
    start: (params) => void this.runs.start(params),
    stop: () => this.runs.stop(),
    shown: ({ id }) => this.shownEntry.fire(id),
    recorded: ({ id }) => {
      const media = vscode.Uri.joinPath(this.services.extensionUri, 'media').fsPath;
      return isMilestoneId(id) ? readRecorded(recordedFile(media, id)) : null;
    },
    copyLink: async ({ id, options, seed }) => {
      if (!isMilestoneId(id)) return;
      const begin = `${vscode.env.uriScheme}://${this.services.extensionId}`;
      await vscode.env.clipboard.writeText(begin + milestoneLink(id, seed, options));
    },
    ask: ({ run, question }, { signal }) => this.services.client.ask.ask({ run, question }, { signal }),
    chineseWords: () => chineseWords(this.services.extensionUri),
    export: (wanted) => this.export(wanted),
    command: async ({ command }) => {
      // Nothing but our own commands: what the page shows may come from a workspace.
      if (command.startsWith('attentionExplainer.')) await vscode.commands.executeCommand(command);
    },
  };

  /** Whether it was written. A problem is told. */
  private async export(wanted: WantedExport): Promise<boolean> {
    try {
      return await this.services.exportFrom(this, wanted);
    } catch (thrown) {
      // The page that was asked for it went.
      if ((thrown as Problem).code !== 'cancelled') showProblem(thrown);
      return false;
    }
  }

  private get paused(): boolean {
    return !this.session.visible && this.services.pauseWhenHidden();
  }
}
