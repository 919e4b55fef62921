/**
 * Kinds of step by their cues, over steps that were marked by hand: of each kind the precision and the recall. Odd lines served
 * to find the cues, even lines only to measure them.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { STEP_KINDS, type StepKind } from '../../../../src/protocol/reasoning';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { kindsOf } from '../../../../src/reasoning/import/kinds';

const STEPS = readFileSync('test/fixtures/stepKinds/steps.tsv', 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const [marks, text] = line.split('\t');
    return { kinds: marks === '-' ? [] : (marks.split('+') as StepKind[]), text: text.replaceAll('\\n', '\n') };
  });

interface Score {
  precision: number;
  recall: number;
  marked: number;
}

function scores(steps: typeof STEPS): Record<StepKind, Score> {
  const found = steps.map(({ text }) => kindsOf({ start: 0, end: text.length, text, equations: findEquations(text) }));
  const entries = STEP_KINDS.map((kind) => {
    const marked = steps.filter(({ kinds }) => kinds.includes(kind)).length;
    const told = found.filter((kinds) => kinds.includes(kind)).length;
    const both = steps.filter(({ kinds }, i) => kinds.includes(kind) && found[i].includes(kind)).length;
    return [kind, { precision: told === 0 ? 1 : both / told, recall: marked === 0 ? 1 : both / marked, marked }];
  });
  return Object.fromEntries(entries) as Record<StepKind, Score>;
}

describe('kinds of step', () => {
  it('a step of each kind, in both languages', () => assert.ok(STEPS.length >= 300, String(STEPS.length)));

  for (const [name, half] of [
    ['the half that the cues were found with', 0],
    ['the half that they were not', 1],
  ] as const) {
    it(`precision and recall on ${name}`, () => {
      const measured = scores(STEPS.filter((_, at) => at % 2 === half));
      const lines = Object.entries(measured).map(
        ([kind, { precision, recall, marked }]) =>
          `      ${kind.padEnd(10)} precision ${precision.toFixed(2)}  recall ${recall.toFixed(2)}  of ${marked}`,
      );
      if (process.env.VERBOSE) console.log(lines.join('\n'));
      for (const [kind, { precision, recall }] of Object.entries(measured)) {
        assert.ok(precision >= 0.6 && recall >= 0.3, `${kind}: ${precision.toFixed(2)}, ${recall.toFixed(2)}`);
      }
    });
  }
});
