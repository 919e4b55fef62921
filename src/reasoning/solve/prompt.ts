/**
 * How a model is asked: in the words that the bundled reasoner was trained on (training/README.md, "Prompts"), through
 * its own chat template, of a small model with worked examples as earlier turns, or by a fixed few-shot prompt in the same form.
 */
import type { AskedBy, Language, TextRange } from '../../protocol/reasoning';
import { languageOf } from './chatInstructions';
import { ANSWER_MARK } from './answerMark';
import { PLACE, type FilledTemplate } from './chatTemplate';
import { WORKED_EXAMPLES, workedSolution, type WorkedExample } from './workedExamples';

export type PromptStyle =
  | { kind: 'native' }
  /** The model's chat template, filled in, and the spelling of its start token; empty: it has none. */
  | { kind: 'chat'; filled: FilledTemplate; bosToken: string; withExamples: boolean }
  /** `isInstead`: of a chat template that takes more than a template may. */
  | { kind: 'few-shot'; isInstead?: true };

/** What is said of it. */
export function askedBy(style: PromptStyle): AskedBy {
  if (style.kind === 'few-shot' && style.isInstead) return 'instead';
  return style.kind === 'chat' && style.withExamples ? 'chat-examples' : style.kind;
}

/** Whether worked examples are a part of every prompt. */
export const hasExamples = (style: PromptStyle): boolean =>
  style.kind === 'few-shot' || (style.kind === 'chat' && style.withExamples);

export interface Prompt {
  text: string;
  /** Whether the tokenizer's own BOS goes in front; templates write theirs themselves. */
  bos: boolean;
  /** What a chat template wrote: only there are spellings of control tokens those tokens. UTF-16, in order. */
  template: TextRange[];
}

const LABELS: Readonly<Record<Language, { question: string; direct: string; steps: string }>> = {
  en: { question: 'Question: ', direct: 'Answer:', steps: 'Steps:' },
  zh: { question: '问题：', direct: '答案：', steps: '步骤：' },
};

export function buildPrompt(style: PromptStyle, question: string, withSteps: boolean): Prompt {
  const asked = question.trim();
  if (style.kind === 'chat') return chatPrompt(style, asked, withSteps);
  const language = languageOf(asked);
  const shown = style.kind === 'few-shot' ? WORKED_EXAMPLES[language] : [];
  const examples = shown.map((one) => exampleText(one, language, withSteps)).join('');
  const { question: label, direct, steps } = LABELS[language];
  // The line end belongs to the prompt: ":\n" is one token of the bundled model.
  const text = `${examples}${label}${asked}\n${withSteps ? `${steps}\n` : direct}`;
  return { text, bos: true, template: [] };
}

/** What is put between steps and the answer that is forced after them. */
export function forcedTail(stepsSoFar: string): string {
  return `${stepsSoFar === '' || stepsSoFar.endsWith('\n') ? '' : '\n'}${ANSWER_MARK} `;
}

function chatPrompt(
  { filled, bosToken }: PromptStyle & { kind: 'chat' },
  question: string,
  withSteps: boolean,
): Prompt {
  const parts = filled[languageOf(question)][withSteps ? 'steps' : 'direct'].split(PLACE);
  let text = '';
  const template = parts.map((part, i) => {
    if (i > 0) text += question;
    const start = text.length;
    text += part;
    return { start, end: text.length };
  });
  return { text, bos: bosToken === '' || !parts[0].startsWith(bosToken), template };
}

function exampleText(example: WorkedExample, language: Language, withSteps: boolean): string {
  const { question: label, direct, steps } = LABELS[language];
  const solution = `${withSteps ? `${steps}\n` : `${direct} `}${workedSolution(example, withSteps)}`;
  return `${label}${example.question}\n${solution}\n\n`;
}
