/** The models found on this machine: what is known of them now, and looking again. */
import * as vscode from 'vscode';
import type { WorkerClient } from '../engine/workerClient.node';
import type {
  FoundModel,
  FoundModels as Found,
  RunningServer,
  StoresWorkerApi,
  Unreadable,
} from '../protocol/foundModels';

export class FoundModels implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** There are more, or fewer. */
  readonly onDidChange = this.changed.event;
  private known: Found = { models: [], unreadable: [] };
  private underway: Promise<void> | undefined;
  private readonly watch = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration('attentionExplainer.models.folders')) return;
    // The search under way looks into the folders of before.
    void Promise.resolve(this.underway).then(() => this.lookAgain());
  });
  private looked = false;

  /** @param cacheFile where the heads of files are kept */
  constructor(
    private readonly client: WorkerClient<StoresWorkerApi>,
    /** The folder with the bundled models. */
    private readonly bundled: string,
    private readonly cacheFile: string | undefined,
  ) {}

  /** Those known by now. The first to ask starts a search, whose end `onDidChange` tells. */
  get models(): readonly FoundModel[] {
    if (!this.looked) void this.lookAgain();
    return this.known.models.filter(({ store }) => store !== 'bundled');
  }

  /** What the head of a bundled model says; undefined: it is not known yet. */
  bundledAt(file: string): FoundModel | undefined {
    return this.known.models.find(({ path, store }) => store === 'bundled' && path === file);
  }

  get unreadable(): readonly Unreadable[] {
    return this.known.unreadable;
  }

  /** Those that run now; asked only when somebody wants to choose. */
  async servers(): Promise<RunningServer[]> {
    const release = this.client.acquire();
    try {
      return await this.client.ask.servers({});
    } catch {
      return [];
    } finally {
      release();
    }
  }

  /** Resolves when everything was looked through; one search at a time. */
  lookAgain(): Promise<void> {
    this.looked = true;
    this.underway ??= this.look().finally(() => (this.underway = undefined));
    return this.underway;
  }

  private async look(): Promise<void> {
    const release = this.client.acquire();
    const first = this.known.models.length === 0;
    try {
      const onProgress = (more: FoundModel[]): void => {
        // A list that was there stays until the new one is whole.
        if (first) this.become({ models: [...withNews(this.known.models, more)], unreadable: [] });
      };
      const params = { bundled: this.bundled, folders: modelFolders(), cacheFile: this.cacheFile };
      this.become(await this.client.ask.find(params, { onProgress }));
    } catch {
      // The worker has died: what is known stays, and the next look starts another.
    } finally {
      release();
    }
  }

  private become(found: Found): void {
    this.known = found;
    this.changed.fire();
  }

  dispose(): void {
    this.watch.dispose();
    this.changed.dispose();
  }
}

/** What is told again takes the place of what was known before. */
function withNews(known: readonly FoundModel[], news: readonly FoundModel[]): Iterable<FoundModel> {
  const models = new Map(known.map((model) => [model.path, model]));
  for (const model of news) models.set(model.path, model);
  return models.values();
}

/** Named by the person, never by a workspace: the setting's scope is the machine. */
function modelFolders(): string[] {
  const folders = vscode.workspace.getConfiguration('attentionExplainer').get<unknown>('models.folders');
  return Array.isArray(folders) ? folders.filter((folder): folder is string => typeof folder === 'string') : [];
}
