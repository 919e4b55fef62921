/** Logs that keep a conversation one message a line: Claude Code's sessions, agents' histories. */
import { isObject } from './json';
import type { FoundRecord } from './jsonRecords';
import { isLogLine, roleIn, turnsOf } from './readers';
import { textOf } from './turns';
import { UsedText } from './usedText';

/** The messages of a session become one record for each question; records that are no messages stay, where others are no log. */
export function joinMessages(found: readonly FoundRecord[]): FoundRecord[] {
  const isMessage = (value: unknown): boolean => isObject(value) && (roleIn(value) !== null || isLogLine(value));
  const messages = found.filter(({ value }) => isMessage(value));
  const roles = new Set(messages.map(({ value }) => roleOfLine(value)));
  if (messages.length < 2 || !roles.has('user') || !roles.has('assistant')) return [...found];
  // Of a log, lines without a message only keep books.
  const others = messages.some(({ value }) => isLogLine(value)) ? [] : found.filter(({ value }) => !isMessage(value));
  return [...sessionRecords(messages), ...others].sort((a, b) => a.line - b.line);
}

function roleOfLine(value: unknown): string | null {
  if (!isObject(value)) return null;
  return roleIn(value) ?? (isObject(value.message) ? roleIn(value.message) : null);
}

/** A question begins a record; an answer without one belongs to that before it, of the same session. */
function sessionRecords(messages: readonly FoundRecord[]): FoundRecord[] {
  const records: (FoundRecord & { value: { messages: unknown[] } })[] = [];
  const open = new Map<string, (typeof records)[number]>();
  for (const { value, line } of messages) {
    const session = isObject(value) && typeof value.sessionId === 'string' ? value.sessionId : '';
    const [turn] = turnsOf([value], new UsedText());
    const asks = turn?.role === 'user' && textOf(turn.parts, 'said').trim() !== '';
    const current = open.get(session);
    if (current && !asks) current.value.messages.push(value);
    else {
      const begun = { value: { messages: [value] as unknown[] }, line };
      records.push(begun);
      open.set(session, begun);
    }
  }
  return records;
}
