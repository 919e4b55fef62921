/** Worked examples, in the form that is asked for: for models without a chat template, and small ones with one. */
import { ANSWER_MARK } from './answerMark';

interface WorkedExample {
  question: string;
  steps: string[];
  answer: string;
}

/** Written for this project; three kinds of change, so that no single pattern is copied. */
export const WORKED_EXAMPLES: readonly WorkedExample[] = [
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

/** What is to be written for one, without the line end after it. */
export const workedSolution = ({ steps, answer }: WorkedExample, withSteps: boolean): string =>
  [...(withSteps ? steps : []), `${ANSWER_MARK} ${answer}`].join('\n');
