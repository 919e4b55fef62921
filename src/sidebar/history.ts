/** Texts that were explained in this workspace, last one first, kept over restarts. */
import * as vscode from 'vscode';
import type { Place } from '../editor/subject';
import type { Subject } from '../protocol/panelApi';

export interface PastRun {
  uri: string;
  range: [number, number, number, number];
  title: string;
  firstLine: number;
  lastLine: number;
  symbol?: string;
  model: string;
  /** Milliseconds since 1970. */
  at: number;
}

const KEY = 'pastRuns';
const KEPT = 30;

export class History implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: vscode.Memento) {}

  all(): PastRun[] {
    return this.state.get<PastRun[]>(KEY, []);
  }

  /** The same place again moves to the top. */
  add({ uri, range: { start, end } }: Place, subject: Subject, model: string, at = Date.now()): void {
    const { title, firstLine, lastLine, symbol } = subject;
    const range: PastRun['range'] = [start.line, start.character, end.line, end.character];
    const run: PastRun = { uri: uri.toString(), range, title, firstLine, lastLine, symbol, model, at };
    const others = this.all().filter((one) => one.uri !== run.uri || one.range.join() !== run.range.join());
    void this.state.update(KEY, [run, ...others].slice(0, KEPT));
    this.changed.fire();
  }

  clear(): void {
    void this.state.update(KEY, undefined);
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
