/** The parts of one message, in any of the shapes that chats keep them in. */
import { firstString, isObject, type Json } from './json';
import { saysThought, type Part } from './turns';
import type { UsedText } from './usedText';

/** Nothing that is said is nested more deeply. */
const DEEPEST = 16;

/** Thoughts beside the content first, then the content in its order, then the calls of tools beside it. */
export function messageParts(message: Json, used: UsedText): Part[] {
  const content = contentParts(message.content ?? message.parts ?? message.steps, used);
  const parts = content.some(({ kind }) => kind === 'thought')
    ? content
    : [...thoughtsBeside(message, used), ...content];
  if (!parts.some(({ kind }) => kind === 'said')) {
    const said = firstString(message, 'value', 'text', 'response', 'answer');
    if (said?.trim()) parts.push({ kind: 'said', text: used.take(said) });
  }
  const calls = [message.tool_calls, message.function_call].flat().filter(isObject);
  return [...parts, ...calls.map((call) => callPart(call, used))];
}

/** A string, one part, or a list of them. */
function contentParts(content: unknown, used: UsedText, depth = 0): Part[] {
  if (depth > DEEPEST) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'said', text: used.take(content) }];
  if (isObject(content))
    return Array.isArray(content.parts) ? contentParts(content.parts, used, depth + 1) : partOf(content, used);
  if (!Array.isArray(content)) return [];
  const parts = content.flatMap((part: unknown) =>
    isObject(part) ? partOf(part, used) : contentParts(part, used, depth + 1),
  );
  // Pieces of one text are one.
  return parts.reduce<Part[]>((joined, part) => {
    const last = joined.at(-1);
    if (last?.kind === part.kind && (part.kind === 'said' || part.kind === 'thought')) {
      joined[joined.length - 1] = { ...last, text: joinedText(last.text, part.text) };
    } else joined.push(part);
    return joined;
  }, []);
}

const joinedText = (a: string, b: string): string => (/\s$|^$/.test(a) || /^\s/.test(b) ? a + b : `${a}\n${b}`);

function partOf(part: Json, used: UsedText): Part[] {
  const style = isObject(part.style) && typeof part.style.type === 'string' ? part.style.type : '';
  const type = [part.type, part.content_type, style].filter((one) => typeof one === 'string').join(' ');
  // "Thought for 5 s" is no thought.
  if (/recap/.test(type)) return [];
  if (part.thought === true || saysThought(type)) {
    const text = written(part, used, ['thinking', 'think', 'reasoning', 'thoughts', 'text', 'content', 'summary']);
    return text ? [{ kind: 'thought', text }] : [];
  }
  if (/result|output$|response$/i.test(type) || isObject(part.functionResponse)) {
    const from = isObject(part.functionResponse) ? part.functionResponse : part;
    const text =
      written(from, used, ['content', 'output', 'result', 'text']) ?? serialised(from.response ?? from.output, used);
    return text ? [{ kind: 'result', text }] : [];
  }
  if (/tool|function|call/i.test(type) || part.content_type === 'code' || isObject(part.functionCall)) {
    return [callPart(isObject(part.functionCall) ? part.functionCall : part, used)];
  }
  const text = written(part, used, ['text', 'content', 'value', 'output_text', 'markdown']);
  return text ? [{ kind: 'said', text }] : [];
}

/** A message's own fields whose name says thought: a text, a list of parts, an object that holds them. */
function thoughtsBeside(message: Json, used: UsedText): Part[] {
  for (const [name, value] of Object.entries(message)) {
    if (!saysThought(name) && name !== 'thinking_blocks') continue;
    const text = textIn(value, used);
    if (text?.trim()) return [{ kind: 'thought', text }];
  }
  return [];
}

function textIn(value: unknown, used: UsedText, depth = 0): string | null {
  if (depth > DEEPEST) return null;
  if (typeof value === 'string') return value.trim() === '' ? null : used.take(value);
  if (Array.isArray(value)) {
    const texts = value.flatMap((entry: unknown) => textIn(entry, used, depth + 1) ?? []);
    return texts.length > 0 ? texts.join('\n\n') : null;
  }
  return isObject(value)
    ? written(value, used, ['thinking', 'reasoning', 'text', 'content', 'description', 'summary'], depth + 1)
    : null;
}

/** The first of these fields that holds text. */
function written(part: Json, used: UsedText, names: readonly string[], depth = 0): string | null {
  for (const name of names) {
    const value = part[name];
    if (typeof value !== 'string' && !Array.isArray(value) && !(isObject(value) && name !== 'output')) continue;
    const text = textIn(value, used, depth + 1);
    if (text !== null) return text;
  }
  return null;
}

function callPart(call: Json, used: UsedText): Part {
  const own = isObject(call.function) ? call.function : call;
  const name = firstString(own, 'name', 'toolName', 'tool') ?? 'tool';
  const given = own.arguments ?? own.input ?? own.args ?? own.parameters;
  return { kind: 'call', text: `${name}\n${serialised(given, used) ?? ''}`.trim() };
}

/** Longer ones are no reading for a person. */
const MOST_CHARS = 20_000;

function serialised(value: unknown, used: UsedText): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return used.take(value);
  try {
    const text = JSON.stringify(
      value,
      (_, inner: unknown) => (typeof inner === 'string' ? used.take(inner) : inner),
      1,
    );
    return text.slice(0, MOST_CHARS);
  } catch {
    // Nested more deeply than can be written.
    return null;
  }
}
