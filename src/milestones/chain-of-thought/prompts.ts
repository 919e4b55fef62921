/** How a problem is put to the model: worked examples first, in the trained form or in the paper's. */
import type { WordProblem } from '../../protocol/reasoning';
import { finalAnswer } from '../../reasoning/import/answer';
import type { Decoder } from '../../reasoning/solve/decoder';
import { ANSWER_MARK } from '../../reasoning/solve/answerMark';
import { buildPrompt, type PromptStyle } from '../../reasoning/solve/prompt';
import type { Reasoner } from '../../reasoning/solve/reasoner';
import { writeOn } from '../../reasoning/solve/write';
import { GREEDY } from '../../engine/generate';
import type { PromptRow } from './options';

const NATIVE: PromptStyle = { kind: 'native' };
/** More than any right solution of eight steps. */
const MAX_TOKENS = { worked: 256, direct: 12 };

export type Asking = Pick<PromptRow, 'form' | 'worked'>;

/** The whole prompt; `examples` are in the problem's language. */
export function promptText({ form, worked }: Asking, examples: readonly WordProblem[], question: string): string {
  if (form === 'trained') {
    const shown = examples.map((example) => {
      const before = buildPrompt(NATIVE, example.question, worked).text;
      const steps = worked ? example.steps.map((step) => `${step}\n`).join('') : ' ';
      return `${before}${steps}${ANSWER_MARK} ${example.answer}\n\n`;
    });
    return shown.join('') + buildPrompt(NATIVE, question, worked).text;
  }
  // Wei et al. 2022, table 20: "Q: … A: There are … The answer is 6."
  const shown = examples.map((example) => {
    const steps = worked ? `${example.steps.join('. ')}. ` : '';
    return `Q: ${example.question}\nA: ${steps}The answer is ${example.answer}.\n\n`;
  });
  return `${shown.join('')}Q: ${question}\nA:`;
}

export interface Answered {
  answer: string | null;
  text: string;
}

/** Greedy. In the paper's form the answer ends with its line. The decoder is shared, so that examples are read once. */
export async function ask(
  reasoner: Reasoner,
  decoder: Decoder,
  asking: Asking,
  prompt: string,
  pause: () => Promise<void>,
): Promise<Answered> {
  const from = reasoner.encodePrompt({ text: prompt, bos: true, template: [] });
  let line: string | null = null;
  try {
    const { text } = await writeOn(reasoner, decoder, {
      from: from.map(({ id }) => id),
      written: '',
      maxTokens: asking.worked || asking.form === 'paper' ? MAX_TOKENS.worked : MAX_TOKENS.direct,
      sampling: GREEDY,
      async onText(soFar) {
        await pause();
        if (asking.form !== 'paper' || !/\S.*\n/.test(soFar)) return;
        line = soFar.trimStart().split('\n', 1)[0];
        throw LINE_ENDS;
      },
    });
    return { answer: finalAnswer(text), text };
  } catch (thrown) {
    if (thrown !== LINE_ENDS || line === null) throw thrown;
    return { answer: finalAnswer(line), text: line };
  }
}

const LINE_ENDS = new Error('the line has ended');
