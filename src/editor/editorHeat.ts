/**
 * Heat on the explained text in the editor itself: weights of the head that the panel looks at, from (or to) the token
 * under the cursor, or the surprisal of every token. After an edit what may have changed is marked stale (what stands before
 * the edit has not: nothing looks ahead), and the text is explained again once nothing was typed for a while.
 */
import * as vscode from 'vscode';
import type { Explanation } from '../protocol/explanation';
import type { Look } from '../protocol/panelApi';
import type { EditorLink } from './editorLink';
import { placeOf, surprisalPlace } from '../shared/color';
import { surprisalBits } from '../shared/surprisal';
import { heatTypes, type HeatTypes } from './heatColors';
import { HEAT_STEPS, heatStep } from './heatPalette';

export type HeatKind = 'attention' | 'surprisal';

/** Pause in typing after which a changed text is explained again. */
const RECOMPUTE_MS = 1500;

export interface HeatSource {
  /** [tokens]; rejects when it is no longer wanted. */
  weights(look: Look, signal: AbortSignal): Promise<Float32Array>;
  /** Explains the text as it stands now. */
  recompute(): void;
  kind(): HeatKind;
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

  constructor(private readonly source: HeatSource) {
    this.disposables = [vscode.window.onDidChangeVisibleTextEditors(() => this.draw())];
  }

  get enabled(): boolean {
    return this.types !== undefined;
  }

  /** The ranges that are coloured, by step, and those of them that are marked stale; for tests. */
  drawn: Drawn = nothingDrawn();

  enable(on: boolean): void {
    if (on === this.enabled) return;
    if (on) {
      this.types = heatTypes();
      void this.refresh();
    } else {
      // A disposed type takes its decorations with it.
      this.types?.dispose();
      this.types = undefined;
      this.drawn = nothingDrawn();
    }
  }

  /** Another text, or the same one explained anew. */
  attach(link: EditorLink | undefined, explanation: Explanation | undefined): void {
    this.linked?.dispose();
    clearTimeout(this.waiting);
    this.link = link;
    this.logprobs = explanation?.logprobs;
    this.places = undefined;
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
      const look = this.look ?? { ...NOWHERE, token: logprobs.length - 1 };
      const surprisal = this.source.kind() === 'surprisal';
      const places = surprisal
        ? logprobs.map((logprob) => surprisalPlace(surprisalBits(logprob)))
        : weightPlaces(await this.source.weights(look, asking.signal));
      if (asking.signal.aborted || this.link !== link) return;
      this.places = places;
      this.row = surprisal || look.direction === 'to' ? undefined : look.token;
      this.draw();
    } catch {
      // The panel tells what is wrong; the colours stay as they were.
    }
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.asking?.abort();
    this.linked?.dispose();
    this.enable(false);
    vscode.Disposable.from(...this.disposables).dispose();
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
    if (link && places) {
      const firstStale = this.firstStale(link);
      link.tokens.forEach((_, token) => {
        const step = heatStep(places[token]);
        const range = step === undefined ? undefined : link.rangeOf(token);
        if (step === undefined || !range) return;
        coloured[step].push(range);
        if (token >= firstStale) stale.push(range);
      });
    }
    const editors = link ? link.editors() : [];
    for (const editor of editors) {
      types.fresh.forEach((type, step) => editor.setDecorations(type, coloured[step]));
      editor.setDecorations(types.stale, stale);
    }
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
