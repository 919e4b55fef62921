/** One chain-of-thought panel. The page keeps what it shows; the host names the model, translates errors and asks for files. */
import type * as vscode from 'vscode';
import type { TraceInEditor } from '../editor/traceInEditor';
import type { ModelChoice } from '../models/modelChoice';
import type { WorkerClient } from '../engine/workerClient.node';
import { keyOf, type Handle } from '../protocol/handle';
import type { Exportable, Exported, Exporting, WantedExport } from '../protocol/exporting';
import { Problem } from '../protocol/problem';
import type { ServerChoice } from '../models/serverChoice';
import type { ReasoningTrace, Taken, TraceSource } from '../protocol/reasoning';
import type { ReasoningPanelEvent, ReasoningPanelHostApi, ReasoningPanelViewApi } from '../protocol/reasoningPanelApi';
import type { Importing, ReasoningWorkerApi } from '../protocol/reasoningWorkerApi';
import type { CallContext, Handlers } from '../protocol/rpc';
import { generateProblems } from '../reasoning/problems/problems';
import { ExternalQuestion, type AskExternalSolver, type Question } from './externalQuestion';
import { untold } from './memories';
import { PageSession } from './pageSession';
import { problemMessage, toldProblem } from '../host/problemMessage';

export interface ReasoningServices {
  extensionUri: vscode.Uri;
  client: WorkerClient<ReasoningWorkerApi>;
  models: ModelChoice;
  servers: ServerChoice;
  askExternalSolver: AskExternalSolver;
  inEditor: TraceInEditor;
  chooseModel(): void;
  connectServer(): void;
  /** As the command does; whether a file was written. */
  exportFrom(panel: Exporting, wanted: WantedExport): Promise<boolean>;
  /** Asks for a file with a trace and shows it in this panel, unless it is cancelled. */
  importFile(panel: ReasoningPanel, reading: CallContext<Importing>): Promise<void>;
  /** As the page asks for them. */
  otherTraces(
    like: ReasoningPanelHostApi['others']['params'],
    reading: CallContext<Importing>,
  ): Promise<ReasoningPanelHostApi['others']['result']>;
}

export class ReasoningPanel implements vscode.Disposable, Exporting {
  private readonly session: PageSession<
    ReasoningPanelHostApi,
    ReasoningPanelViewApi,
    ReasoningPanelEvent,
    readonly ReasoningPanelEvent[]
  >;
  /** What the worker keeps for the page. */
  private readonly readings = new Map<string, Handle>();
  /** The question that another solver is answering. */
  private asking: ExternalQuestion | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly services: ReasoningServices,
  ) {
    const { client, models, servers, extensionUri } = services;
    this.session = new PageSession({
      panel,
      view: 'reasoning',
      extensionUri,
      answers: this.answers,
      memory: untold<ReasoningPanelEvent>(),
      owned: [
        { dispose: client.acquire() },
        models.onDidChoose(() => void this.modelChosen()),
        servers.onDidChange(() => void this.serverChanged()),
      ],
      // The next page keeps its state and asks again for what it was waiting for.
      gone: () => this.releaseAll(),
    });
  }

  /** What a selected text was taken for, which the page says; where it is not sure, it asks. */
  selected(title: string, text: string, taken: Taken, source: TraceSource): void {
    this.send({ kind: 'selected', title, text, taken, source });
  }

  /** Nothing was selected: the open document is offered to be read. */
  offer(title: string, text: string, source: TraceSource): void {
    this.send({ kind: 'offered', title, text, source });
  }

  /** The page is asked to solve it. */
  solve(question: string): void {
    this.send({ kind: 'problem', question });
  }

  /** The page shows it; `others` traces of the same file are left out. */
  show(title: string, trace: ReasoningTrace, others: number, source: TraceSource): void {
    this.send({ kind: 'trace', title, trace, others, source });
  }

  failed(problem: Problem): void {
    this.send({ kind: 'failed', message: problemMessage(problem) });
  }

  dispose(): void {
    this.releaseAll();
    this.asking?.cancel();
    void this.services.inEditor.mark(this, null, []);
    this.session.dispose();
  }

  exportable(): Promise<Exportable | null> {
    return this.session.ask('exportable', {});
  }

  /** Named after what the panel is about. */
  async exported(wanted: WantedExport): Promise<Exported | null> {
    const exported = await this.session.ask('exported', wanted);
    return exported && { ...exported, name: this.panel.title };
  }

  /** What the page may ask. */
  readonly answers: Handlers<ReasoningPanelHostApi> = {
    ready: async () => {
      return { modelName: await this.modelName(), server: await this.services.servers.label() };
    },
    problems: (options) => generateProblems(options),
    divide: (params, { signal }) => this.translated(() => this.services.client.ask.divide(params, { signal })),
    readText: ({ title, text }, { signal, progress }) =>
      this.translated(async () => {
        const { ask } = this.services.client;
        const options = { signal, onProgress: progress };
        const { kept } = await ask.importText({ text, name: title, asTrace: true }, options);
        const [trace] = await ask.takeImported({ kept, indices: [0] }, options);
        return trace ?? null;
      }),
    others: (params, reading) => this.translated(() => this.services.otherTraces(params, reading)),
    align: (params, { signal }) => this.translated(() => this.services.client.ask.align(params, { signal })),
    ask: (question, { signal, progress }) => this.askExternalSolver(question, signal, progress),
    connectServer: () => this.services.connectServer(),
    solve: (params, context) => this.ask('solve', params, context),
    read: (params, context) => this.read(params, context),
    heads: (params, context) => this.ask('heads', params, context),
    receivers: (params, context) => this.ask('receivers', params, context),
    release: ({ of }) => this.release(of),
    curve: (params, context) => this.ask('curve', params, context),
    cut: (params, context) => this.ask('cut', params, context),
    resample: (params, context) => this.ask('resample', params, context),
    compare: (params, context) => this.ask('compare', params, context),
    usedReasoning: (params, context) => this.ask('usedReasoning', params, context),
    testTime: (params, context) => this.ask('testTime', params, context),
    importFile: (_, context) => this.services.importFile(this, context),
    reveal: ({ source, piece, open }) => this.services.inEditor.reveal(source, piece, open).catch(() => false),
    mark: ({ source, sums }) => this.services.inEditor.mark(this, source, sums),
    chooseModel: () => this.services.chooseModel(),
    export: (wanted) => this.translated(() => this.services.exportFrom(this, wanted)),
  };

  private async askExternalSolver(
    question: Question,
    signal: AbortSignal,
    progress: (report: { kind: 'text'; text: string }) => void,
  ): Promise<void> {
    if (!this.asking?.isAbout(question)) {
      this.asking?.cancel();
      const asking: ExternalQuestion = new ExternalQuestion(question, this.services.askExternalSolver, {
        answered: (answered) => this.asking === asking && this.send({ kind: 'answered', answered }),
        failed: (problem) => {
          if (this.asking === asking && problem.code !== 'cancelled') this.failed(problem);
        },
      });
      this.asking = asking;
      void asking.over.then(() => {
        if (this.asking === asking) this.asking = undefined;
      });
    }
    const { asking } = this;
    const onAbort = (): void => {
      // A page that is gone asks again when it is back; only the person ends the question.
      if (!(signal.reason instanceof Problem)) asking?.cancel();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await asking?.follow((text) => progress({ kind: 'text', text }), signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  private async read(
    params: ReasoningPanelHostApi['read']['params'],
    context: CallContext<never>,
  ): Promise<ReasoningPanelHostApi['read']['result']> {
    const read = await this.ask('read', params, context);
    this.readings.set(keyOf(read.reading), read.reading);
    // The page went while it was read.
    if (context.signal.aborted) this.release(read.reading);
    return read;
  }

  private releaseAll(): void {
    for (const reading of this.readings.values()) this.release(reading);
  }

  private release(reading: Handle): void {
    this.readings.delete(keyOf(reading));
    this.services.client.release(reading);
  }

  private ask<Name extends keyof ReasoningWorkerApi & string>(
    method: Name,
    params: Omit<ReasoningWorkerApi[Name]['params'], 'modelPath'>,
    { signal, progress }: CallContext<never>,
  ): Promise<ReasoningWorkerApi[Name]['result']> {
    return this.translated(async () => {
      const { path } = await this.services.models.reasoner();
      const named = { ...params, modelPath: path } as ReasoningWorkerApi[Name]['params'];
      return this.services.client.ask[method](named, { signal, onProgress: progress as (report: unknown) => void });
    });
  }

  /** Errors reach the page in the person's language. */
  private async translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw toldProblem(thrown);
    }
  }

  private async modelName(): Promise<string> {
    return this.services.models.reasoner().then(
      ({ name }) => name,
      () => '',
    );
  }

  private async modelChosen(): Promise<void> {
    const modelName = await this.modelName();
    this.send({ kind: 'model', modelName });
  }

  private async serverChanged(): Promise<void> {
    const server = await this.services.servers.label();
    this.send({ kind: 'server', server });
  }

  private send(event: ReasoningPanelEvent): void {
    this.session.emit(event);
  }
}
