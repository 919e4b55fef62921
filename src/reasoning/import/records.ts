/** Chains of thought in a JSON record, whatever wrote it, and how much of its text was not used. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { turnsIn } from './readers';
import { plainTrace } from './transcript';
import { turnTrace } from './turnTrace';
import { UsedText } from './usedText';

/** The first answer of a record. null: a record of another kind. */
export function recordTrace(record: unknown): ReasoningTrace | null {
  return recordTraces(record)[0] ?? null;
}

/** One for each answer that a record holds; a list is one of messages, a text a transcript. */
export function recordTraces(record: unknown): ReasoningTrace[] {
  if (typeof record === 'string') return [plainTrace(record)];
  const used = new UsedText();
  const found = turnsIn(record, used);
  if (!found) return [];
  const read = found.turns.flatMap((turns) => turnTrace(turns, plainTrace) ?? []);
  // What was said before the last question, and to the model alone, is read and not shown.
  const unused = used.unused(record);
  for (const { role, parts } of read[0]?.others ?? []) {
    const field = role === 'system' ? 'system' : 'earlier turns';
    const length = parts.reduce((sum, { text }) => sum + text.length, 0);
    if (length > 0) unused[field] = (unused[field] ?? 0) + length;
  }
  return read.map(({ trace }) => ({ ...trace, reader: found.reader, unused }));
}
