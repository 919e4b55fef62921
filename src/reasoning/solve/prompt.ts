/**
 * How a model is asked: in the words that the bundled reasoner was trained on (training/README.md, "Prompts"), through
 * its own chat template, or by a fixed few-shot prompt in the same form.
 */
import { Template } from '@huggingface/jinja';
import type { Language } from '../../protocol/reasoning';
import { languageOf, spokenQuestion } from './spoken';

export type PromptKind = 'native' | 'chat' | 'few-shot';

export interface PromptStyle {
  kind: PromptKind;
  /** The model's chat template, for kind chat. */
  template?: string;
  /** Spellings that chat templates ask for. */
  bosToken?: string;
  eosToken?: string;
}

export interface Prompt {
  text: string;
  /** Whether the tokenizer's own BOS goes in front; templates write theirs themselves. */
  bos: boolean;
  /** Whether spellings of control tokens in the text are those tokens. */
  special: boolean;
  /** UTF-16 place of the question in the text. */
  question: { start: number; end: number };
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
  const before = `${shots}${label}`;
  // The line end belongs to the prompt: ":\n" is one token of the bundled model.
  const text = `${before}${asked}\n${withSteps ? `${steps}\n` : direct}`;
  return { text, bos: true, special: false, question: { start: before.length, end: before.length + asked.length } };
}

/** What is put between steps and the answer that is forced after them. */
export function forcedTail(stepsSoFar: string): string {
  return `${stepsSoFar === '' || stepsSoFar.endsWith('\n') ? '' : '\n'}${ANSWER_MARK} `;
}

function chatPrompt({ template, bosToken, eosToken }: PromptStyle, question: string, withSteps: boolean): Prompt {
  const messages = [{ role: 'user', content: spokenQuestion(question, withSteps) }];
  const rendered = new Template(template!).render({
    messages,
    add_generation_prompt: true,
    // Templates of thinking models open their own thought otherwise; ours is asked for in the message.
    enable_thinking: false,
    bos_token: bosToken ?? '',
    eos_token: eosToken ?? '',
  });
  const start = Math.max(0, rendered.indexOf(question));
  const writesBos = bosToken !== undefined && bosToken !== '' && rendered.startsWith(bosToken);
  return { text: rendered, bos: !writesBos, special: true, question: { start, end: start + question.length } };
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
