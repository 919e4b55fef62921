/** Answers that were streamed in chunks, put together again. */
import type { FoundRecord } from './jsonRecords';
import { isObject } from './records';
import { StreamedAnswer } from './streamedAnswer';

/** Each answer in the place of its first chunk; other records as they are. Chunks belong together by id and choice. */
export function joinChunks(found: readonly FoundRecord[]): FoundRecord[] {
  const joined: FoundRecord[] = [];
  const streams = new Map<string, StreamedAnswer>();
  const ends: (() => void)[] = [];
  for (const record of found) {
    const choice = chunkChoice(record.value);
    if (!choice) {
      if (choice === undefined) joined.push(record);
      continue;
    }
    const { id } = record.value as { id?: unknown };
    const key = JSON.stringify([id, choice.index ?? 0]);
    let answer = streams.get(key);
    // Where no id tells them apart, another answer begins after the end of one.
    if (!answer || (id === undefined && answer.finishReason !== null)) {
      const own = { ...record };
      const begun = (answer = new StreamedAnswer());
      joined.push(own);
      streams.set(key, begun);
      ends.push(() => (own.value = begun.completion()));
    }
    answer.add(record.value);
  }
  for (const end of ends) end();
  return joined;
}

/** What a chunk adds; null where it only counts tokens, undefined for records of another kind. */
function chunkChoice(record: unknown): Record<string, unknown> | null | undefined {
  if (!isObject(record) || !Array.isArray(record.choices)) return undefined;
  if (record.choices.length === 0) return null;
  const choice = record.choices[0] as unknown;
  return isObject(choice) && isObject(choice.delta) ? choice : undefined;
}
