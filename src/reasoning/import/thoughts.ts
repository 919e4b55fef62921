/**
 * Where a text thinks: between <think> tags and their relatives, any pair whose name says thought, reasoning or analysis
 * (<seed:think>, [THINK], ◁think▷); they may be several, nested, missing at one end, or only talked about.
 */
import type { TextRange } from '../../protocol/reasoning';

const NAME = String.raw`[a-z_]{0,20}(?:think|thought|reasoning|analysis|reflection|scratchpad)[a-z_]{0,12}`;
/** Inline code is passed over: what stands in it is talked about. */
const TAG = new RegExp(
  [
    '`[^`\\n]+`',
    String.raw`<(\/?)((?:[a-z]{1,16}:)?${NAME})(?:\s[^<>\n]{0,200})?>`,
    String.raw`\[(\/?)(${NAME})\]`,
    String.raw`◁(\/?)(${NAME})▷`,
  ].join('|'),
  'gi',
);

/** What is thought, and the same with its tags. */
export interface Thought extends TextRange {
  from: number;
  to: number;
}

interface Tag extends TextRange {
  name: string;
}
/** In order. A missing tag at the end is the text's end; where the prompt opened the first thought, it begins with the text. */
export function thoughtsOf(text: string): Thought[] {
  const found: Thought[] = [];
  let opened: Tag | null = null;
  let closed: Tag | null = null;
  let depth = 0;
  const end = ({ start, end: to }: TextRange): void => {
    found.push({ start: opened?.end ?? 0, end: start, from: opened?.start ?? 0, to });
    opened = closed = null;
  };
  for (const match of text.matchAll(TAG)) {
    const { index, 0: whole } = match;
    const name = match[2] ?? match[4] ?? match[6];
    const slash = match[1] ?? match[3] ?? match[5];
    // In square brackets only as models write them: [THINK], not [thinking].
    if (name === undefined || (match[4] !== undefined && match[4] !== match[4].toUpperCase())) continue;
    const tag = { start: index, end: index + whole.length, name: name.toLowerCase() };
    const current = opened as Tag | null;
    if (!current) {
      if (slash === '' && opens(text, tag)) [opened, depth] = [tag, 1];
      else if (slash !== '' && found.length === 0 && closes(text, tag)) end(tag);
    } else if (tag.name === current.name) {
      if (slash === '') depth += opens(text, tag) ? 1 : 0;
      else if (--depth === 0) end(tag);
      else closed = tag;
    }
  }
  // Of nested tags that are not all closed, the last that is ends the thought.
  if (opened) end(closed ?? { start: text.length, end: text.length });
  return found;
}

export const thoughtsWithText = (text: string): Thought[] =>
  thoughtsOf(text).filter(({ start, end }) => text.slice(start, end).trim() !== '');

/** The parts of a range that are thought; the range itself where none is. */
export function thoughtParts(text: string, range: TextRange): TextRange[] {
  const parts = thoughtsWithText(text).map((thought) => ({
    start: Math.max(thought.start, range.start),
    end: Math.min(thought.end, range.end),
  }));
  const within = parts.filter(({ start, end }) => start < end);
  return within.length > 0 ? within : [range];
}

/** A tag within a sentence is talked about: "what does <think> mean?". */
function opens(text: string, { start, end }: TextRange): boolean {
  return beginsThere(text, start) || /^[ \t\r]*\n|^[\p{L}\d]/u.test(text.slice(end, end + 8));
}

function closes(text: string, { start, end }: TextRange): boolean {
  return beginsThere(text, start) || /^[ \t\r]*\n\s*\S/.test(text.slice(end));
}

/** At the beginning of a line, after a sentence, or after the tag or label of who speaks. */
function beginsThere(text: string, at: number): boolean {
  return /(?:^|[\n.?!:>|)\]}。？！：｜）])[ \t]*$/.test(text.slice(Math.max(0, at - 16), at));
}
