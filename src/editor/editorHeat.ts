/**
 * Heat on the explained text in the editor itself: weights of the head that the panel looks at, from (or to) the token
 * under the cursor, or the surprisal of every token. After an edit what may have changed is marked stale (what stands before
 * the edit has not: nothing looks ahead), and the text is explained again once nothing was typed for a while.
 */
import * as vscode from 'vscode';
import type { Candidate, Explanation, Look } from '../protocol/explanation';
import { toProblem } from '../protocol/problem';
import type { EditorLink } from './editorLink';
import { placeOf, surprisalPlace } from '../shared/color';
import { surprisalBits } from '../shared/surprisal';
import { heatTypes, type HeatTypes } from './heatColors';
import { HEAT_STEPS, heatStep, type HeatKind } from './heatPalette';

/** Pause in typing after which a changed text is explained again. */
const RECOMPUTE_MS = 1500;

export interface HeatSource {
  /** [tokens]; rejects when it is no longer wanted. */
  weights(look: Look, signal: AbortSignal): Promise<Float32Array>;
  /** What was expected after a token, likeliest first. */
  predictions(position: number, signal: AbortSignal): Promise<Candidate[]>;
  /** Explains the text as it stands now. */
  recompute(): void;
  kind(): HeatKind;
}

/** What the colours show now. */
export interface ShownHeat {
  readonly link: EditorLink;
  readonly kind: HeatKind;
  readonly look: Look;
  /** [tokens], natural logs. */
  readonly logprobs: Float32Array;
}

export class EditorHeat implements vscode.Disposable {
  private types: HeatTypes | undefined;
  private link: EditorLink | undefined;
  private look: Look | undefined;
  private logprobs: Float32Array | undefined;
  /** [tokens]: on the scale of colours, 0 … 1. */
  private places: ArrayLike<number> | undefined;
  /** The token whose row of weights the places are; undefined: each is its own token's. */
  private row: number | undefined;
  private asking: AbortController | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private linked: vscode.Disposable | undefined;
  private readonly disposables: vscode.Disposable[];

  private readonly changed = new vscode.EventEmitter<void>();
  /** Other colours, another head, or none. */
  readonly onDidChange = this.changed.event;

  constructor(readonly source: HeatSource) {
    this.disposables = [vscode.window.onDidChangeVisibleTextEditors(() => this.draw())];
  }

  get enabled(): boolean {
    return this.types !== undefined;
  }

  get shown(): ShownHeat | undefined {
    const { types, link, logprobs, places } = this;
    if (!types || !link || !logprobs || !places) return undefined;
    return { link, logprobs, kind: types.kind, look: this.lookedAt(logprobs) };
  }

  /** The ranges that are coloured, by step, and those of them that are marked stale; for tests. */
  drawn: Drawn = nothingDrawn();

  enable(on: boolean): void {
    if (on === this.enabled) return;
    if (on) {
      this.types = heatTypes(this.source.kind());
      void this.refresh();
    } else {
      // A disposed type takes its decorations with it.
      this.types?.dispose();
      this.types = undefined;
      this.drawn = nothingDrawn();
      this.changed.fire();
    }
  }

  /** Another text, or the same one explained anew. */
  attach(link: EditorLink | undefined, explanation: Explanation | undefined): void {
    this.linked?.dispose();
    clearTimeout(this.waiting);
    this.link = link;
    this.logprobs = explanation?.logprobs;
    this.places = undefined;
    // Another text may have fewer tokens.
    if (this.look && explanation && this.look.token >= explanation.logprobs.length) this.look = undefined;
    this.linked =
      link &&
      vscode.Disposable.from(
        link.onQuery((token) => this.lookAt({ ...(this.look ?? NOWHERE), token })),
        link.onEdited(() => this.edited()),
      );
    this.draw();
    if (explanation) void this.refresh();
    // It was changed while it was explained.
    if (link?.stale) this.edited();
  }

  /** What the panel looks at; the editor's cursor moves the token. */
  lookAt(look: Look): void {
    this.look = look;
    void this.refresh();
  }

  /** Asks for the values that are to be seen. */
  async refresh(): Promise<void> {
    const { link, logprobs } = this;
    if (!this.enabled || !link || !logprobs) return;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    try {
      const look = this.lookedAt(logprobs);
      const kind = this.source.kind();
      const surprisal = kind === 'surprisal';
      const places = surprisal
        ? logprobs.map((logprob) => surprisalPlace(surprisalBits(logprob)))
        : weightPlaces(await this.source.weights(look, asking.signal));
      if (asking.signal.aborted || this.link !== link) return;
      if (this.types && this.types.kind !== kind) {
        this.types.dispose();
        this.types = heatTypes(kind);
      }
      this.places = places;
      this.row = surprisal || look.direction === 'to' ? undefined : look.token;
      this.draw();
    } catch (thrown) {
      // The panel tells what is wrong; the colours stay as they were, but where this layer has none.
      if (asking.signal.aborted || this.link !== link || !(toProblem(thrown).code === 'no-attention')) return;
      this.places = undefined;
      this.draw();
    }
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.asking?.abort();
    this.linked?.dispose();
    this.enable(false);
    vscode.Disposable.from(...this.disposables, this.changed).dispose();
  }

  /** Where the page has not said what it looks at: from the last token. */
  private lookedAt(logprobs: Float32Array): Look {
    return this.look ?? { ...NOWHERE, token: logprobs.length - 1 };
  }

  private edited(): void {
    if (!this.enabled || !this.link) return;
    this.draw();
    clearTimeout(this.waiting);
    if (this.link.stale) this.waiting = setTimeout(() => this.source.recompute(), RECOMPUTE_MS);
  }

  /** The first token whose value may be another one after the edits, and with it all behind it. */
  private firstStale({ firstStale, tokens }: EditorLink): number {
    // Where one token looked is one row: it holds as a whole, or not at all.
    if (this.row === undefined) return firstStale;
    return this.row < firstStale ? tokens.length : 0;
  }

  private draw(): void {
    const { types, link, places } = this;
    if (!types) return;
    const { coloured, stale } = (this.drawn = nothingDrawn());
    const fresh = nothingDrawn().coloured;
    const old = nothingDrawn().coloured;
    if (link && places) {
      const firstStale = this.firstStale(link);
      link.tokens.forEach((_, token) => {
        const step = heatStep(places[token]);
        const range = step === undefined ? undefined : link.rangeOf(token);
        if (step === undefined || !range) return;
        const isStale = token >= firstStale;
        coloured[step].push(range);
        (isStale ? old : fresh)[step].push(range);
        if (isStale) stale.push(range);
      });
    }
    const editors = link ? link.editors() : [];
    for (const editor of editors) {
      types.fresh.forEach((type, step) => editor.setDecorations(type, fresh[step]));
      types.stale.forEach((type, step) => editor.setDecorations(type, old[step]));
    }
    this.changed.fire();
  }
}

interface Drawn {
  coloured: vscode.Range[][]; // [HEAT_STEPS]
  stale: vscode.Range[];
}

function weightPlaces(weights: Float32Array): Float32Array {
  const largest = weights.reduce((most, weight) => Math.max(most, weight || 0), 0);
  return weights.map((weight) => placeOf(weight, largest));
}

const nothingDrawn = (): Drawn => ({ coloured: Array.from({ length: HEAT_STEPS }, () => []), stale: [] });

const NOWHERE: Look = { layer: 0, head: 0, token: 0, direction: 'from' };
