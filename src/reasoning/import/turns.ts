/** A conversation in turns: what every reader makes of its file, and what a chain of thought is made of. */

/** said: to the reader; thought: before that; call, result: of a tool. */
export interface Part {
  kind: 'said' | 'thought' | 'call' | 'result';
  text: string;
}

export interface Turn {
  role: 'user' | 'assistant' | 'system' | 'tool';
  parts: Part[];
  /** As the server gave them; of this turn's text. */
  logprobs?: unknown;
}

/** Whose turn it is, by the words that chats use. */
export function roleOf(name: unknown): Turn['role'] | null {
  if (typeof name !== 'string') return null;
  const role = name.trim().toLowerCase();
  if (/^(?:user|human|prompt|prompter|instruction|customer|you|question|用户|问|me)$/.test(role)) return 'user';
  if (/^(?:tool|function|ipython|observation|environment|tool_?result|function_?response)$/.test(role)) return 'tool';
  if (/^(?:system|developer|context)$/.test(role)) return 'system';
  // Names of models stand for them in some exports.
  return /^(?:assistant|ai|gpt|bot|chatbot|model|chatgpt|claude|gemini|助手|答)$/.test(role) ||
    /^(?:gpt|claude|gemini|llama|qwen|deepseek|mistral|o\d)[-\d. ]/.test(role)
    ? 'assistant'
    : null;
}

/** Whether a name says that something is thought rather than said: reasoning_content, thinking, seed:think, analysis, cot. */
export function saysThought(name: string): boolean {
  return (
    /think|thought|reason|analysis|reflect|scratchpad|(?:^|[_-])cot(?:$|[_-])|rationale|trajector/i.test(name) &&
    !/effort|tokens?$|budget|enabled|type$|format$|id$|duration|model$|finish|stop|time/i.test(name)
  );
}

export const textOf = (parts: readonly Part[], ...kinds: Part['kind'][]): string =>
  parts
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join('\n\n');
