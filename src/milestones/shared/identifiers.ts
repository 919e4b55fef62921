/** The identifiers of source files, in reading order, without comments and string literals. */
import type { WorkspaceText } from '../../protocol/milestones';

/** Prose and markup have words, not identifiers. */
const PROSE = new Set(['md', 'txt', 'rst', 'html', 'css']);
const HASH_COMMENTS = new Set(['py', 'rb', 'sh', 'r', 'jl', 'ex', 'php']);
const DASH_COMMENTS = new Set(['sql', 'lua', 'hs']);

const C_LIKE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/;
const HASH = /"""[\s\S]*?"""|'''[\s\S]*?'''|#[^\n]*/;
const DASH = /--[^\n]*/;
const STRINGS = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/;

function extension(name: string): string {
  return name.split('.').at(-1)!.toLowerCase();
}

export function isSource({ name }: WorkspaceText): boolean {
  return !PROSE.has(extension(name));
}

/** Runs of identifiers of two characters or more; a blank line ends a run. */
export function identifierRuns({ name, text }: WorkspaceText): string[][] {
  const kind = extension(name);
  const comments = HASH_COMMENTS.has(kind) ? HASH : DASH_COMMENTS.has(kind) ? DASH : C_LIKE;
  // One expression: whichever begins first hides the other (a quote in a comment, slashes in a string).
  const hidden = new RegExp(`${comments.source}|${STRINGS.source}`, 'g');
  return (
    text
      // Not a blank: a line of comment does not end a run.
      .replace(hidden, ';')
      .split(/\n\s*\n/)
      .map((block) => block.match(/[\p{L}_$][\p{L}\p{N}_$]+/gu) ?? [])
      .filter((run) => run.length > 1)
  );
}

/** "readFileSync" → read, file, sync; "MAX_SIZE" → max, size. Parts shorter than three letters say little and are left out. */
export function partsOf(identifier: string): string[] {
  return (identifier.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}]+/gu) ?? [])
    .map((part) => part.toLowerCase())
    .filter((part) => part.length >= 3);
}
