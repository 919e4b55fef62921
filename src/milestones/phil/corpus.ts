/** The workspace divided: files to learn from, and files kept back for every measurement. */
import type { WorkspaceText } from '../../protocol/milestones';
import { shuffle } from '../../shared/random';

const HELD_OUT = 0.15;
/** The clusters' texts are blocks of so many lines. */
const BLOCK_LINES = 60;
/** Fewer than these, and there is nothing to learn from. */
const LEAST_FILES = 4;

export interface Division {
  training: WorkspaceText[];
  heldOut: WorkspaceText[];
}

/** null when there are too few files. A file that holds `selected` is not learned from. */
export function divide(
  texts: readonly WorkspaceText[],
  selected: string | null,
  random: () => number,
): Division | null {
  const usable = texts.filter(({ text }) => text.trim().length > 200);
  if (usable.length < LEAST_FILES) return null;
  const shuffled = shuffle([...usable], random);
  const kept = Math.max(2, Math.round(HELD_OUT * shuffled.length));
  const training = shuffled.slice(kept).filter(({ text }) => !selected || !text.includes(selected));
  return training.length > 1 ? { training, heldOut: shuffled.slice(0, kept) } : null;
}

export function blocks(text: string): string[] {
  const lines = text.split('\n');
  const count = Math.max(1, Math.round(lines.length / BLOCK_LINES));
  const size = Math.ceil(lines.length / count);
  return Array.from({ length: count }, (_, at) => lines.slice(at * size, (at + 1) * size).join('\n'));
}

/** From a line of the file on, at most so many characters. */
export function excerpt(text: string, characters: number, random: () => number): string {
  if (text.length <= characters) return text;
  const from = text.lastIndexOf('\n', Math.floor(random() * (text.length - characters))) + 1;
  return text.slice(from, from + characters);
}
