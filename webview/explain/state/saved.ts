/** What the page remembers while it is hidden or VS Code is closed: what was looked at, and for which text. No DOM. */
import { count, shape } from '../../../src/shared/shape';
import type { Run } from './run';
import type { Direction, HeadRef, Selection } from './selection';

export interface Saved {
  version: 1;
  /** Which explanation it belongs to. */
  about: string;
  headLock: HeadRef | null;
  tokenLock: number | null;
  direction: Direction;
  /** Which group of views was open. */
  tab?: string;
  /** The list of interventions as text, one a line. */
  edits?: string;
}

export function save(run: Run, selection: Selection): Saved {
  return { version: 1, about: nameOf(run), ...selection.kept };
}

/** What of it fits this explanation; whatever another version of the page left is no help. */
export function restore(saved: unknown, run: Run): Omit<Saved, 'version' | 'about'> | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { version, about, headLock, tokenLock, direction, tab, edits } = saved as Partial<Saved>;
  if (version !== 1 || about !== nameOf(run)) return null;
  const tokenFits = count(tokenLock) && tokenLock < run.tokens.length;
  const isHead = shape<HeadRef>({ layer: count, head: count });
  const headFits =
    isHead(headLock) && run.model !== null && headLock.layer < run.model.layers && headLock.head < run.model.heads;
  return {
    headLock: headFits ? { layer: headLock.layer, head: headLock.head } : null,
    tokenLock: tokenFits ? tokenLock : null,
    direction: direction === 'to' ? 'to' : 'from',
    ...(typeof tab === 'string' ? { tab } : {}),
    ...(typeof edits === 'string' ? { edits } : {}),
  };
}

/** Equal for the same text read by the same kind of model. */
function nameOf({ subject, tokens, model }: Run): string {
  let hash = 0x811c9dc5; // FNV-1a
  for (let i = 0; i < subject.text.length; i++) hash = Math.imul(hash ^ subject.text.charCodeAt(i), 0x01000193) >>> 0;
  return [subject.title, hash, tokens.length, model?.name, model?.layers, model?.heads].join('/');
}
