/**
 * How a model is asked: in the words that the bundled reasoner was trained on (training/README.md, "Prompts"), through
 * its own chat template, or by a fixed few-shot prompt in the same form.
 */
import type { AskedBy, Language, TextRange } from '../../protocol/reasoning';
import { languageOf } from './chatInstructions';
import { PLACE, type FilledTemplate } from './chatTemplate';

export type PromptStyle =
  | { kind: 'native' }
  /** The model's chat template, filled in, and the spelling of its start token; empty: it has none. */
  | { kind: 'chat'; filled: FilledTemplate; bosToken: string }
  /** `isInstead`: of a chat template that takes more than a template may. */
  | { kind: 'few-shot'; isInstead?: true };

/** What is said of it. */
export const askedBy = (style: PromptStyle): AskedBy =>
  style.kind === 'few-shot' && style.isInstead ? 'instead' : style.kind;

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

/** Ends a chain of thought: what follows is the answer, and nothing else. */
export const ANSWER_MARK = '####';

export function buildPrompt(style: PromptStyle, question: string, withSteps: boolean): Prompt {
  const asked = question.trim();
  if (style.kind === 'chat') return chatPrompt(style, asked, withSteps);
  const language = languageOf(asked);
  const shots = style.kind === 'few-shot' ? SHOTS.map((shot) => shotText(shot, withSteps)).join('') : '';
  const { question: label, direct, steps } = LABELS[language];
  // The line end belongs to the prompt: ":\n" is one token of the bundled model.
  const text = `${shots}${label}${asked}\n${withSteps ? `${steps}\n` : direct}`;
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

interface Shot {
  question: string;
  steps: string[];
  answer: string;
}

/** Written for this project; three kinds of change, so that no single pattern is copied. */
const SHOTS: readonly Shot[] = [
  {
    question: 'Ann has 5 pens. She buys 3 more and gives 2 to Bob. How many pens does Ann have now?',
    steps: ['She buys 3 more: 5 + 3 = 8', 'gives 2 to Bob: 8 - 2 = 6'],
    answer: '6',
  },
  {
    question: 'Each box holds 4 cups. There are 6 boxes, and 5 cups break. How many cups are left?',
    steps: ['There are 6 boxes: 4 * 6 = 24', '5 cups break: 24 - 5 = 19'],
    answer: '19',
  },
  {
    question: 'Leo has 30 coins. He shares them equally among 3 people, keeps one share, then finds 7 coins. How many?',
    steps: ['He shares them equally among 3 people: 30 / 3 = 10', 'finds 7 coins: 10 + 7 = 17'],
    answer: '17',
  },
];

function shotText({ question, steps, answer }: Shot, withSteps: boolean): string {
  const { question: label, direct, steps: stepsLabel } = LABELS.en;
  const solution = withSteps
    ? `${stepsLabel}\n${[...steps, `${ANSWER_MARK} ${answer}`].join('\n')}`
    : `${direct} ${ANSWER_MARK} ${answer}`;
  return `${label}${question}\n${solution}\n\n`;
}
