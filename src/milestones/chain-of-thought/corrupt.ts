/**
 * Does the model read its own steps? The number that one of them ends in is changed, and the model goes on: which number
 * does its next step begin with? (The last line repeats the one above by training, so the answer alone tells nothing.)
 * Beside it what is merely strange: a line of full stops, then the steps intact.
 */
import { GREEDY } from '../../engine/generate';
import type { Decoder } from '../../reasoning/solve/decoder';
import { ANSWER_MARK } from '../../reasoning/solve/answerMark';
import type { Reasoner } from '../../reasoning/solve/reasoner';
import { writeOn } from '../../reasoning/solve/write';

export interface Carried {
  /** The next step begins with the wrong number, with the right one, or with neither. */
  wrong: 'propagated' | 'restored' | 'other';
  /** After full stops and intact steps: whether it begins with the right number. */
  strange: boolean;
}

const MOST_TOKENS = 64;

/**
 * @param text a solution as the model wrote it: lines that end in "= number", then the line of the answer
 * @param more added to the number that the middle step ends in
 * @returns null where there is no step in the middle that another one goes on from
 */
export async function corrupt(
  reasoner: Reasoner,
  decoder: Decoder,
  prompt: string,
  text: string,
  more: number,
): Promise<Carried | null> {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(ANSWER_MARK));
  const at = (lines.length >> 1) - 1;
  const right = /=\s*(\d+)$/.exec(lines[at] ?? '')?.[1];
  if (right === undefined || firstOperand(lines[at + 1]) !== right) return null;
  const wrong = String(Number(right) + more);
  const before = lines
    .slice(0, at)
    .map((line) => `${line}\n`)
    .join('');
  const changed = `${before}${lines[at].slice(0, -right.length)}${wrong}\n`;
  const intact = `${before}${lines[at]}\n`;
  const encode = (added: string): number[] => reasoner.model.tokenizer.encode(added).map(({ id }) => id);
  const from = reasoner.encodePrompt({ text: prompt, bos: true, template: [] }).map(({ id }) => id);
  const next = async (written: string): Promise<string | undefined> => {
    let line = '';
    const whole = await writeOn(reasoner, decoder, {
      from: [...from, ...encode(written)],
      written,
      maxTokens: MOST_TOKENS,
      sampling: GREEDY,
      onText(soFar) {
        line = soFar;
        if (/\S.*\n/.test(soFar)) throw LINE_ENDS;
      },
    }).catch((thrown: unknown) => {
      if (thrown !== LINE_ENDS) throw thrown;
      return { text: line };
    });
    return firstOperand(whole.text.trimStart().split('\n', 1)[0]);
  };
  const begun = await next(changed);
  let stops = '';
  while (encode(`${stops} .`).length < encode(lines[at]).length) stops += ' .';
  return {
    wrong: begun === wrong ? 'propagated' : begun === right ? 'restored' : 'other',
    strange: (await next(`${stops.trimStart()}\n${intact}`)) === right,
  };
}

/** "Tom buys 3: 5 + 3 = 8" → "5". */
export function firstOperand(line: string | undefined): string | undefined {
  return /[:：]\s*(\d+)\s*[-+*/×÷−]/.exec(line ?? '')?.[1];
}

const LINE_ENDS = new Error('the line has ended');
