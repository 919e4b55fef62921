/** What the open panels explain, kept with the workspace so that they come back after a restart. */
import * as vscode from 'vscode';
import type { Place } from '../editor/subject';

interface Saved {
  /** The panel's title: all that VS Code gives back of a panel whose page kept no state. */
  title: string;
  uri: string;
  range: [number, number, number, number];
  origin: Place['origin'];
  symbol?: string;
}

const KEY = 'explainedPlaces';
const HEAT = 'heatShown';
const KEPT = 20;

export class SavedPlaces {
  /** Left from the last session and not yet claimed by a restored panel. */
  private readonly left: Saved[];
  private readonly open = new Map<string, Saved>();

  constructor(private readonly state: vscode.Memento) {
    this.left = [...state.get<Saved[]>(KEY, [])];
  }

  set(title: string, { uri, range: { start, end }, origin, symbol }: Place): void {
    const range: Saved['range'] = [start.line, start.character, end.line, end.character];
    const saved: Saved = { title, uri: uri.toString(), range, origin, symbol };
    if (JSON.stringify(saved) === JSON.stringify(this.open.get(saved.uri))) return;
    this.open.set(saved.uri, saved);
    this.save();
  }

  /** Whether the editors showed heat on them. */
  get heat(): boolean {
    return this.state.get(HEAT) === true;
  }

  set heat(on: boolean) {
    void this.state.update(HEAT, on || undefined);
  }

  delete(uri: vscode.Uri): void {
    if (this.open.delete(uri.toString())) this.save();
  }

  /** Two files of one name have panels of one title: both come back, whichever is asked for first. */
  claim(title: string): Place | undefined {
    const at = this.left.findIndex((saved) => saved.title === title);
    if (at < 0) return undefined;
    const [{ uri, range, origin, symbol }] = this.left.splice(at, 1);
    return { uri: vscode.Uri.parse(uri), range: new vscode.Range(...range), origin, symbol };
  }

  private save(): void {
    void this.state.update(KEY, [...this.open.values(), ...this.left].slice(0, KEPT));
  }
}
