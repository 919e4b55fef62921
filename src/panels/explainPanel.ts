/** One panel: its page, what the page may ask, and the colours that go with it in the editor. */
import * as vscode from 'vscode';
import { EditorHeat } from '../editor/editorHeat';
import { heatKind } from '../editor/heatKind';
import type { Place, Taken } from '../editor/subject';
import { isTyped } from '../editor/typedDocument';
import { setTitle } from '../host/webviewPanel';
import type { ModelHashes } from '../models/modelHashes';
import type { Exportable, Exported, Exporting, WantedExport } from '../protocol/exporting';
import type { TrainingCard } from '../protocol/explanation';
import type { ExplainPanelHostApi, ExplainPanelViewApi, InterveneAct, PanelEvent } from '../protocol/panelApi';
import type { Handlers } from '../protocol/rpc';
import { explainAnswers } from './explainAnswers';
import { ExplanationRuns, type RunServices } from './explanationRuns';
import { lastGood, type LastGood } from './memories';
import { PageSession } from './pageSession';
import { panelTitle } from './panelTitle';
import type { ShownText } from './shownText';
import { TraceQuestions } from './traceQuestions';

export interface PanelServices extends RunServices {
  extensionUri: vscode.Uri;
  hashes: ModelHashes;
  /** What the model of this hash was trained on; undefined: not known. */
  training(sha256: string): Promise<TrainingCard | undefined>;
  chooseModel(): void;
  /** Of the panel that has the focus. */
  exportFile(): void;
  /** A text was explained to the end. */
  explained?(place: Place, subject: Taken['subject'], modelName: string): void;
  /** What the first sentence tells of that text, in short. */
  found?(place: Place, finding: string): void;
}

const HOVERED = 3; // candidates that a hover in the editor tells
const FOLLOW_MS = 150; // pause in typing after which a followed text is explained again

export class ExplainPanel implements vscode.Disposable, Exporting {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Busy or not, another place, another state of the explanation. */
  readonly onDidChange = this.changed.event;
  readonly heat: EditorHeat;
  /** What the page may ask. */
  readonly answers: Handlers<ExplainPanelHostApi>;
  private readonly runs: ExplanationRuns;
  private readonly session: PageSession<ExplainPanelHostApi, ExplainPanelViewApi, PanelEvent, LastGood>;
  private outdatedModel = false;
  private follows = false;
  private resting: NodeJS.Timeout | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly services: PanelServices,
  ) {
    const { client, extensionUri } = services;
    this.runs = new ExplanationRuns(services, {
      emit: (event) => this.emit(event),
      redraw: () => this.session.redraw(),
      busy: (busy) => {
        this.session.setBusy(busy);
        this.changed.fire();
      },
      taken: (document) => setTitle(panel, panelTitle(document)),
      edited: () => this.edited(),
      completed: (text, explanation, modelName) => {
        this.heat.attach(text.link, explanation);
        if (!isTyped(text.link)) services.explained?.(text.taken.place, text.taken.subject, modelName);
        void this.announceHash(text);
      },
    });
    const shown = (): ShownText | undefined => this.runs.shown;
    const questions = new TraceQuestions(client, shown, (text, problem) => this.runs.traceGone(text, problem));
    this.heat = new EditorHeat({
      weights: (look, signal) => questions.ask('weights', look, signal),
      predictions: (position, signal) => questions.ask('predictions', { position, top: HOVERED }, signal),
      recompute: () => void this.retry(),
      kind: heatKind,
    });
    this.answers = explainAnswers({
      services,
      questions,
      shown,
      runs: this.runs,
      heat: this.heat,
      explain: (find) => this.explain(find),
      isClosed: () => this.session.closed,
      follow: (on) => void (this.follows = on),
    });
    this.session = new PageSession({
      panel,
      view: 'explain',
      extensionUri,
      answers: this.answers,
      memory: lastGood,
      owned: [this.runs, this.heat, this.changed, { dispose: client.acquire() }],
      progress: () => vscode.l10n.t('Explaining attention…'),
      gone: () => shown()?.link.mark(null),
      seen: (visible) => {
        this.changed.fire();
        if (visible && this.outdatedModel) this.explainAgain();
      },
    });
  }

  get busy(): boolean {
    return this.runs.busy;
  }

  /** What was last asked for, where it stands now. */
  get place(): Place | undefined {
    return this.runs.place;
  }

  /** What the page was told; for tests. */
  get events(): readonly PanelEvent[] {
    return this.session.replay;
  }

  /** Cancels what is under way and explains the place that `find` comes up with. */
  async explain(find: () => Place | Promise<Place>): Promise<void> {
    this.outdatedModel = false;
    await this.runs.explain(find);
  }

  cancel(): void {
    this.runs.cancel();
  }

  /** The page does it to what its context menu was opened on (`here`), or opens what can be done. */
  intervene(act: InterveneAct, here: boolean): void {
    this.emit({ kind: 'intervene', act, here });
  }

  /** Explains the same place again, as the document stands now. */
  async retry(): Promise<void> {
    const { place } = this;
    if (place) await this.explain(() => place);
  }

  /** Another model was chosen: explain again, at once or when the panel is looked at. */
  modelChanged(): void {
    this.runs.modelChosen();
    this.outdatedModel = true;
    if (this.session.visible) this.explainAgain();
  }

  private explainAgain(): void {
    this.outdatedModel = false;
    void this.runs.explainAgain();
  }

  /** Whether the document has the text that is shown. */
  isExplainedIn(document: vscode.TextDocument): boolean {
    const text = this.runs.shown?.link.text;
    return text !== undefined && document.getText().includes(text);
  }

  documentMoved(document: vscode.TextDocument): void {
    this.runs.documentMoved(document);
    this.changed.fire();
  }

  documentLost(uri: vscode.Uri): void {
    this.runs.documentLost(uri);
  }

  exportable(): Promise<Exportable | null> {
    return this.session.ask('exportable', {});
  }

  /** With the model's hash in it where the file can still be read. */
  async exported(wanted: WantedExport): Promise<Exported | null> {
    const { shown } = this.runs;
    if (shown) await this.announceHash(shown);
    return this.session.ask('exported', wanted);
  }

  dispose(): void {
    clearTimeout(this.resting);
    this.session.dispose();
  }

  /** While it is followed, the document's text is explained again as soon as a keystroke is not followed by another. */
  private edited(): void {
    clearTimeout(this.resting);
    if (this.follows) this.resting = setTimeout(() => void this.retry(), FOLLOW_MS);
  }

  private async announceHash(text: ShownText): Promise<void> {
    try {
      const sha256 = text.modelPath && (await this.services.hashes.of(text.modelPath));
      if (!sha256) return;
      const training = await this.services.training(sha256);
      if (this.runs.shown === text) this.emit({ kind: 'hash', sha256, ...(training && { training }) });
    } catch {
      // The file went away after it was loaded; the page keeps saying that the hash is not known.
    }
  }

  private emit(event: PanelEvent): void {
    if (this.session.closed) return;
    this.session.emit(event);
    this.changed.fire();
  }
}
