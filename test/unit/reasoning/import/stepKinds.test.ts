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

  it('a second reader, who saw no marks, agrees with the first: kappa', () => {
    const lines = readFileSync('test/fixtures/stepKinds/secondReader.tsv', 'utf8').trim().split('\n').slice(1);
    const pairs = lines.flatMap((line) => {
      const [number, marks] = line.split('\t');
      return STEP_KINDS.map((kind) => [
        STEPS[Number(number) - 1].kinds.includes(kind),
        marks.split('+').includes(kind),
      ]);
    });
    const share = (isSo: (pair: boolean[]) => boolean): number => pairs.filter(isSo).length / pairs.length;
    const [first, second] = [share(([one]) => one), share(([, other]) => other)];
    const byChance = first * second + (1 - first) * (1 - second);
    const kappa = (share(([one, other]) => one === other) - byChance) / (1 - byChance);
    if (process.env.VERBOSE) console.log(`      kappa ${kappa.toFixed(3)} of ${lines.length} steps`);
    // Both readers are of one team and knew the cues, so that this says more of the marks' care than of the kinds.
    assert.ok(lines.length >= 100 && kappa >= 0.8, `${lines.length}: ${kappa}`);
  });

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
