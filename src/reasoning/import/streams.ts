/**
 * Answers that were streamed in pieces, put together again: a reader for each kind of stream, tried in order. Chunks of
 * OpenAI-compatible servers, Ollama's lines, Anthropic's and OpenAI's events, Gemini's chunks, events of other kits.
 */
import { isObject, type Json } from './json';
import type { FoundRecord } from './jsonRecords';
import { messageParts } from './messageParts';
import { turnsIn } from './readers';
import { saysThought } from './turns';
import { UsedText } from './usedText';

interface Piece {
  /** Pieces of one answer have the same. */
  key: string;
  thought?: string;
  said?: string;
  /** The call of a tool or what it gave, as a part of a message. */
  tool?: Json;
  logprobs?: unknown[];
  isEnd?: boolean;
  /** Where nothing came before it, the record is a whole answer, which may say more than a piece does. */
  isWhole?: boolean;
}

export interface StreamReader {
  /** Names the family; shown to people. */
  name: string;
  /** Pieces of a record; empty for one that only counts or pings; null for a record of another kind. */
  pieces(record: Json, used: UsedText): Piece[] | null;
}

const string = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The piece of a thought in a delta, under whatever name says so. */
function thoughtIn(delta: Json): string | undefined {
  for (const [name, value] of Object.entries(delta)) {
    if (!saysThought(name)) continue;
    if (string(value)) return string(value);
    const texts = Array.isArray(value) ? value.flatMap((one) => (isObject(one) ? (string(one.text) ?? []) : [])) : [];
    if (texts.length > 0) return texts.join('');
  }
  return undefined;
}

export const STREAMS: readonly StreamReader[] = [
  {
    name: 'OpenAI Chat',
    pieces(record) {
      if (!Array.isArray(record.choices)) return null;
      if (record.choices.length === 0) return [];
      const choices = record.choices.filter(isObject);
      if (!choices.some(({ delta }) => isObject(delta))) return null;
      return choices.flatMap((choice) => {
        const delta = isObject(choice.delta) ? choice.delta : {};
        const { content } = isObject(choice.logprobs) ? choice.logprobs : {};
        return {
          key: JSON.stringify([record.id, choice.index ?? 0]),
          thought: thoughtIn(delta),
          said: string(delta.content),
          logprobs: Array.isArray(content) ? (content as unknown[]) : undefined,
          // Where no id tells them apart, another answer begins after the end of one.
          isEnd: record.id === undefined && typeof choice.finish_reason === 'string',
        };
      });
    },
  },
  {
    name: 'Ollama',
    pieces(record) {
      const { message, response, done, model } = record;
      if (typeof done !== 'boolean' || (!isObject(message) && typeof response !== 'string')) return null;
      const own = isObject(message) ? message : record;
      const said = isObject(message) ? string(message.content) : string(response);
      return [
        {
          key: `ollama ${typeof model === 'string' ? model : ''}`,
          thought: thoughtIn(own),
          said,
          isEnd: done,
          isWhole: done,
        },
      ];
    },
  },
  {
    name: 'Anthropic',
    pieces({ type, delta, content_block: block }) {
      if (typeof type !== 'string' || !/^(?:message_(?:start|delta|stop)|content_block_\w+|ping)$/.test(type))
        return null;
      const own = isObject(delta) ? delta : isObject(block) ? block : {};
      const said = string(own.text);
      return [{ key: 'anthropic', thought: thoughtIn(own), said, isEnd: type === 'message_stop' }];
    },
  },
  {
    name: 'OpenAI Responses',
    pieces({ type, delta }) {
      if (typeof type !== 'string' || !type.startsWith('response.')) return null;
      const text = type.endsWith('.delta') ? string(delta) : undefined;
      const isThought = saysThought(type);
      const said = !isThought && type.includes('output_text') ? text : undefined;
      return [{ key: 'responses', thought: isThought ? text : undefined, said, isEnd: type === 'response.completed' }];
    },
  },
  {
    name: 'Gemini',
    pieces({ candidates, responseId }, used) {
      if (!Array.isArray(candidates)) return null;
      return candidates.filter(isObject).map((candidate, at) => {
        const parts = isObject(candidate.content) ? messageParts(candidate.content, used) : [];
        const of = (kind: string): string | undefined =>
          string(
            parts
              .filter((part) => part.kind === kind)
              .map(({ text }) => text)
              .join(''),
          );
        const key = JSON.stringify(['gemini', responseId, candidate.index ?? at]);
        return { key, thought: of('thought'), said: of('said'), isEnd: typeof candidate.finishReason === 'string' };
      });
    },
  },
  {
    // The AI SDK and kits like it: {type: "reasoning-delta", delta}, {type: "text-delta", text}, {type: "content-delta", delta: {…}}.
    name: 'Event stream',
    pieces(record, used) {
      const { type, delta } = record;
      const tool = toolPart(record);
      if (tool) {
        // What it says is used as the part is read.
        messageParts({ content: [tool] }, used);
        return [{ key: 'events', tool }];
      }
      if (typeof type !== 'string' || !EVENT.test(type) || Object.values(record).some(Array.isArray)) return null;
      const isPiece = /-(?:delta|chunk)$/.test(type);
      if (!hasOnlyFieldsOfEvent(record, isPiece)) return null;
      const isEnd = /^(?:finish|message-end|done)$/.test(type);
      const ofTool = isPiece && /tool|input/.test(type);
      // The call comes whole behind its pieces.
      for (const text of ofTool ? [delta, record.inputTextDelta] : []) if (string(text)) used.take(string(text)!);
      const piece = isPiece && !ofTool ? pieceText(delta ?? record) : null;
      if (!piece) return [{ key: 'events', isEnd }];
      const isThought = saysThought(type) || piece.isThought;
      return [{ key: 'events', isEnd, ...(isThought ? { thought: piece.text } : { said: piece.text }) }];
    },
  },
];

/** Of the AI SDK's events {type: "tool-call", toolCallId, toolName, input} and "tool-result"; null: another record. */
function toolPart(record: Json): Json | null {
  const [, call] = /^tool-(?:(call|input-available)|result|output-available)$/.exec(String(record.type)) ?? [null];
  if (call === null || !string(record.toolCallId) || Object.keys(record).some((name) => !OF_TOOL.test(name)))
    return null;
  return call
    ? { type: 'tool-call', toolName: record.toolName, input: record.input ?? record.args }
    : { type: 'tool-result', output: record.output ?? record.result };
}
const OF_TOOL =
  /^(?:type|id|toolCallId|toolName|input|args|output|result|title|dynamic|invalid|preliminary|provider(?:Executed|Metadata))$/;

const EVENT =
  /^(?:start|finish|done|error|abort|(?:start|finish)-step|message-(?:start|end)|[a-z]+(?:-[a-z]+)*-(?:start|delta|chunk|end))$/;
/** Names under which the text of a piece stands, also one within another. */
const PIECES = ['delta', 'text', 'textDelta', 'content', 'message', 'value'];
/** What an event says beside its piece: names, and why it ended. */
const OF_EVENT =
  /^(?:type|id|event|role|model|object|toolName|error|errorText|inputTextDelta|timestamp|created(?:_at)?)$|(?:_id|Id)$|(?:^|_)reason$|Reason$/;

/** A record of a data set has a column "type", too: its texts stand in other fields, or in more of them than a piece has. */
function hasOnlyFieldsOfEvent(record: Json, isPiece: boolean): boolean {
  const others = Object.keys(record).filter((name) => string(record[name]) && !OF_EVENT.test(name));
  const isNoRecord = (): boolean => turnsIn({ ...record, response: undefined }, new UsedText()) === null;
  if (isPiece && others.length === 1) return PIECES.includes(others[0]) || saysThought(others[0]);
  return others.length === 0 && ((isPiece && 'delta' in record) || isNoRecord());
}

/** The text of a piece, and whether a name on the way to it says that it is thought. */
function pieceText(value: unknown, depth = 0): { text: string; isThought: boolean } | null {
  if (string(value)) return { text: string(value)!, isThought: false };
  if (!isObject(value) || depth > PIECES.length) return null;
  for (const name of [...PIECES, ...Object.keys(value).filter(saysThought)]) {
    const found = Object.hasOwn(value, name) ? pieceText(value[name], depth + 1) : null;
    if (found) return { ...found, isThought: found.isThought || saysThought(name) };
  }
  return null;
}

interface Answer {
  thought: string[];
  said: string[];
  /** All in order. */
  parts: Json[];
  logprobs: unknown[];
  isOver: boolean;
  /** What it was put together from, each with what of it was used. */
  records: { value: unknown; used: UsedText }[];
}

/** Each answer in the place of its first piece; other records as they are. A single record that is whole stays so. */
export function joinStreams(found: readonly FoundRecord[]): FoundRecord[] {
  const joined: FoundRecord[] = [];
  const answers = new Map<string, Answer>();
  const ends: (() => void)[] = [];
  for (const record of found) {
    const used = new UsedText();
    const { pieces, reader } = piecesOf(record.value, found.length, used);
    const isOpen = ({ key }: Piece): boolean => answers.get(key)?.isOver === false;
    if (!pieces || pieces.some((piece) => piece.isWhole && !isOpen(piece))) {
      joined.push(record);
      continue;
    }
    for (const { key, thought, said, tool, logprobs, isEnd } of pieces) {
      let answer = answers.get(key);
      if (!answer || answer.isOver) {
        const begun: Answer = { thought: [], said: [], parts: [], logprobs: [], isOver: false, records: [] };
        answer = begun;
        answers.set(key, begun);
        const own: FoundRecord = { ...record, reader };
        joined.push(own);
        ends.push(() => {
          const message = {
            role: 'assistant',
            content: begun.said.join(''),
            reasoning_content: begun.thought.join(''),
          };
          const { parts } = begun;
          const hasTools = parts.some(({ type }) => type !== 'reasoning' && type !== 'text');
          const whole = hasTools ? { role: 'assistant', content: parts } : message;
          own.value = { choices: [{ message: whole, logprobs: { content: begun.logprobs } }] };
          own.unused = unusedOf(begun.records, [message.content, message.reasoning_content]);
        });
      }
      if (thought !== undefined) answer.thought.push(thought);
      if (said !== undefined) answer.said.push(said);
      for (const [type, text] of [
        ['reasoning', thought],
        ['text', said],
      ])
        if (text !== undefined) addText(answer.parts, type!, text);
      if (tool) answer.parts.push(tool);
      for (const token of logprobs ?? []) answer.logprobs.push(token);
      if (isEnd) answer.isOver = true;
    }
    // What else a piece says is not used.
    const [first] = pieces;
    const answer = first && answers.get(first.key);
    if (!answer) continue;
    for (const { thought, said } of pieces) for (const text of [thought, said]) if (text) used.take(text);
    answer.records.push({ value: record.value, used });
  }
  for (const end of ends) end();
  // An answer of no pieces was only pings.
  return joined.filter(({ value }) => !isEmptyAnswer(value));
}

/** Pieces of one text that follow each other are one part. */
function addText(parts: Json[], type: string, text: string): void {
  const last = parts.at(-1);
  if (last?.type === type) last.text = String(last.text) + text;
  else parts.push({ type, text });
}

/** By field; what only says a part of the whole again, as events at the end of a stream do, was used. */
function unusedOf(records: Answer['records'], whole: readonly string[]): Record<string, number> {
  const unused: Record<string, number> = {};
  for (const { value, used } of records) {
    for (const [field, length] of Object.entries(used.unused(value, whole)))
      unused[field] = (unused[field] ?? 0) + length;
  }
  return unused;
}

function piecesOf(record: unknown, count: number, used: UsedText): { pieces: Piece[] | null; reader?: string } {
  if (!isObject(record)) return { pieces: null };
  for (const { name, pieces } of STREAMS) {
    // One record of Gemini's is an answer in one piece, with all that its parts are.
    if (count === 1 && name === 'Gemini') continue;
    const found = pieces(record, used);
    if (found) return { pieces: found, reader: name };
  }
  return { pieces: null };
}

function isEmptyAnswer(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value.choices) || value.choices.length !== 1) return false;
  const [choice] = value.choices as Json[];
  const { message } = choice ?? {};
  return isObject(message) && message.content === '' && message.reasoning_content === '' && 'logprobs' in choice;
}
