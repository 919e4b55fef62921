/** Worked examples, in the form that is asked for: for models without a chat template, and small ones with one. */
import type { Language } from '../../protocol/reasoning';
import { ANSWER_MARK } from './answerMark';

export interface WorkedExample {
  question: string;
  steps: string[];
  answer: string;
}

/** Written for this project; three kinds of change, so that no single pattern is copied. */
const ENGLISH: readonly WorkedExample[] = [
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

const CHINESE: readonly WorkedExample[] = [
  {
    question: '安安有5支笔。她又买了3支，送给小波2支。安安现在有几支笔？',
    steps: ['又买了3支：5 + 3 = 8', '送给小波2支：8 - 2 = 6'],
    answer: '6',
  },
  {
    question: '每个盒子装4个杯子。一共有6个盒子，打碎了5个杯子。还剩几个杯子？',
    steps: ['一共有6个盒子：4 * 6 = 24', '打碎了5个杯子：24 - 5 = 19'],
    answer: '19',
  },
  {
    question: '乐乐把30枚硬币平均分成3份，自己留下一份，后来又得到7枚。乐乐现在有几枚硬币？',
    steps: ['平均分成3份：30 / 3 = 10', '后来又得到7枚：10 + 7 = 17'],
    answer: '17',
  },
];

/** In the language of the question: a model answers in that of what it is shown. */
export const WORKED_EXAMPLES: Readonly<Record<Language, readonly WorkedExample[]>> = { en: ENGLISH, zh: CHINESE };

/** What is to be written for one, without the line end after it. */
export const workedSolution = ({ steps, answer }: WorkedExample, withSteps: boolean): string =>
  [...(withSteps ? steps : []), `${ANSWER_MARK} ${answer}`].join('\n');
