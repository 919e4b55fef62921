/**
 * The readers of JSON records, one per family, tried in order: each takes its record apart into turns, once for every answer
 * that the record holds. test/fixtures/traces has a small file for each.
 */
import { firstString, isObject, type Json } from './json';
import { messageParts } from './messageParts';
import { roleOf, saysThought, type Part, type Turn } from './turns';
import type { UsedText } from './usedText';

export interface Reader {
  /** Names the family; shown to people. */
  name: string;
  /** Turns of each answer; null: a record of another kind. */
  read(record: Json, used: UsedText, depth: number): Turn[][] | null;
}

const QUESTIONS = ['question', 'problem', 'prompt', 'query', 'instruction', 'input', 'task', 'user'];
/** Wrappers that hold a record one level further in. */
const WRAPPERS = [
  'body',
  'response',
  'result',
  'chat',
  'conversation',
  'history',
  'completion',
  'output',
  'data',
  'message',
];
/** Names of a list that is the conversation, whatever else the record holds. */
const CONVERSATIONS = ['messages', 'conversations', 'conversation', 'contents', 'turns', 'chat_messages'];
const DEEPEST_WRAPPER = 6;

export const READERS: readonly Reader[] = [
  {
    name: 'Gemini',
    read(record, used) {
      const { candidates, contents } = record;
      if (!Array.isArray(candidates)) return null;
      const before = Array.isArray(contents) ? turnsOf(contents, used) : asked(record, used);
      const answers = candidates.filter(isObject).map(({ content }) => assistant(asObject(content), used));
      return answers.map((answer) => [...before, answer]);
    },
  },
  {
    name: 'OpenAI Responses',
    read(record, used) {
      const { output } = record;
      if (!Array.isArray(output) || !output.some((item) => isObject(item) && typeof item.type === 'string'))
        return null;
      const before = Array.isArray(record.input) ? turnsOf(record.input, used) : asked(record, used);
      return [[...before, ...turnsOf(output, used, 'assistant')]];
    },
  },
  {
    name: 'lm-eval',
    read(record, used) {
      const { doc, resps } = record;
      if (!isObject(doc) || !Array.isArray(resps)) return null;
      return strings(resps).map((text) => [...asked(doc, used), said(used.take(text))]);
    },
  },
  {
    name: 'inspect',
    read(record, used, depth) {
      if (Array.isArray(record.samples)) {
        const samples = record.samples.filter(isObject);
        const all = samples.flatMap((sample) => turnsIn(sample, used, depth + 1)?.turns ?? []);
        return all.length > 0 ? all : null;
      }
      return null;
    },
  },
  {
    name: 'OpenAI Chat',
    read(record, used) {
      const { choices } = record;
      if (!Array.isArray(choices) || !choices.some(isObject)) return null;
      const before = Array.isArray(record.messages) ? turnsOf(record.messages, used) : asked(record, used);
      return choices.filter(isObject).flatMap((choice) => {
        const message = isObject(choice.message) ? choice.message : isObject(choice.delta) ? choice.delta : null;
        const text = typeof choice.text === 'string' ? choice.text : null;
        if (!message && text === null) return [];
        const answer = message ? assistant(message, used) : said(used.take(text!));
        return [[...before, { ...answer, logprobs: choice.logprobs }]];
      });
    },
  },
  {
    name: 'ChatGPT',
    read({ mapping, current_node: current }, used) {
      if (!isObject(mapping)) return null;
      const turns = turnsOf(branch(mapping, current), used);
      return turns.some(({ role }) => role === 'assistant') ? [turns] : null;
    },
  },
  {
    name: 'Chat',
    read(record, used) {
      const name = CONVERSATIONS.find((one) => record[one] != null);
      return name === undefined ? null : conversation(record, record[name], used);
    },
  },
  {
    name: 'Ollama',
    read(record, used) {
      const { message, response, thinking } = record;
      if (isObject(message) && (roleOf(message.role) === 'assistant' || 'thinking' in message)) {
        return [[...asked(record, used), { ...assistant(message, used), logprobs: record.logprobs }]];
      }
      if (typeof response !== 'string' || !(typeof thinking === 'string' || 'done' in record)) return null;
      return [[...asked(record, used), assistant({ content: response, thinking }, used)]];
    },
  },
  {
    name: 'Message',
    read(record, used) {
      const isMessage = roleIn(record) === 'assistant' || (record.type === 'message' && 'content' in record);
      const isThought = Object.entries(record).some(([name, value]) => saysThought(name) && isText(value));
      const isAnswer = typeof record.content === 'string' || (isThought && 'content' in record);
      if (!isMessage && !isAnswer) return null;
      return [[...asked(record, used), { ...assistant(record, used), logprobs: record.logprobs }]];
    },
  },
  { name: 'Data set', read: readColumns },
  {
    name: 'Wrapped record',
    read(record, used, depth) {
      for (const name of WRAPPERS) {
        const inner = record[name];
        const found = inner !== null && typeof inner === 'object' ? turnsIn(inner, used, depth + 1) : null;
        if (found) return found.turns.map((turns) => (hasQuestion(turns) ? turns : [...asked(record, used), ...turns]));
      }
      return null;
    },
  },
  {
    // Exports name the list as they please; of several, nobody knows which is meant.
    name: 'Chat',
    read(record, used) {
      const lists = Object.values(record).filter(isConversation);
      return lists.length === 1 ? conversation(record, lists[0], used) : null;
    },
  },
];

function conversation(record: Json, list: unknown, used: UsedText): Turn[][] | null {
  if (!isConversation(list)) return null;
  const turns = turnsOf(list, used);
  const system = typeof record.system === 'string' ? [turn('system', said(used.take(record.system)).parts)] : [];
  return turns.some(({ role }) => role === 'assistant') ? [[...system, ...turns]] : null;
}

/** Columns that hold answers, the model's own before the reference, in lists several. */
const ANSWERS = ['response', 'attempt', 'generation', 'completion', 'output', 'final_answer', 'answer', 'solution'];
const SEVERAL = ['generations', 'completions', 'responses', 'samples', 'outputs', 'resps', 'predictions'];
const SOLUTIONS = ['solution', 'answer', 'response', 'output', 'completion'];

/** {question, answer}: GSM8K, and the names that other sets use; a column whose name says thought is the thought. */
function readColumns(record: Json, used: UsedText): Turn[][] | null {
  const several = SEVERAL.flatMap((name) => strings(record[name]));
  const isThought = ([name, value]: [string, unknown]): boolean => saysThought(name) && isText(value);
  const thoughts = Object.entries(record).filter(isThought);
  const question = (): Turn[] => asked(record, used);
  if (several.length > 0 && (thoughts.length === 0 || several.some((text) => text.includes('<')))) {
    return several.map((text) => [...question(), said(used.take(text))]);
  }
  if (thoughts.length > 0) {
    const attempt = Object.keys(record).find((name) => /attempt$|_response$|_answer$/.test(name));
    const answer = firstString(record, ...(attempt ? [attempt] : []), ...ANSWERS);
    const [, thought] = thoughts[0];
    const lines = strings(thought);
    return lines.map((text) => {
      const parts: Part[] = [{ kind: 'thought', text: used.take(text) }];
      if (answer?.trim()) parts.push({ kind: 'said', text: used.take(answer) });
      return [...question(), turn('assistant', parts)];
    });
  }
  const solution = firstString(record, ...SOLUTIONS);
  return solution === null ? null : [[...question(), said(used.take(solution))]];
}

/** By the first reader that knows it; a list is one of messages. null: no reader does. */
export function turnsIn(record: unknown, used: UsedText, depth = 0): { reader: string; turns: Turn[][] } | null {
  if (depth > DEEPEST_WRAPPER) return null;
  const own = Array.isArray(record) ? { messages: record as unknown[] } : record;
  if (!isObject(own)) return null;
  for (const { name, read } of READERS) {
    const turns = read(own, used, depth);
    if (turns && turns.length > 0) return { reader: name, turns };
  }
  return null;
}

/** A list in which both speak, or whose entries say whose they are by a role. */
function isConversation(list: unknown): list is unknown[] {
  if (!Array.isArray(list)) return false;
  const entries = list.filter(isObject).map(versionOf);
  if (entries.some((entry) => roleIn(entry) !== null || isLogLine(entry))) return true;
  const speakers = new Set(entries.map(({ type }) => roleOf(type)));
  return speakers.has('user') && speakers.has('assistant');
}

/** LM Studio keeps every answer to a question, and which of them is shown. */
function versionOf(entry: Json): Json {
  const { versions, currentlySelected } = entry;
  if (!Array.isArray(versions)) return entry;
  const chosen: unknown = versions[typeof currentlySelected === 'number' ? currentlySelected : 0];
  return isObject(chosen) ? chosen : entry;
}

/** The messages of a tree on the way to the one that is shown; all in their order where none is. */
function branch(mapping: Json, current: unknown): unknown[] {
  const way: unknown[] = [];
  const seen = new Set<string>();
  for (let at = current; typeof at === 'string' && !seen.has(at);) {
    seen.add(at);
    const node: unknown = Object.hasOwn(mapping, at) ? mapping[at] : null;
    if (!isObject(node)) break;
    way.push(node.message);
    at = node.parent;
  }
  return way.length > 0 ? way.reverse() : Object.values(mapping).map((node) => (isObject(node) ? node.message : null));
}

/** A line of a session's log: {type: "assistant", message: {role, content}}. */
export const isLogLine = (value: unknown): boolean =>
  isObject(value) && typeof value.type === 'string' && isObject(value.message) && roleIn(value.message) !== null;

/** Whose message it is: by its role, or by what exports call it. */
export function roleIn(message: Json): Turn['role'] | null {
  if (isObject(message.author)) return roleOf(message.author.role);
  if (typeof message.isCreatedByUser === 'boolean') return message.isCreatedByUser ? 'user' : 'assistant';
  return roleOf(message.role) ?? roleOf(message.from) ?? roleOf(message.sender) ?? roleOf(message.speaker);
}

/** @param otherwise whose turn it is where nothing says so: items of an answer are the assistant's */
export function turnsOf(list: readonly unknown[], used: UsedText, otherwise: Turn['role'] | null = null): Turn[] {
  return list.filter(isObject).flatMap((written) => {
    const entry = versionOf(written);
    const message = isObject(entry.message) && !('content' in entry) ? entry.message : entry;
    const role = roleIn(message) ?? roleOf(entry.type) ?? otherwise;
    if (!role) return [];
    // What is only an item of an answer is one part.
    const isItem = otherwise !== null && !('role' in message);
    const parts = messageParts(isItem ? { content: [message] } : message, used);
    const isResult = parts.length > 0 && parts.every(({ kind }) => kind === 'result');
    return [{ ...turn(role === 'user' && isResult ? 'tool' : role, parts), logprobs: message.logprobs }];
  });
}

const turn = (role: Turn['role'], parts: Part[]): Turn => ({ role, parts });
const said = (text: string): Turn => turn('assistant', [{ kind: 'said', text }]);
const asObject = (value: unknown): Json => (isObject(value) ? value : {});
const assistant = (message: Json, used: UsedText): Turn => turn('assistant', messageParts(message, used));
const hasQuestion = (turns: readonly Turn[]): boolean => turns.some(({ role }) => role === 'user');
const isText = (value: unknown): boolean => strings(value).length > 0;

/** The question of a record, as a turn; none where it has none. */
function asked(record: Json, used: UsedText): Turn[] {
  const question = firstString(record, ...QUESTIONS);
  return question?.trim() ? [turn('user', [{ kind: 'said', text: used.take(question) }])] : [];
}

/** A text, or the texts of a list, also of lists in it; without those that are empty. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value];
  if (!Array.isArray(value)) return [];
  return value.flat(2).filter((one): one is string => typeof one === 'string' && one.trim() !== '');
}
