/** Logs that keep a conversation one message a line: Claude Code's and Codex' sessions, agents' histories. */
import { isObject, type Json } from './json';
import type { FoundRecord } from './jsonRecords';
import { isLogLine, roleIn, turnsOf } from './readers';
import { textOf } from './turns';
import { UsedText } from './usedText';

/** The messages of a session become one record for each question; records that are no messages stay, where others are no log. */
export function joinMessages(read: readonly FoundRecord[]): FoundRecord[] {
  const found = read.map((record) => ({ ...record, value: loggedItem(record.value) ?? record.value }));
  const isMessage = (value: unknown): boolean => isObject(value) && (roleIn(value) !== null || isLogLine(value));
  const messages = found.filter(({ value }) => isMessage(value));
  const roles = new Set(messages.map(({ value }) => roleOfLine(value)));
  if (messages.length < 2 || !roles.has('user') || !roles.has('assistant')) return [...read];
  // Of a log, lines without a message only keep books.
  const isLog =
    messages.some(({ value }) => isLogLine(value)) || found.some(({ value }, at) => value !== read[at].value);
  const others = isLog ? [] : found.filter(({ value }) => !isMessage(value));
  return [...sessionRecords(messages), ...others].sort((a, b) => a.line - b.line);
}

/** Codex wraps an item of an answer: {type: "response_item", payload: {…}}, {type: "item.completed", item: {…}}. */
function loggedItem(value: unknown): Json | null {
  if (!isObject(value)) return null;
  const item = value.type === 'response_item' ? value.payload : value.type === 'item.completed' ? value.item : null;
  if (!isObject(item) || typeof item.type !== 'string') return null;
  return roleIn(item) ? item : { role: 'assistant', content: [item] };
}

function roleOfLine(value: unknown): string | null {
  if (!isObject(value)) return null;
  return roleIn(value) ?? (isObject(value.message) ? roleIn(value.message) : null);
}

/** A question begins a record; an answer without one belongs to that before it, of the same session. */
function sessionRecords(messages: readonly FoundRecord[]): FoundRecord[] {
  const records: (FoundRecord & { value: { messages: unknown[] } })[] = [];
  const open = new Map<string, (typeof records)[number]>();
  let last = '';
  for (const { value, line } of messages) {
    // A line that does not name its session belongs to that before it.
    const session: string = isObject(value) && typeof value.sessionId === 'string' ? value.sessionId : last;
    last = session;
    const [turn] = turnsOf([value], new UsedText());
    const asks = turn?.role === 'user' && textOf(turn.parts, 'said').trim() !== '';
    const current = open.get(session);
    if (current && !asks) current.value.messages.push(value);
    else {
      const begun = { value: { messages: [value] as unknown[] }, line, reader: 'Session log' };
      records.push(begun);
      open.set(session, begun);
    }
  }
  return records;
}
