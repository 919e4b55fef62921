/** A list of interventions as lines of text: how it is copied, saved, pasted and opened. One a line; off behind “# ”. */
import type { Edit } from './edit';
import { parseEdit, printEdit } from './editText';
import { Problem, toProblem } from './problem';

export interface Listed {
  edit: Edit;
  on: boolean;
}

export interface WrongLine {
  /** From 1. */
  line: number;
  message: string;
}

/** More are no list that somebody put together. */
const MOST_LINES = 1000;
/** A longer line is none that somebody wrote, and would be said back whole. */
const MOST_CHARACTERS = 1000;

export const printLines = (list: readonly Listed[]): string =>
  list.map(({ edit, on }) => `${on ? '' : '# '}${printEdit(edit)}`).join('\n');

/**
 * Empty lines, and those behind # that are no interventions, are passed over: they are remarks. `lines`: how many there were
 * that are not empty. Throws Problem edit-invalid for too many.
 */
export function readLines(text: string): { list: Listed[]; wrong: WrongLine[]; lines: number } {
  const all = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const lines = all.filter((line) => line.trim() !== '').length;
  if (lines > MOST_LINES)
    throw new Problem(
      'edit-invalid',
      `${lines} lines are too many for a list of interventions: at most ${MOST_LINES}.`,
    );
  const list: Listed[] = [];
  const wrong: WrongLine[] = [];
  all.forEach((line, i) => {
    const own = line.trim();
    const on = !own.startsWith('#');
    if (own === '') return;
    if (own.length > MOST_CHARACTERS) {
      const message = `${own.length} characters are too many for an intervention: at most ${MOST_CHARACTERS}.`;
      if (on) wrong.push({ line: i + 1, message });
      return;
    }
    try {
      list.push({ edit: parseEdit(on ? own : own.slice(1)), on });
    } catch (thrown) {
      if (on) wrong.push({ line: i + 1, message: toProblem(thrown).message });
    }
  });
  return { list, wrong, lines };
}
