/**
 * How a model is asked: in the words that the bundled reasoner was trained on (training/README.md, "Prompts"), through
 * its own chat template, or by a fixed few-shot prompt in the same form.
 */
import { Template } from '@huggingface/jinja';
import type { Language, TextRange } from '../../protocol/reasoning';
import { instruction, languageOf } from './chatInstructions';

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

/** Stands for the question while a template is filled in: where it comes out is the person's text, whatever is in it. */
const PLACE = '\uE000';

function chatPrompt(style: PromptStyle, question: string, withSteps: boolean): Prompt {
  const parts = filledIn(style, `${PLACE}\n\n${instruction(languageOf(question), withSteps)}`).split(PLACE);
  const { bosToken = '' } = style;
  let text = '';
  const template = parts.map((part, i) => {
    if (i > 0) text += question;
    const start = text.length;
    text += part;
    return { start, end: text.length };
  });
  return { text, bos: bosToken === '' || !parts[0].startsWith(bosToken), template };
}

/** Whether a chat template can be followed: we know its language, and it passes on what is said. */
export function canFollow(style: PromptStyle): boolean {
  try {
    return filledIn(style, PLACE).includes(PLACE);
  } catch {
    return false;
  }
}

/** What the template makes of one message of a user. Throws what the template throws. */
function filledIn({ template, bosToken, eosToken }: PromptStyle, content: string): string {
  return new Template(template!).render({
    messages: [{ role: 'user', content }],
    add_generation_prompt: true,
    // Templates of thinking models open their own thought otherwise; ours is asked for in the message.
    enable_thinking: false,
    bos_token: bosToken ?? '',
    eos_token: eosToken ?? '',
  });
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
