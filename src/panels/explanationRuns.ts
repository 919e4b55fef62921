/** One panel's runs: a new one takes the place of the one under way, and the last good result outlives those that fail. */
import * as vscode from 'vscode';
import { EditorLink } from '../editor/editorLink';
import { galleryText } from '../editor/gallery';
import type { Place, Taken } from '../editor/subject';
import { isTyped, typedText } from '../editor/typedDocument';
import type { WorkerClient } from '../engine/workerClient.node';
import { canRetry, problemMessage } from '../host/problemMessage';
import { agesOffered, type AgedModel } from '../models/ages';
import type { Explanation, ExplainProgress, Look } from '../protocol/explanation';
import type { Handle } from '../protocol/handle';
import type { Ages, PanelEvent, SingleEvent } from '../protocol/panelApi';
import { Problem, toProblem } from '../protocol/problem';
import type { ExplainWorkerApi } from '../protocol/workerApi';
import { HeldProgress } from './heldProgress';
import { explainText, ShownText, stillWanted, takeFrom, untitledLost, type Wanted } from './shownText';
import { ShownTexts } from './shownTexts';

export interface RunServices {
  client: WorkerClient<ExplainWorkerApi>;
  models: {
    /** The workspace's. */
    current(): Promise<{ path: string; name: string }>;
    ages(): Promise<AgedModel[]>;
  };
  maxTokens(): number;
}

/** Which model explains. */
interface Explainer {
  path: string;
  name: string;
  ages?: Ages;
}

/** What the panel does about them. */
export interface RunEvents {
  emit(event: PanelEvent): void;
  /** The page is to draw everything again. */
  redraw(): void;
  /** A run began or ended. */
  busy(busy: boolean): void;
  /** A document's text was taken. */
  taken(document: vscode.TextDocument): void;
  /** The text that was last taken from a document is another one there. */
  edited(): void;
  completed(text: ShownText, explanation: Explanation, modelName: string): void;
}

export class ExplanationRuns implements vscode.Disposable {
  private readonly texts = new ShownTexts<ShownText>((text) => text.dispose());
  private run: AbortController | undefined;
  /** Of the last that was explained to the end. */
  private explainer: Explainer | undefined;
  /** At which age of one model this panel explains; null: by the workspace's model; undefined: nobody has chosen yet. */
  private age: number | null | undefined;
  /** The age that the run under way was asked for; one that takes its place, as more was typed, is of that age, too. */
  private asking: number | undefined;
  /** How often a model was chosen for the workspace. */
  private choices = 0;
  /** What was asked for last: that of the last good text, once it is explained to the end. */
  private wanted: Wanted = {};
  /** What follows places that are wanted or drawn, or that the last good text is of. */
  private readonly homes = new Set<EditorLink>();
  private disposed = false;
  /** What the page looks at, and goes on looking at when its text is explained again. */
  looked: Look | undefined;

  constructor(
    private readonly services: RunServices,
    private readonly events: RunEvents,
  ) {}

  /** What the page draws and asks about. */
  get shown(): ShownText | undefined {
    return this.texts.shown;
  }

  get busy(): boolean {
    return this.run !== undefined;
  }

  /** What was last asked for, where it stands now. */
  get place(): Place | undefined {
    const { place, home } = this.wanted;
    return place && home ? { ...place, uri: home.uri, range: home.range } : place;
  }

  /** Cancels what is under way and explains the place that `find` comes up with. */
  async explain(find: () => Place | Promise<Place>): Promise<void> {
    await this.begin(async (signal) => this.explainPlace(await find(), signal, this.asking));
  }

  /** The same with a text that was typed in the panel; the place stays the document's. */
  async explainTyped(text: string, age = this.asking): Promise<void> {
    this.want({ ...this.drawn, typed: text });
    const tabSize = this.texts.shown?.taken.subject.tabSize ?? 4;
    await this.begin((signal) => this.explainTaken(typedText(text, this.services.maxTokens(), tabSize), signal, age));
  }

  /** Explains what was asked for last at another age, which is the panel's when that has ended well. */
  async explainAt(age: number): Promise<void> {
    const { wanted, place } = this;
    const { good } = this.texts;
    this.asking = age;
    if (wanted.typed !== undefined) return this.explainTyped(wanted.typed, age);
    await this.begin(async (signal) => {
      if (wanted !== good?.wanted && place) await this.explainPlace(place, signal, age);
      else if (good) await this.runChosen(good.anew(), signal, age);
    });
  }

  /** Explains what was asked for last again: what was typed, or the place as its document stands now. */
  async explainAgain(): Promise<void> {
    const { place } = this;
    if (this.wanted.typed !== undefined) await this.explainTyped(this.wanted.typed);
    else if (place) await this.explain(() => place);
  }

  /** For the workspace, and so for this panel. */
  modelChosen(): void {
    this.age = null;
    this.asking = undefined;
    this.choices++;
  }

  /** Puts this text where what is drawn was taken from. `over`: what was there, as whoever wrote it saw it. @throws Problem file-missing, input-moved */
  async writeBack(text: string, over?: string): Promise<void> {
    const { home } = this.drawn;
    if (!home) return;
    if (home.stale || (over ?? home.text) !== home.text)
      throw new Problem('input-moved', 'The text in the document has changed since.', {});
    const edit = new vscode.WorkspaceEdit();
    edit.replace(home.uri, home.range, text);
    await vscode.workspace.applyEdit(edit);
  }

  private async begin(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.run?.abort();
    const run = new AbortController();
    this.setRun(run);
    try {
      await work(run.signal);
    } catch (thrown) {
      if (this.run === run) this.report(toProblem(thrown));
    } finally {
      if (this.run === run) this.setRun(undefined);
    }
  }

  /**
   * Runs the text on show once more under interventions; none: as it is, to the last bit. Ends as `explain` does. A place that is not drawn
   * yet is not meant, and not asked for any more; of one that is drawn but not explained yet nobody can say what to do to it.
   */
  async intervene(edits: readonly string[]): Promise<void> {
    const { explainer } = this;
    const { good, drawn } = this.texts;
    if (!good?.clean || !explainer || drawn?.wanted !== good.wanted) return;
    if (this.asking !== undefined && drawn !== good) return;
    this.want(good.wanted);
    const what = { explainer, base: good.clean, edits };
    await this.begin((signal) => this.runText(good.again(), what, signal));
  }

  cancel(): void {
    this.run?.abort();
  }

  /** The document goes on as another one. */
  documentMoved(document: vscode.TextDocument): void {
    for (const asked of this.held) if (asked.place) asked.place = { ...asked.place, uri: document.uri };
    for (const home of this.homes) home.moveTo(document);
    for (const text of this.texts.all) if (!isTyped(text.link)) text.link.moveTo(document);
    this.events.taken(document);
  }

  /** The document is no more, and no file has taken its place; what is shown stays. */
  documentLost(uri: vscode.Uri): void {
    if (!this.run) this.events.emit(outcome(untitledLost(uri)));
  }

  /** Its trace turned out to be kept no longer: the person is told once; a run that is under way tells of its own end. */
  traceGone(text: ShownText, problem: Problem): void {
    if (this.run || this.disposed) return;
    text.trace = undefined;
    this.events.emit(outcome(problem));
  }

  dispose(): void {
    this.disposed = true;
    this.run?.abort();
    this.texts.clear();
    for (const home of this.homes) home.dispose();
  }

  /** @throws Problem; cancelled when `signal` is aborted, also by the panel's end */
  private async explainPlace(place: Place, signal: AbortSignal, age?: number): Promise<void> {
    stillWanted(signal);
    // Until it is taken, it stands where it was said to stand.
    this.want({ place });
    const taken: Taken = await takeFrom(place, this.services.maxTokens(), signal);
    this.want({ place: taken.place, home: this.follow(taken) });
    this.events.taken(taken.document);
    await this.explainTaken(taken, signal, age);
  }

  private follow(taken: Taken): EditorLink {
    const link = new EditorLink(taken);
    this.homes.add(link);
    link.onEdited(() => link === this.wanted.home && link.stale && this.events.edited());
    return link;
  }

  /** What the page draws is of, and so what somebody means who does something there: not a place that it has not begun to draw. */
  private get drawn(): Wanted {
    return this.texts.drawn?.wanted ?? {};
  }

  private want(wanted: Wanted): void {
    this.wanted = wanted;
    this.letGo();
  }

  private get held(): Set<Wanted> {
    const { good, drawn } = this.texts;
    return new Set([this.wanted, ...[good, drawn].flatMap((text) => (text ? [text.wanted] : []))]);
  }

  /** Homes that nobody needs any more. */
  private letGo(): void {
    const needed = new Set(Array.from(this.held, ({ home }) => home));
    for (const home of this.homes) {
      if (needed.has(home)) continue;
      home.dispose();
      this.homes.delete(home);
    }
  }

  private explainTaken(taken: Taken, signal: AbortSignal, age?: number): Promise<void> {
    return this.runChosen(new ShownText(taken, this.wanted, this.services.client), signal, age);
  }

  /** `age`: another than the panel's. */
  private async runChosen(text: ShownText, signal: AbortSignal, age?: number): Promise<void> {
    const { choices } = this;
    let explainer: Explainer;
    try {
      explainer = await this.chosen(age);
      stillWanted(signal);
    } catch (thrown) {
      this.withdraw(text);
      throw thrown;
    }
    await this.runText(text, { explainer, base: this.texts.good?.clean }, signal);
    if (age !== undefined && choices === this.choices) this.age = age;
  }

  /** @throws Problem where there is no model */
  private async chosen(wanted?: number): Promise<Explainer> {
    const { models } = this.services;
    const { place } = this.wanted;
    const ofText = place && galleryText(place.uri)?.age;
    if (this.age === undefined) this.age = ofText;
    const age = wanted ?? this.age;
    const family = await models.ages();
    const model = family.find((each) => each.age === age) ?? (await models.current());
    return { path: model.path, name: model.name, ages: agesOffered(family, model.path, ofText !== undefined) };
  }

  private async runText(
    text: ShownText,
    what: { explainer: Explainer; base: Handle | undefined; edits?: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    const { client, maxTokens } = this.services;
    const { explainer, base, edits } = what;
    const { path: modelPath, name: modelName, ages } = explainer;
    const progress = new HeldProgress(
      (report) => !signal.aborted && this.progressed(text, report).forEach((event) => this.events.emit(event)),
      base !== undefined,
    );
    try {
      const { subject } = text.taken;
      const edited = (edits?.length ?? 0) > 0;
      this.events.emit({ kind: 'begin', subject, modelName, ...(ages && { ages }), ...(edited && { edited }) });
      const options = { modelPath, base, edits, maxTokens: maxTokens(), look: this.looked };
      const explanation = await explainText(client, text, options, signal, (report) => {
        if (report.kind !== 'row') return progress.report(report);
        // Colours come with the text, before its maps and whatever is read off the whole run.
        const events = [...progress.soFar(), report].flatMap((one) => this.progressed(text, one));
        this.events.emit({ kind: 'together', events });
      });
      stillWanted(signal);
      const untold = progress.rest().flatMap((report) => this.progressed(text, report));
      this.show(text);
      this.texts.completed(text);
      this.letGo();
      this.explainer = explainer;
      const done: SingleEvent = { kind: 'done', explanation };
      this.events.emit(untold.length === 0 ? done : { kind: 'together', events: [...untold, done] });
      this.events.completed(text, explanation, modelName);
    } catch (thrown) {
      progress.drop();
      this.withdraw(text);
      throw thrown;
    }
  }

  private withdraw(text: ShownText): void {
    text.release();
    this.texts.withdraw(text);
    // It may have shared them with the text that is shown, and its model have divided it otherwise.
    const { shown } = this;
    if (shown) shown.link.tokens = shown.tokens;
  }

  /** What the page is told of it. */
  private progressed(text: ShownText, progress: ExplainProgress): SingleEvent[] {
    if (progress.kind === 'tokens') this.show(text);
    const isStale = progress.kind === 'tokens' && text.link.stale;
    return [{ kind: 'progress', progress }, ...(isStale ? [{ kind: 'stale', stale: true } as const] : [])];
  }

  /** From now on the page's questions and the editor's cursor are about this text. */
  private show(text: ShownText): void {
    if (!this.texts.show(text)) return;
    const isShown = (): boolean => this.texts.shown === text;
    text.link.onQuery((token) => isShown() && this.events.emit({ kind: 'query', token }));
    text.link.onStale((stale) => isShown() && this.events.emit({ kind: 'stale', stale }));
  }

  /** A run did not end well. A page that had begun to draw it is given the last good result again, with the message. */
  private report(problem: Problem): void {
    if (this.disposed) return;
    const redraw = this.texts.takeRedraw();
    this.events.emit(outcome(problem));
    if (!redraw) return;
    // What was typed is not on the page any more, but for its field.
    if (this.wanted.typed !== undefined) this.want(this.drawn);
    this.events.redraw();
    this.events.emit({ kind: 'stale', stale: this.texts.shown!.link.stale });
  }

  private setRun(run: AbortController | undefined): void {
    this.run = run;
    if (!run) this.asking = undefined;
    if (!this.disposed) this.events.busy(run !== undefined);
  }
}

function outcome(problem: Problem): PanelEvent {
  if (problem.code === 'cancelled') return { kind: 'cancelled' };
  return { kind: 'failed', message: problemMessage(problem), canRetry: canRetry(problem) };
}
