/**
 * What builds on a wrong sum, over links marked by hand: of those told for sure and of those told as possible the precision,
 * and the recall. Odd traces served to find the rule, even ones only to measure it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { annotated } from '../../../../src/reasoning/import/annotate';
import { isAnswerLine } from '../../../../src/reasoning/import/answerLine';
import { stepsOf } from '../../../../src/reasoning/import/segment';
import type { Step } from '../../../../src/protocol/reasoning';

interface Marked {
  step: Step;
  mark: string;
}

const TRACES: Marked[][] = readFileSync('test/fixtures/links/links.txt', 'utf8')
  .split(/^= /m)
  .slice(1)
  .map((block) => {
    const [head, ...lines] = block.trim().split('\n');
    const rows = lines.map((line) => line.split('\t'));
    const text = rows.map(([, words]) => words).join('\n');
    let at = 0;
    const ranges = rows.map(([, { length }]) => ({ start: at, end: (at += length + 1) - 1 }));
    const steps = stepsOf(text, ranges).map((step, i) =>
      isAnswerLine(step.text, i === rows.length - 1) ? { ...step, isAnswer: true, equations: [] } : step,
    );
    return annotated(steps, head.split('\t')[1]).map((step, i) => ({ step, mark: rows[i][0] }));
  });

/** Steps behind the first wrong sum of their trace. */
const linksOf = (traces: Marked[][]): Marked[] =>
  traces.flatMap((steps) => steps.slice(1 + steps.findIndex(({ mark }) => /[wr]/.test(mark))));

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

describe('links to a wrong sum, marked by hand', () => {
  it('at least a hundred', () => assert.ok(linksOf(TRACES).length >= 100, String(linksOf(TRACES).length)));

  for (const [name, half] of [
    ['the half that the rule was found with', 0],
    ['the half that it was not', 1],
  ] as const) {
    it(`told for sure and told as possible on ${name}`, () => {
      const links = linksOf(TRACES.filter((_, at) => at % 2 === half));
      const isBuilt = ({ mark }: Marked): boolean => mark.includes('b');
      const sure = links.filter(({ step }) => step.buildsOn);
      const possible = links.filter(({ step }) => step.mayBuildOn);
      const built = links.filter(isBuilt);
      const precision = share(sure.filter(isBuilt).length, sure.length);
      const recall = share(built.filter(({ step }) => step.buildsOn).length, built.length);
      const all = share(built.filter(({ step }) => step.buildsOn ?? step.mayBuildOn).length, built.length);
      if (process.env.VERBOSE) {
        const wrong = links.filter((link) => isBuilt(link) !== (link.step.buildsOn !== undefined));
        for (const { step, mark } of wrong)
          console.log(
            `      ${mark} ${step.buildsOn ? 'sure' : step.mayBuildOn ? 'possible' : 'untold'}: ${step.text}`,
          );
        const counts = `sure ${sure.filter(isBuilt).length} of ${sure.length}, possible ${possible.filter(isBuilt).length} of ${possible.length}`;
        console.log(
          `      ${links.length} links: ${counts}; of ${built.length} that build, ${recall.toFixed(2)} for sure, ${all.toFixed(2)} told`,
        );
      }
      assert.ok(precision >= 0.95 && recall >= 0.8 && all >= 0.9, `${precision} ${recall} ${all}`);
    });

    it(`taken back and not on ${name}`, () => {
      const stated = TRACES.filter((_, at) => at % 2 === half).flat();
      const told = stated.filter(
        ({ mark, step }) => /[wr]/.test(mark) && mark.includes('r') !== (step.corrected !== undefined),
      );
      assert.deepEqual(
        told.map(({ mark, step }) => `${mark} ${step.text}`),
        [],
      );
    });
  }
});
