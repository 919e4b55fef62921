/** Where does a piece of a trace stand in the document it was read from? As it is, or as JSON writes it. No vscode. */
import type { TracePiece } from '../protocol/reasoning';

type Place = { start: number; end: number };

/** Marks are looked for no farther than this behind their trace's beginning: UTF-16 units. */
const FARTHEST_MARK = 1 << 21;
/** A longer text is looked through in as many units at a time: a few milliseconds. */
const AT_ONCE = 1 << 20;

/**
 * Offsets (UTF-16, half-open) of the piece, looked for from an offset on; null where it does not stand there in one piece,
 * as in the stream of a server. Of the ways to write it the first that has enough of them is taken. Others get a word in
 * between, by `pause`.
 */
export async function placeInText(
  document: string,
  from: number,
  { text, nth }: TracePiece,
  pause: () => Promise<void> | void = () => {},
): Promise<Place | null> {
  if (text === '') return null;
  for (const written of waysToWrite(text)) {
    let left = nth;
    for (let at = from; at < document.length;) {
      await pause();
      // What begins in this part, and may end behind it.
      const part = document.slice(at, at + AT_ONCE + written.length - 1);
      let found = part.indexOf(written);
      let behind = 0;
      for (; left > 0 && found >= 0; left--) {
        behind = found + written.length;
        found = part.indexOf(written, behind);
      }
      if (found >= 0) return { start: at + found, end: at + found + written.length };
      at += Math.max(AT_ONCE, behind);
    }
  }
  return null;
}

/** Of pieces that are to be marked, from the first on: null for those too far behind, too. */
export async function placesToMark(
  document: string,
  from: number,
  pieces: readonly TracePiece[],
  pause: () => Promise<void> | void,
): Promise<(Place | null)[]> {
  const near = document.slice(0, from + FARTHEST_MARK);
  const places: (Place | null)[] = [];
  for (const piece of pieces) {
    const place = await placeInText(near, from, piece, pause);
    // Lines above it may have gone since.
    places.push(place ?? (from > 0 ? await placeInText(near, 0, piece, pause) : null));
  }
  return places;
}

function waysToWrite(text: string): Set<string> {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new Set([text, text.replace(/\n/g, '\r\n'), json, ascii, json.replaceAll('/', '\\/')]);
}
