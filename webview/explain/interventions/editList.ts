/** The interventions as the person put them together: on and off, in an order, with a way back. No DOM. */
import type { Edit } from '../../../src/protocol/edit';
import { printLines, readLines, type Listed } from '../../../src/protocol/editLines';
import { parseEdit, printEdit } from '../../../src/protocol/editText';

const MOST_UNDO = 100;

export class EditList {
  private list: readonly Listed[] = [];
  private readonly past: (readonly Listed[])[] = [];

  /** Called after each change, whose new state is there. */
  constructor(private readonly changed: () => void) {}

  get all(): readonly Listed[] {
    return this.list;
  }

  /** In canonical form, those that are on. */
  get inForce(): string[] {
    return this.list.filter(({ on }) => on).map(({ edit }) => printEdit(edit));
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  /** Nothing twice. */
  add(...edits: readonly Edit[]): void {
    const names = new Set(this.list.map(({ edit }) => printEdit(edit)));
    const fresh = edits.filter((edit) => !names.has(printEdit(edit)));
    const again = new Set(edits.map(printEdit));
    this.become([
      ...this.list.map((listed) => (again.has(printEdit(listed.edit)) ? { ...listed, on: true } : listed)),
      ...fresh.map((edit) => ({ edit, on: true })),
    ]);
  }

  remove(index: number): void {
    this.become(this.list.filter((_, i) => i !== index));
  }

  toggle(index: number): void {
    this.become(this.list.map((listed, i) => (i === index ? { ...listed, on: !listed.on } : listed)));
  }

  toggleAll(on: boolean): void {
    this.become(this.list.map((listed) => ({ ...listed, on })));
  }

  move(index: number, by: -1 | 1): void {
    const to = index + by;
    if (to < 0 || to >= this.list.length) return;
    const list = [...this.list];
    [list[index], list[to]] = [list[to], list[index]];
    this.become(list);
  }

  /** Another list in the place of this one, which undoing brings back. */
  replace(list: readonly Listed[]): void {
    this.become(list);
  }

  clear(): void {
    if (this.list.length > 0) this.become([]);
  }

  undo(): void {
    const last = this.past.pop();
    if (!last) return;
    this.list = last;
    this.changed();
  }

  /** What a run says it was made under, where it is not what is listed: another page, or one that came back. */
  adopt(inForce: readonly string[]): void {
    if (inForce.join('\n') === this.inForce.join('\n')) return;
    const off = this.list.filter(({ edit }) => !inForce.includes(printEdit(edit)));
    this.list = [
      ...inForce.map((text) => ({ edit: parseEdit(text), on: true })),
      ...off.map((each) => ({ ...each, on: false })),
    ];
  }

  /** One a line, those that are off with a # before them. */
  get text(): string {
    return printLines(this.list);
  }

  /**
   * A list as `text` has it, where the run is made under what it has in force, or under nothing. What cannot be read is left
   * out: another version wrote it.
   */
  restore(text: string, inForce: readonly string[]): void {
    const { list } = readLines(text);
    if (list.length === 0) return;
    const wanted = list.filter(({ on }) => on).map(({ edit }) => printEdit(edit));
    if (wanted.join('\n') === inForce.join('\n')) this.list = list;
    else if (inForce.length === 0 && this.list.length === 0) this.become(list);
  }

  private become(list: readonly Listed[]): void {
    this.past.push(this.list);
    if (this.past.length > MOST_UNDO) this.past.shift();
    this.list = list;
    this.changed();
  }
}
