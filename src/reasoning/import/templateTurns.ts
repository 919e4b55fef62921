/**
 * Turns from the raw text of a chat template: special tokens tell who speaks and what is thought. gpt-oss' channels, ChatML
 * (Qwen), Llama 3, DeepSeek R1, Cohere, Phi, Gemma, Mistral, OpenThoughts; other tokens are marks, too, and no text.
 */
import { roleOf, saysThought, type Part, type Turn } from './turns';

const TOKEN =
  /<[|｜]([^|｜<>\n]{1,48})[|｜]>|<(start_of_turn|end_of_turn|bos|eos|\/?s)>|\[(\/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS))\]/g;

/** What the text behind a token is: a role's or a channel's name, or content. */
type Expects = 'content' | 'role' | 'channel' | 'role-line' | 'nothing';

export const hasTemplateTokens = (text: string): boolean =>
  [...text.slice(0, FIRST_CHARS).matchAll(TOKEN)].some(([, token, plain, square]) => {
    const name = nameOf(token ?? plain ?? square);
    return roleIn(name) !== null || saysThought(name) || STARTS.test(name);
  });

/** Tokens come early, if at all. */
const FIRST_CHARS = 100_000;
const STARTS = /^(?:im_start|start_header_id|start|channel|start_of_turn|inst|begin_of_\w+)$/;

/** null: there are no such tokens, or nobody answers. */
export function templateTurns(text: string): Turn[] | null {
  if (!hasTemplateTokens(text)) return null;
  const turns: Turn[] = [];
  let expects: Expects = 'content';
  let kind: Part['kind'] = 'said';
  const speaks = (role: Turn['role']): void => void turns.push({ role, parts: [] });
  const write = (own: string): void => {
    if (own.trim() === '' || expects === 'nothing') return;
    if (expects === 'role' || expects === 'role-line') {
      const line = expects === 'role' ? own : own.split('\n', 1)[0];
      speaks(roleOf(line.trim().split(/\s/, 1)[0]) ?? (IS_TOOL.test(line) ? 'tool' : 'assistant'));
      kind = 'said';
      const rest = own.slice(line.length);
      expects = 'content';
      if (rest.trim() !== '') write(rest);
    } else if (expects === 'channel') kind = channelKind(own.trim());
    else {
      if (turns.length === 0) speaks('assistant');
      const { role, parts } = turns.at(-1)!;
      parts.push({ kind: role === 'tool' ? 'result' : kind, text: own.trim() });
    }
  };
  let at = 0;
  for (const { index, 0: whole, 1: token, 2: plain, 3: square } of text.matchAll(TOKEN)) {
    write(text.slice(at, index));
    at = index + whole.length;
    const name = nameOf(token ?? plain ?? square);
    const role = roleIn(name);
    if (role) speaks(role);
    expects = expected(name);
    if (saysThought(name)) kind = /^(?:\/|end)/.test(name) ? 'said' : 'thought';
    else if (role || expects !== 'content' || /solution|response|^(?:end|im_end|return|call|eot_id)/.test(name))
      kind = 'said';
    else if (name === 'message') kind = lastChannel(text, index, kind);
    // gpt-oss says which type a call's words have.
    if (name === 'constrain') expects = 'nothing';
    if (name === 'start' || name === 'channel') expects = name === 'start' ? 'role' : 'channel';
    if (name === 'channel' && turns.length === 0) speaks('assistant');
  }
  write(text.slice(at));
  const withWords = turns.filter(({ parts }) => parts.length > 0);
  return withWords.some(({ role }) => role === 'assistant') ? withWords : null;
}

/** gpt-oss' tools speak under their own names, to the assistant. */
const IS_TOOL = /\bto=assistant\b|^(?:functions|browser|python)\b/;

/** The channel's name stands right before the token that begins its message. */
function lastChannel(text: string, at: number, otherwise: Part['kind']): Part['kind'] {
  const before = text.slice(Math.max(0, at - 160), at);
  const [, channel] = /[|｜]channel[|｜]>([^<\n]{1,80})(?:<[|｜]constrain[|｜]>[^<\n]{0,32})?$/.exec(before) ?? [];
  return channel === undefined ? otherwise : channelKind(channel.trim());
}

function channelKind(channel: string): Part['kind'] {
  if (/^commentary\s+to=|\sto=functions/.test(channel)) return 'call';
  return saysThought(channel) ? 'thought' : 'said';
}

function expected(name: string): Expects {
  if (name === 'start_header_id') return 'role';
  return name === 'im_start' || name === 'start_of_turn' ? 'role-line' : 'content';
}

const nameOf = (token: string): string => token.replaceAll('▁', '_').toLowerCase();

/** <|user|>, <｜Assistant｜>, <|CHATBOT_TOKEN|>, [INST]. */
function roleIn(name: string): Turn['role'] | null {
  if (name === 'inst') return 'user';
  if (name === '/inst') return 'assistant';
  if (name === 'system_prompt' || name === 'available_tools') return 'system';
  if (name === 'tool_results') return 'tool';
  return roleOf(name.replace(/_token$/, ''));
}
