/** Where does a piece of a trace stand in the document it was read from? As it is, or as JSON writes it. No vscode. */
import type { TracePiece } from '../protocol/reasoning';

/**
 * Offsets (UTF-16, half-open) of the piece, looked for from an offset on; null where it does not stand there in one piece,
 * as in the stream of a server. Of the ways to write it the first that has enough of them is taken.
 */
export function placeInText(
  document: string,
  from: number,
  { text, nth }: TracePiece,
): { start: number; end: number } | null {
  if (text === '') return null;
  for (const written of waysToWrite(text)) {
    let at = document.indexOf(written, from);
    for (let left = nth; left > 0 && at >= 0; left--) at = document.indexOf(written, at + written.length);
    if (at >= 0) return { start: at, end: at + written.length };
  }
  return null;
}

function waysToWrite(text: string): Set<string> {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new Set([text, text.replace(/\n/g, '\r\n'), json, ascii, json.replaceAll('/', '\\/')]);
}
