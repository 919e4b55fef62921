/**
 * Is the reasoning used? Rates of each way in which steps are changed, for every model named, on fresh problems that it
 * solves (src/reasoning/ablation/usedReasoning.ts). Run by usedReasoning.mjs.
 */
import type { AlteredRow, Language, WordProblem } from '../src/protocol/reasoning';
import { usedReasoning } from '../src/reasoning/ablation/usedReasoning';
import { generateProblems } from '../src/reasoning/problems/problems';
import { loadReasoner } from '../src/reasoning/solve/load.node';
import { askedBy } from '../src/reasoning/solve/prompt';

const percent = (share: number): string => `${Math.round(100 * share)}`;

export interface Asked {
  count: number;
  steps: number;
  seed: number;
  language: Language | 'both';
  /** Of generated problems those whose numbers stay at or below this, all others being too hard. */
  most?: number;
  /** And whose steps all are of these signs. */
  signs?: string;
}

/** Drawn until so many are easy enough. */
function problemsOf({ count, steps, seed, language, most = Infinity, signs = '+-*/' }: Asked): WordProblem[] {
  const isEasy = ({ steps: shown }: WordProblem): boolean =>
    shown.every((step) => {
      const sum = step.slice(step.lastIndexOf(':') + 1);
      return signs.includes(/ ([-+*/]) /.exec(sum)![1]) && sum.match(/\d+/g)!.every((number) => Number(number) <= most);
    });
  for (let drawn = 4 * count; ; drawn *= 4) {
    const easy = generateProblems({ seed: seed * 100 + steps, count: drawn, steps, language }).filter(isEasy);
    if (easy.length >= count) return easy.slice(0, count);
    if (drawn > 1e6) throw new Error('Hardly any problem is like that.');
  }
}

/** What was asked, in words, and what came of it. */
export async function main(file: string, asked: Asked): Promise<{ name: string; rows: AlteredRow[] }> {
  const { count, steps, seed, language, most, signs } = asked;
  const reasoner = await loadReasoner(file);
  try {
    const options = {
      seed,
      count,
      steps,
      language,
      ...((most !== undefined || signs !== undefined) && { problems: problemsOf(asked) }),
      onProblem: (done: number, soFar: AlteredRow[]): Promise<void> => {
        process.stderr.write(
          `${done} of ${count}, ${soFar.find(({ altered }) => altered === 'filler')!.trials} solved\n`,
        );
        return Promise.resolve();
      },
    };
    const rows = await usedReasoning(reasoner, options);
    const kind = `${signs ? ` by ${signs}` : ''}${most === undefined ? '' : `, numbers up to ${most}`}, language ${language}`;
    const name = `${reasoner.model.card.name}, asked as ${askedBy(reasoner.style)}, ${count} problems of ${steps} ${steps === 1 ? 'step' : 'steps'}${kind}, seed ${seed}`;
    console.log(name);
    console.log('| changed | solved | as before, % | as implied, % | another, % |\n|---|---|---|---|---|');
    for (const { altered, trials, same, implied, other } of rows) {
      const cells = [same, implied, other].map(({ count: of, interval: [low, high] }) =>
        trials === 0 ? '–' : `${of} of ${trials} [${percent(low)}, ${percent(high)}]`,
      );
      console.log(`| ${altered} | ${trials} | ${cells.join(' | ')} |`);
    }
    const [{ after = [] }] = rows;
    console.log(`as before after 0, 1, … steps: ${after.map(({ same, trials: of }) => `${same} of ${of}`).join(', ')}`);
    return { name, rows };
  } finally {
    reasoner.model.kernel.close();
  }
}
