/** Turns from texts that people copy or export: `ollama run` in a terminal, Open WebUI's <details>, Markdown chats, 解…答. */
import { roleOf, saysThought, type Part, type Turn } from './turns';

const turn = (role: Turn['role'], ...parts: Part[]): Turn => ({
  role,
  parts: parts.filter(({ text }) => text.trim() !== ''),
});
const said = (text: string): Part => ({ kind: 'said', text: text.trim() });
const thought = (text: string): Part => ({ kind: 'thought', text: text.trim() });

/** What programs print behind an answer of how long it took. */
const COUNTS = /^\s{0,8}(?:total duration:\s|llama_(?:perf|print)_|\[ Prompt: )/;

/** ">>> question", "Thinking…", "…done thinking.", answer; the last question counts. */
export function terminalTurns(text: string): Turn[] | null {
  const lines = text.split('\n');
  const begun = lines.findLastIndex((line) => /^\s{0,8}(?:Thinking|思考中?)\s?(?:\.{3}|…)\s*$/i.test(line));
  if (begun < 0) return null;
  const done = lines.findIndex((line, at) => at > begun && /^\s{0,8}(?:\.{3}|…)\s?done thinking\.?\s*$/i.test(line));
  const asked = lines.slice(0, begun).findLastIndex((line) => /^>>> /.test(line));
  const question = lines.slice(asked < 0 ? 0 : asked, begun).join('\n');
  const rest = done < 0 ? [] : lines.slice(done + 1);
  const next = rest.findIndex((line) => /^>>>(?: |$)/.test(line) || COUNTS.test(line));
  return [
    turn('user', said(question.replace(/^>>> ?|^(?:\.{3}) /gm, ''))),
    turn(
      'assistant',
      thought(lines.slice(begun + 1, done < 0 ? undefined : done).join('\n')),
      said((next < 0 ? rest : rest.slice(0, next)).join('\n')),
    ),
  ];
}

/** <details type="reasoning"><summary>…</summary> quoted lines </details>: each may come again. */
export function detailsTurns(text: string): Turn[] | null {
  const parts: Part[] = [];
  let at = 0;
  for (let opened = next(text, 0); opened; opened = next(text, at)) {
    parts.push(said(text.slice(at, opened.from)));
    const closed = text.indexOf('</details>', opened.to);
    const end = closed < 0 ? text.length : closed;
    const inner = text.slice(opened.to, end).replace(/^\s*<summary>[^<]{0,400}<\/summary>/, '');
    parts.push(thought(inner.replace(/^[ \t]{0,4}(?:>|&gt;) ?/gm, '')));
    at = closed < 0 ? text.length : closed + '</details>'.length;
  }
  if (parts.length === 0) return null;
  parts.push(said(text.slice(at)));
  const [asked, ...answer] = parts;
  // What stands before the first thought is what was asked, as in an exported chat.
  return [turn('user', asked), turn('assistant', ...answer)].filter((one) => one.parts.length > 0);
}

function next(text: string, from: number): { from: number; to: number } | null {
  const pattern = /<details(?:\s[^<>]{0,300})?>/g;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const head = text.slice(pattern.lastIndex, pattern.lastIndex + 200);
    const summary = /^\s*<summary>([^<]*)/.exec(head)?.[1] ?? '';
    const isThought = /type\s*=\s*["']?reasoning/i.test(match[0]) || saysThought(summary) || /思考|推理/.test(summary);
    if (isThought) return { from: match.index, to: pattern.lastIndex };
  }
  return null;
}

const HEADING =
  /^[ \t]{0,3}(?:#{1,6}[ \t]+)?(?:\*\*|__)?([\p{L}\d][\p{L}\d .-]{0,30}?)(?:\*\*|__)?[ \t]{0,3}(?:([:：])(?:\*\*|__)?[ \t]*(.*)|)$/u;

/** "## User" and "## Assistant", "**Human:** …": at least one of each. */
export function markdownTurns(text: string): Turn[] | null {
  const turns: { role: Turn['role']; lines: string[]; kind: Part['kind'] }[] = [];
  let inCode = false;
  for (const line of text.split('\n')) {
    if (/^\s{0,3}(?:```|~~~)/.test(line)) inCode = !inCode;
    const match = inCode || line.length > 4000 ? null : HEADING.exec(line);
    const isHeading = match !== null && (match[2] !== undefined || /^[ \t]*(?:#|\*\*|__)/.test(line));
    const role = isHeading ? roleOf(match[1]) : null;
    const isThought =
      isHeading &&
      !role &&
      turns.at(-1)?.role === 'assistant' &&
      /^(?:thinking|thoughts?|reasoning|思考过程?|推理过程?)$/i.test(match[1]);
    const isReply = turns.at(-1)?.kind === 'thought' || turns.at(-1)?.role === 'user';
    const isAnswer = isHeading && isReply && /^(?:(?:final )?answer|response|reply|output|回答|回复)$/i.test(match[1]);
    if (role) turns.push({ role, lines: [match![3] ?? ''], kind: 'said' });
    else if (isThought || isAnswer) {
      turns.push({ role: 'assistant', lines: [match[3] ?? ''], kind: isThought ? 'thought' : 'said' });
    } else turns.at(-1)?.lines.push(line);
  }
  if (!turns.some(({ role }) => role === 'user') || !turns.some(({ role }) => role === 'assistant')) return null;
  return turns.map(({ role, lines, kind }) => turn(role, { kind, text: lines.join('\n').trim() }));
}

/** 题 … 解：… 答：…: the answer's line is no step. */
export function chineseTurns(text: string): Turn[] | null {
  const solution = /(?:^|\n)[ \t]{0,8}(?:解|解答|解法|解析)\s?[:：]/.exec(text);
  const answer = solution && /\n[ \t]{0,8}(?:答|答案)\s?[:：]/.exec(text.slice(solution.index + solution[0].length));
  if (!solution || !answer) return null;
  const from = solution.index + solution[0].length;
  return [
    turn('user', said(text.slice(0, solution.index).replace(/^\s{0,8}(?:题目?|问题|例\d*)\s?[:：.．]\s?/, ''))),
    turn('assistant', thought(text.slice(from, from + answer.index)), said(text.slice(from + answer.index))),
  ].filter(({ parts }) => parts.length > 0);
}
