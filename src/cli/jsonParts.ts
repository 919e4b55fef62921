/** Parts of the commands' JSON that several have: which model it was, and which tokens. */
import type { LoadedModel } from '../engine/model/load';
import type { PanelToken } from '../protocol/explanation';

export function modelRow({ card }: LoadedModel, sha256: string): Record<string, string> {
  const { name, architecture, quantization, path } = card;
  return { name, architecture, quantization, sha256, path };
}

/** `replaced`: texts of tokens that stand in the places of the text's own. */
export function tokenRows(
  tokens: readonly PanelToken[],
  text: string,
  replaced: ReadonlyMap<number, string> = new Map(),
): { id: number; text: string; start: number; end: number }[] {
  const bytes = Buffer.from(text.toWellFormed());
  return tokens.map(({ id, start, end, label }, position) => ({
    id,
    // Of a token that holds part of a character, only its offsets tell which bytes.
    text: replaced.get(position) ?? (start === end ? label : bytes.subarray(start, end).toString()),
    start,
    end,
  }));
}
