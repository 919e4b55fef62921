/** Texts that were explained in this workspace, last one first, kept over restarts. */
import * as vscode from 'vscode';
import type { Place } from '../editor/subject';
import type { Subject } from '../protocol/panelApi';
import { cutAt } from '../shared/cutText';

export interface PastRun {
  uri: string;
  range: [number, number, number, number];
  title: string;
  firstLine: number;
  lastLine: number;
  symbol?: string;
  /** How the text begins. */
  snippet?: string;
  /** What the first sentence told of it, in words. */
  finding?: string;
  model: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** What is kept may be another version's. */
export function isPastRun(value: unknown): value is PastRun {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, range, title, firstLine, lastLine, symbol, snippet, finding, model, at } = value as Record<
    string,
    unknown
  >;
  return (
    [uri, title, model].every((text) => typeof text === 'string') &&
    [firstLine, lastLine, at].every((count) => typeof count === 'number') &&
    [symbol, snippet, finding].every((text) => text === undefined || typeof text === 'string') &&
    Array.isArray(range) &&
    range.length === 4 &&
    range.every((place) => Number.isSafeInteger(place) && place >= 0)
  );
}

const KEY = 'pastRuns';
const KEPT = 30;

/** Characters of a text that tell it from others of the same file. */
const SNIPPET = 40;

function snippetOf(text: string): string {
  const line = text
    .slice(0, 4 * SNIPPET)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > SNIPPET ? `${line.slice(0, cutAt(line, SNIPPET - 1)).trimEnd()}…` : line;
}

export class History implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: vscode.Memento) {}

  all(): PastRun[] {
    const kept = this.state.get<unknown>(KEY);
    return Array.isArray(kept) ? kept.filter(isPastRun) : [];
  }

  /** The same place again moves to the top. */
  add({ uri, range: { start, end } }: Place, subject: Subject, model: string, at = Date.now()): void {
    const { title, firstLine, lastLine, symbol } = subject;
    const range: PastRun['range'] = [start.line, start.character, end.line, end.character];
    const snippet = snippetOf(subject.text);
    const run: PastRun = { uri: uri.toString(), range, title, firstLine, lastLine, symbol, snippet, model, at };
    const others = this.without(run);
    void this.state.update(KEY, [run, ...others].slice(0, KEPT));
    this.changed.fire();
  }

  /** The first sentence came, after the explanation. */
  found({ uri, range: { start, end } }: Place, finding: string): void {
    const place = [start.line, start.character, end.line, end.character].join();
    const runs = this.all();
    const run = runs.find((one) => one.uri === uri.toString() && one.range.join() === place);
    if (!run || run.finding === finding) return;
    run.finding = finding;
    void this.state.update(KEY, runs);
    this.changed.fire();
  }

  remove(run: PastRun): void {
    void this.state.update(KEY, this.without(run));
    this.changed.fire();
  }

  private without(run: PastRun): PastRun[] {
    return this.all().filter((one) => one.uri !== run.uri || one.range.join() !== run.range.join());
  }

  clear(): void {
    void this.state.update(KEY, undefined);
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
