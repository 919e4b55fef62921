/** What does it write? Continuations from fixed prompts and seeds, unedited, and whether its brackets balance. */
import { generate } from '../../src/engine/generate';
import type { LoadedModel } from '../../src/engine/model/load';

export const PROMPTS: readonly string[] = [
  'export function sum(values: number[]): number {\n',
  'def read_lines(path):\n    """Returns the lines of a file."""\n',
  'It was a dark night, and the old man ',
  '## Installation\n\n',
  'Question: John has five rabbits. He buys 3 more. How many rabbits does John have now?\nSteps:\n',
];

const SAMPLING = { temperature: 0.7, topK: 0, topP: 0.95 };
const LENGTH = 200;

export interface Generation {
  prompt: string;
  seed: number;
  text: string;
}

async function continueText(model: LoadedModel, prompt: string, seed: number): Promise<string> {
  const ids = model.tokenizer.encode(prompt, { bos: true }).map(({ id }) => id);
  const stopIds = model.tokenizer.eosId === undefined ? [] : [model.tokenizer.eosId];
  const made = await generate(model, ids, { maxTokens: LENGTH, sampling: { ...SAMPLING, seed }, stopIds });
  return model.tokenizer.decode(made);
}

export async function generations(model: LoadedModel): Promise<Generation[]> {
  const all: Generation[] = [];
  for (const [i, prompt] of PROMPTS.entries()) {
    const seed = i + 1;
    all.push({ prompt, seed, text: await continueText(model, prompt, seed) });
  }
  return all;
}

const JAVASCRIPT: readonly string[] = [
  'export function parse(text) {\n',
  'class Queue {\n  constructor() {\n',
  'const result = items.map((item) => {\n',
  "import fs from 'node:fs';\n\nexport async function load(path) {\n",
  'module.exports = {\n',
];
const SEEDS_EACH = 4;
const PARTNER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Share of the closing brackets in generated JavaScript that close the innermost open one. What is still open where
 * the 200 tokens end is not counted: the text goes on.
 */
export async function bracketBalance(model: LoadedModel): Promise<{ share: number; closing: number }> {
  let [right, closing] = [0, 0];
  for (const prompt of JAVASCRIPT) {
    for (let seed = 1; seed <= SEEDS_EACH; seed++) {
      const open: string[] = [];
      for (const letter of prompt + (await continueText(model, prompt, seed))) {
        if (letter === '(' || letter === '[' || letter === '{') open.push(letter);
        else if (Object.hasOwn(PARTNER, letter)) {
          closing++;
          if (open.at(-1) === PARTNER[letter]) right++;
          const at = open.lastIndexOf(PARTNER[letter]);
          if (at >= 0) open.length = at;
        }
      }
    }
  }
  return { share: right / closing, closing };
}
