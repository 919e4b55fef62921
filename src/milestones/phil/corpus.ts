/** Which texts are learned from, and which are kept back for every measurement: files of the workspace, or this history. */
import type { TextsFrom, WorkspaceText } from '../../protocol/milestones';
import { shuffle } from '../../shared/random';
import { historyTexts } from '../shared/historyTexts';

const HELD_OUT = 0.15;
/** The clusters' texts are blocks of so many lines. */
const BLOCK_LINES = 60;
/** A text shorter than that says nothing. */
const LEAST_CHARACTERS = 200;
/** Fewer files, or characters in all, teach neither words nor clusters. */
const LEAST_FILES = 4;
const LEAST_WORKSPACE = 8000;

export interface Division {
  from: TextsFrom;
  training: WorkspaceText[];
  heldOut: WorkspaceText[];
}

/** The words of this history where the workspace is small. A text that holds `selected` is not learned from. */
export function divide(texts: readonly WorkspaceText[], selected: string | null, random: () => number): Division {
  const fresh = ({ text }: WorkspaceText): boolean => !selected || !text.includes(selected);
  const own = longEnough(texts);
  const learned = own.filter(fresh);
  const enough =
    learned.length >= LEAST_FILES && learned.reduce((sum, { text }) => sum + text.length, 0) >= LEAST_WORKSPACE;
  const shuffled = shuffle(enough ? [...own] : longEnough(historyTexts()), random);
  const kept = Math.max(2, Math.round(HELD_OUT * shuffled.length));
  return {
    from: enough ? 'workspace' : 'history',
    training: shuffled.slice(kept).filter(fresh),
    heldOut: shuffled.slice(0, kept),
  };
}

function longEnough(texts: readonly WorkspaceText[]): WorkspaceText[] {
  return texts.filter(({ text }) => text.trim().length > LEAST_CHARACTERS);
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
