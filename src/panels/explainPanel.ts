/** One panel: what it shows, what its page may ask, and the run that is under way. */
import * as vscode from 'vscode';
import { codeCases } from '../editor/codeCases';
import { EditorHeat } from '../editor/editorHeat';
import { EditorLink } from '../editor/editorLink';
import { heatKind } from '../editor/heatKind';
import { syntaxNodes } from '../editor/syntaxNodes';
import { takeText, titleOf, visiblePlace, type Place, type Taken } from '../editor/subject';
import type { WorkerClient } from '../engine/workerClient.node';
import { setTitle } from '../host/webviewPanel';
import type { ModelChoice } from '../models/modelChoice';
import type { ModelHashes } from '../models/modelHashes';
import type { ExplainProgress, RoleScores } from '../protocol/explanation';
import type { Handle } from '../protocol/handle';
import type {
  ExplainPanelHostApi,
  ExplainPanelViewApi,
  Exportable,
  Exported,
  ExportFormat,
  PanelEvent,
} from '../protocol/panelApi';
import { Problem, toProblem } from '../protocol/problem';
import type { Handlers } from '../protocol/rpc';
import type { ExplainWorkerApi, TraceMethod, TraceParams } from '../protocol/workerApi';
import { EventLog } from './eventLog';
import { HiddenProgress } from './hiddenProgress';
import { page } from './page';
import { PageLine } from './pageLine';
import { passedOn } from './passedOn';
import { canRetry, problemMessage } from './problemMessage';

export interface PanelServices {
  extensionUri: vscode.Uri;
  client: WorkerClient<ExplainWorkerApi>;
  models: ModelChoice;
  hashes: ModelHashes;
  maxTokens(): number;
  chooseModel(): void;
  /** A text was explained to the end. */
  explained?(place: Place, subject: Taken['subject'], modelName: string): void;
}

/** One explained text: its place in the editor and its trace in the worker. */
interface Shown {
  readonly taken: Taken;
  readonly link: EditorLink;
  trace?: Handle;
  modelPath?: string;
}

/** How many next-token candidates the page gets with the explanation. */
const CANDIDATES = 10;

export class ExplainPanel implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly log = new EventLog();
  private readonly progress = new HiddenProgress();
  private readonly changed = new vscode.EventEmitter<void>();
  /** Busy or not, another place, another state of the explanation. */
  readonly onDidChange = this.changed.event;

  private readonly line: PageLine<ExplainPanelHostApi, ExplainPanelViewApi>;
  private run: AbortController | undefined;
  private lastPlace: Place | undefined;
  /** What the page draws and asks about: a run in progress from its tokens on, else the last good one. */
  private shown: Shown | undefined;
  private good: Shown | undefined;
  /** What the page has begun to draw last. */
  private drawn: Shown | undefined;
  private outdatedModel = false;
  /** Colours on the text in the editor. */
  readonly heat = new EditorHeat({
    weights: (look, signal) => this.ask('weights', look, signal),
    recompute: () => void this.retry(),
    kind: heatKind,
  });
  private disposed = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly services: PanelServices,
  ) {
    const release = services.client.acquire();
    this.disposables.push(
      this.changed,
      this.progress,
      this.heat,
      { dispose: release },
      panel.onDidChangeViewState(() => this.viewStateChanged()),
    );
    this.line = new PageLine({
      webview: panel.webview,
      answers: this.answers,
      gone: () => this.shown?.link.mark(null),
    });
    panel.webview.html = page('explain', panel.webview, services.extensionUri);
  }

  get busy(): boolean {
    return this.run !== undefined;
  }

  /** What was last asked for, where it stands now. */
  get place(): Place | undefined {
    const { shown, lastPlace } = this;
    return shown && shown.taken.place === lastPlace ? { ...lastPlace, range: shown.link.range } : lastPlace;
  }

  /** What the page was told, in short; for tests. */
  get events(): readonly PanelEvent[] {
    return this.log.replay();
  }

  /** Cancels what is under way and explains the place that `find` comes up with. */
  async explain(find: () => Place | Promise<Place>): Promise<void> {
    this.run?.abort();
    const run = new AbortController();
    this.run = run;
    this.outdatedModel = false;
    this.updateProgress();
    this.changed.fire();
    try {
      await this.explainPlace(await find(), run.signal);
    } catch (thrown) {
      if (this.run === run) this.report(toProblem(thrown));
    } finally {
      if (this.run === run) {
        this.run = undefined;
        this.updateProgress();
        this.changed.fire();
      }
    }
  }

  cancel(): void {
    this.run?.abort();
  }

  /** Explains the same place again, as the document stands now. */
  async retry(): Promise<void> {
    const { place } = this;
    if (place) await this.explain(() => place);
  }

  /** Another model was chosen: explain again, at once or when the panel is looked at. */
  modelChanged(): void {
    this.outdatedModel = true;
    if (this.panel.visible) void this.retry();
  }

  /** What of the page can be saved; null: nothing, or the panel is hidden. */
  async exportable(): Promise<Exportable | null> {
    return this.line.listening ? this.line.call('exportable', {}) : null;
  }

  /** A file's content, with the model's hash in it where the file can still be read. */
  async exported(format: ExportFormat, view: string | null): Promise<Exported | null> {
    const { shown } = this;
    if (shown?.modelPath) await this.announceHash(shown.modelPath, shown);
    return this.line.listening ? this.line.call('exported', { format, view }) : null;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.run?.abort();
    this.forget(this.shown);
    this.forget(this.good);
    vscode.Disposable.from(this.line, ...this.disposables).dispose();
  }

  /** What the page may ask. */
  readonly answers: Handlers<ExplainPanelHostApi> = {
    ready: () => {
      this.line.listens();
      for (const event of this.log.replay()) this.send(event);
    },
    tile: (params, { signal }) => this.ask('tile', params, signal),
    weights: (params, { signal }) => this.ask('weights', params, signal),
    predictions: (params, { signal }) => this.ask('predictions', params, signal),
    cancel: () => this.cancel(),
    retry: () => void this.retry(),
    chooseModel: () => this.services.chooseModel(),
    explainVisible: () => void this.explainVisible(),
    mark: ({ token }) => this.shown?.link.mark(token),
    reveal: ({ token }) => this.shown?.link.reveal(token),
    look: (look) => this.heat.lookAt(look),
    syntax: () => (this.shown ? syntaxNodes(this.shown.link) : []),
    codeRoles: (_, { signal }) => this.codeRoles(signal),
    ...passedOn((method, params, signal) => this.ask(method, params, signal)),
  };

  /** @throws Problem; cancelled when `signal` is aborted, also by the panel's end */
  private async explainPlace(place: Place, signal: AbortSignal): Promise<void> {
    const { client, models, maxTokens } = this.services;
    stillWanted(signal);
    this.lastPlace = place;
    const document = await documentOf(place);
    stillWanted(signal);
    const limit = maxTokens();
    const taken = takeText(document, place, limit);
    this.lastPlace = taken.place;
    setTitle(this.panel, vscode.l10n.t('Attention: {0}', titleOf(document)));
    const link = new EditorLink(taken);
    const shown: Shown = { taken, link };
    try {
      const model = await models.current();
      stillWanted(signal);
      shown.modelPath = model.path;
      this.emit({ kind: 'begin', subject: taken.subject, modelName: model.name });
      const last = this.good?.trace;
      const base = last && client.keeps(last) ? last : undefined;
      const explanation = await client.ask.explain(
        { modelPath: model.path, text: taken.subject.text, maxTokens: limit, top: CANDIDATES, base },
        { signal, onProgress: (report) => !signal.aborted && this.progressed(shown, report) },
      );
      stillWanted(signal);
      this.show(shown);
      if (this.good) this.forget(this.good);
      this.good = shown;
      this.emit({ kind: 'done', explanation });
      this.heat.attach(link, explanation);
      this.services.explained?.(taken.place, taken.subject, model.name);
      void this.announceHash(model.path, shown);
    } catch (thrown) {
      this.withdraw(shown);
      throw thrown;
    }
  }

  private progressed(shown: Shown, report: ExplainProgress): void {
    if (report.kind !== 'tokens') return this.emit({ kind: 'progress', progress: report });
    shown.trace = report.trace;
    shown.link.tokens = report.tokens;
    this.show(shown);
    this.emit({
      kind: 'progress',
      progress: { ...report, cut: cutOf(shown.taken, report, this.services.maxTokens()) },
    });
    if (shown.link.stale) this.emit({ kind: 'stale', stale: true });
  }

  /** From now on the page's questions and the editor's cursor are about this text. */
  private show(shown: Shown): void {
    if (this.shown === shown) return;
    if (this.shown !== this.good) this.forget(this.shown);
    this.shown = this.drawn = shown;
    shown.link.onQuery((token) => this.shown === shown && this.emit({ kind: 'query', token }));
    shown.link.onStale((stale) => this.shown === shown && this.emit({ kind: 'stale', stale }));
  }

  /** A run did not end well: the last good result takes its place; a drawing that began stays only where there is none. */
  private withdraw(shown: Shown): void {
    if (shown.trace) this.services.client.release(shown.trace);
    shown.trace = undefined;
    if (this.shown !== shown) return shown.link.dispose();
    if (!this.good) return;
    shown.link.dispose();
    this.shown = this.good;
  }

  /** A run did not end well. A page that had begun to draw it is given the last good result again, with the message. */
  private report(problem: Problem): void {
    if (this.disposed) return;
    const redraw = this.drawn !== this.shown;
    this.emit(outcome(problem));
    if (!redraw || !this.shown) return;
    this.drawn = this.shown;
    for (const event of this.log.replay()) this.send(event);
    this.emit({ kind: 'stale', stale: this.shown.link.stale });
  }

  /** A question about the shown trace. When the trace turns out to be gone, the person is told once. */
  private async ask<Name extends TraceMethod>(
    method: Name,
    params: TraceParams<Name>,
    signal: AbortSignal,
  ): Promise<ExplainWorkerApi[Name]['result']> {
    const { shown } = this;
    const trace = shown?.trace;
    if (!trace) throw new Problem('trace-gone', 'Nothing is explained at the moment.');
    try {
      return await this.services.client.ask[method]({ ...params, trace } as never, { signal });
    } catch (thrown) {
      const problem = toProblem(thrown);
      const gone = problem.code === 'worker-died' || problem.code === 'trace-gone';
      if (gone && !this.run && !this.disposed && shown.trace === trace) {
        shown.trace = undefined;
        this.emit(outcome(problem));
      }
      // The page shows it as it is.
      throw problem.told(problemMessage(problem));
    }
  }

  /** Asks the language support, then the worker how much each head follows it. */
  private async codeRoles(signal: AbortSignal): Promise<RoleScores[]> {
    const link = this.shown?.link;
    if (!link) return [];
    const cases = await codeCases(link, signal);
    const scores = await Promise.all(cases.map(({ role, pairs }) => this.ask('caseScores', { role, pairs }, signal)));
    return scores.flat();
  }

  private async explainVisible(): Promise<void> {
    const { place } = this;
    if (!place) return;
    const uri = place.uri.toString();
    const isShowing = ({ document }: vscode.TextEditor): boolean => document.uri.toString() === uri;
    const editor =
      vscode.window.visibleTextEditors.find(isShowing) ??
      (await vscode.window.showTextDocument(place.uri, { preserveFocus: true, viewColumn: vscode.ViewColumn.Beside }));
    if (!this.disposed) await this.explain(() => visiblePlace(editor));
  }

  private async announceHash(modelPath: string, shown: Shown): Promise<void> {
    try {
      const sha256 = await this.services.hashes.of(modelPath);
      if (this.shown === shown && !this.disposed) this.emit({ kind: 'hash', sha256 });
    } catch {
      // The file went away after it was loaded; the page keeps saying that the hash is not known.
    }
  }

  private emit(event: PanelEvent): void {
    if (this.disposed) return;
    this.log.add(event);
    this.send(event);
    this.changed.fire();
  }

  private send(event: PanelEvent): void {
    if (!this.line.listening) return;
    this.line.call('event', event).catch(() => {
      // The page has gone; the next one asks for everything again.
    });
  }

  private viewStateChanged(): void {
    this.updateProgress();
    this.changed.fire();
    if (!this.panel.visible) this.line.hidden();
    else if (this.outdatedModel) void this.retry();
  }

  private updateProgress(): void {
    this.progress.update(this.busy && !this.panel.visible, vscode.l10n.t('Explaining attention…'));
  }

  private forget(shown: Shown | undefined): void {
    if (shown?.trace) this.services.client.release(shown.trace);
    shown?.link.dispose();
  }
}

function stillWanted(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
}

function outcome(problem: Problem): PanelEvent {
  if (problem.code === 'cancelled') return { kind: 'cancelled' };
  return { kind: 'failed', message: problemMessage(problem), canRetry: canRetry(problem) };
}

async function documentOf({ uri }: Place): Promise<vscode.TextDocument> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open;
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (thrown) {
    throw new Problem('file-missing', String(thrown), { file: uri.fsPath, what: 'document' });
  }
}

/** The worker knows only the text that it was sent; what was cut off before counts too. */
function cutOf(
  { subject, totalChars }: Taken,
  { cut }: { cut: { explainedChars: number; totalChars: number; maxTokens: number } | null },
  maxTokens: number,
): { explainedChars: number; totalChars: number; maxTokens: number } | null {
  if (cut) return { ...cut, totalChars };
  return totalChars > subject.text.length ? { explainedChars: subject.text.length, totalChars, maxTokens } : null;
}
