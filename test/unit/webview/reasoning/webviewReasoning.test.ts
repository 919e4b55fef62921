/** The pure parts of the chain-of-thought page: moving, dividing, remembering, comparing, exporting. */
import assert from 'node:assert/strict';
import type { Reading, Step } from '../../../../src/protocol/reasoning';
import { axisLabels, extent, withRoom } from '../../../../webview/reasoning/axis';
import { diffSteps } from '../../../../webview/reasoning/diff';
import { traceJson, traceMarkdown } from '../../../../webview/reasoning/exports';
import {
  begin,
  divided,
  emptyState,
  joined,
  knowsFrom,
  moved,
  wrongSteps,
  writtenSolution,
  type Shown,
  type State,
} from '../../../../webview/reasoning/state';
import { restored, save } from '../../../../webview/reasoning/saved';
import { answerSentences, reachSentence, windowSentence } from '../../../../webview/reasoning/words';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { annotated } from '../../../../src/reasoning/import/annotate';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';

const TEXT = 'a: 5 + 3 = 8\nb: 8 - 2 = 5\nc | d\n#### 5';

function shown(): Shown {
  const steps: Step[] = [];
  let start = 0;
  for (const text of TEXT.split('\n')) {
    const isAnswer = text.startsWith('#');
    steps.push({
      start,
      end: start + text.length,
      text,
      equations: findEquations(text),
      ...(isAnswer && { isAnswer }),
    });
    start += text.length + 1;
  }
  return {
    origin: { kind: 'live', modelName: 'm', prompt: 'native', ending: 'end' },
    question: 'How many?',
    expected: '6',
    text: TEXT,
    steps,
    answer: '5',
    ids: [1, 2],
    direct: { text: '#### 6', answer: '6' },
    logprobs: [],
  };
}

function state(): State {
  const made = emptyState();
  begin(made, shown());
  return made;
}

describe('chain-of-thought page', () => {
  it('moves to the ends and no further, and to errors round and round', () => {
    const one = shown();
    assert.equal(moved(one, 0, 'previous'), 0);
    assert.equal(moved(one, 3, 'next'), 3);
    assert.equal(moved(one, 1, 'next'), 2);
    assert.equal(moved(one, 1, 'last'), 3);
    assert.equal(moved(one, 3, 'first'), 0);
    assert.deepEqual(wrongSteps(one), [1]);
    assert.equal(moved(one, 0, 'error'), 1);
    assert.equal(moved(one, 1, 'error'), 1);
    assert.equal(moved(one, 3, 'error'), 1);
  });

  it('remembers trace, position, curve and what was measured; takes nothing from another version', () => {
    const before = state();
    before.position = 2;
    before.curve = [0.1, NaN, 0.9];
    const kl = Float32Array.of(NaN, 0.25);
    before.cuts.set(0, { step: 0, kl, before: 0.9, after: 0.4, answerBefore: '5', answerAfter: null });
    const sampling = { seed: 7, temperature: 0.6, topP: 0.95 };
    const shares = { samples: 2, changed: 1, rightKept: 0, rightReplaced: 1, kl: 1.5 };
    before.resamples.set(1, { step: 1, sampling, ...shares, kept: [], replaced: [] });
    const after = restored(JSON.parse(JSON.stringify(save(before))))!;
    assert.deepEqual(after.shown, before.shown);
    assert.equal(after.position, 2);
    assert.deepEqual([after.curve, after.cuts, after.resamples], [before.curve, before.cuts, before.resamples]);
    assert.equal(restored({ version: 2 }), null);
    assert.equal(restored('x'), null);
    const far = save(before);
    assert.equal(restored({ ...far, position: 99 })!.position, 3, 'a position beyond the end is brought back');
  });

  it('joins and divides steps without losing text', () => {
    const { steps, text } = shown();
    const one = joined(steps, 1);
    assert.deepEqual(
      one.map(({ start, end }) => text.slice(start, end)),
      ['a: 5 + 3 = 8\nb: 8 - 2 = 5', 'c | d', '#### 5'],
    );
    assert.deepEqual(
      divided(one, text, 12).map(({ start, end }) => text.slice(start, end)),
      ['a: 5 + 3 = 8', 'b: 8 - 2 = 5', 'c | d', '#### 5'],
    );
    assert.deepEqual(divided(steps, text, 0).length, 4, 'a cut at the edge divides nothing');
  });

  it('knows the answer from where it stays likelier than not', () => {
    assert.equal(knowsFrom([0.1, 0.6, 0.4, 0.7, 0.9]), 3);
    assert.equal(knowsFrom([0.6, 0.9]), 0);
    assert.equal(knowsFrom([0.6, 0.2]), null);
    assert.equal(knowsFrom([NaN, NaN, 0.3, 0.9]), 3);
    assert.equal(knowsFrom([0.3, NaN, 0.9, 0.9]), undefined, 'it may have been known before');
  });

  it('says no more of the curve than is known of it', () => {
    const last = (curve: number[]): string => answerSentences(shown(), curve).at(-1)!;
    assert.match(last([0.1, 0.2, 0.3, 0.2]), /never gives 6 more than half/);
    assert.match(last([0.1, 0.9, 0.3, 0.2]), /after the last step, it gives 6 no more than half/);
    assert.match(last([NaN, NaN, 0.3, 0.2]), /after the last step, it gives 6 no more than half/);
    assert.match(last([NaN, NaN, 0.9, 0.9]), /^First wrong sum: step 2|^Asked directly/);
    const one = state();
    one.reach = { whole: 3, withQuestion: true, context: 100 };
    assert.equal(reachSentence(one), null, 'everything was in sight');
    one.reach.whole = 2;
    assert.match(reachSentence(one)!, /^After step 2 only the question and the latest steps are in sight, at most 100/);
    assert.match(traceMarkdown(one), /after that step\.\n.*After step 2 only/);
    one.shown!.question = null;
    assert.match(reachSentence(one)!, /^After step 2 only the latest steps are in sight, at most 100/);
  });

  it('tells the answer in words first', () => {
    const [sums, first, direct, known] = answerSentences(shown(), [0.1, 0.2, 0.9, 0.9]);
    assert.equal(first, 'Step by step: 5, which is wrong; right is 6.');
    assert.equal(direct, 'Asked directly: 6, also right.');
    assert.equal(sums, 'First wrong sum: step 2, 8 - 2 = 5; it is 6. Not corrected.');
    assert.equal(known, 'It holds 6 for likelier than not from step 2 on.');
    const other: Shown = { ...shown(), origin: { kind: 'import', title: 'a.txt', format: 'plain', others: 0 } };
    const read = answerSentences(other, [0.1, 0.2, 0.9, 0.9], 'tiny').at(-1);
    assert.equal(read, 'As tiny reads it: It holds 6 for likelier than not from step 2 on.');
  });

  it('gives the writer’s tokens along only where they begin with the text', () => {
    assert.deepEqual(writtenSolution(shown()).ids, [1, 2]);
    const later = shown();
    later.steps = later.steps.slice(1);
    assert.equal(writtenSolution(later).ids, undefined);
  });

  it('shows what differs between two branches', () => {
    const rows = diffSteps(['a', 'b', 'c'], ['a', 'x', 'c', 'd']);
    assert.deepEqual(rows, [
      { left: 'a', right: 'a' },
      { left: 'b', right: 'x' },
      { left: 'c', right: 'c' },
      { left: null, right: 'd' },
    ]);
    for (const [left, right] of [
      [[], ['a']],
      [['a', 'b'], []],
      [
        ['a', 'b', 'c', 'a'],
        ['c', 'a', 'b'],
      ],
    ]) {
      const diff = diffSteps(left, right);
      assert.deepEqual(
        diff.flatMap((row) => row.left ?? []),
        left,
      );
      assert.deepEqual(
        diff.flatMap((row) => row.right ?? []),
        right,
      );
    }
  });

  describe('the picture’s axis', () => {
    /** Labels in order, of steps [first, end) of 400 on an axis of that many pixels. */
    const labelled = (first: number, end: number, width: number, position: number, question: string | null) => {
      const one = state();
      const [step] = one.shown!.steps;
      one.shown = { ...one.shown!, question, steps: Array.from({ length: 400 }, () => step) };
      one.position = position;
      const x = (at: number): number => (at < 0 ? 42 : 42 + ((at - first + 1) * (width - 60)) / (end - first));
      return withRoom(axisLabels(one, one.shown, { first, end, x }));
    };
    const words = (...args: Parameters<typeof labelled>): string[] => labelled(...args).map((label) => label.words);

    it('no two labels touch; where one stands, the first and the last stay', () => {
      for (const width of [200, 440, 500, 800, 1280]) {
        for (const [first, end] of [
          [0, 3],
          [0, 400],
          [27, 75],
          [351, 400],
        ]) {
          for (let position = first; position < end; position += 1 + (end - first) / 20) {
            const at = Math.floor(position);
            for (const question of ['How many?', null]) {
              const labels = labelled(first, end, width, at, question);
              const where = `${width} px, steps ${first + 1} to ${end}, at ${at + 1}: ${labels.map((one) => one.words).join()}`;
              const ranges = labels.map(extent).sort((a, b) => a[0] - b[0]);
              for (let i = 1; i < ranges.length; i++) assert.ok(ranges[i][0] - ranges[i - 1][1] >= 4, where);
              const shown = labels.map((one) => one.words);
              assert.ok(shown.includes(String(at + 1)), where);
              if (at - first > 60 / (width / (end - first))) {
                assert.equal(shown[0], question ? 'Question' : String(first + 1), where);
              }
              if (end - at > 40 / (width / (end - first))) assert.equal(shown.at(-1), String(end), where);
            }
          }
        }
      }
    });

    it('names the question only where there is one, and leaves room for all names where they fit', () => {
      assert.deepEqual(words(27, 75, 440, 50, 'How many?').slice(0, 2), ['Question', '35']);
      assert.deepEqual(words(27, 75, 440, 50, null).slice(0, 2), ['28', '35']);
      assert.deepEqual(words(0, 4, 500, 1, 'How many?'), ['Question', '1', '2', '3', '4']);
      assert.deepEqual(words(0, 4, 500, 1, null), ['1', '2', '3', '4']);
    });
  });

  it('says where a wrong sum that was taken back is gone on with all the same', () => {
    const first = (text: string): string => {
      const steps = annotated(stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines')), null);
      return answerSentences({ ...shown(), text, steps, direct: null, answer: '5' }, [])[1];
    };
    const back = "Hmm, that's wrong. It should be 30.";
    const told = 'First wrong sum: step 1, 5 * 6 = 35; it is 30.';
    assert.equal(first(`5 * 6 = 35.\n${back}\nSo 30 + 5 = 35.`), `${told} Step 2 takes it back.`);
    assert.equal(
      first(`5 * 6 = 35.\n${back}\nSo 35 + 5 = 40.`),
      `${told} Step 2 takes it back, but step 3 goes on with it.`,
    );
    assert.equal(
      first(`5 * 6 = 35.\n${back}\nSo 35 + 5 = 40.\nThen 40 * 2 = 80.`),
      `${told} Step 2 takes it back, but 2 steps after that build on it.`,
    );
    assert.equal(
      first(`5 * 6 = 35.\nSo 35 + 1 = 36.\n${back}\nSo 35 + 5 = 40.`),
      `${told} 2 later steps build on it. Step 3 takes it back, but step 4 goes on with it.`,
    );
  });

  it('says of a long trace in how many chunks it is read, what each has in sight, and how far that is', () => {
    const one = state();
    const reading = {
      firstStep: 0,
      ownStep: 0,
      endStep: 2,
      withQuestion: true,
      chunk: 0,
      chunks: 2,
      context: 100,
      tokens: [],
    };
    const put = (more: Partial<Reading>): void => {
      one.reading = { ...reading, ...more } as Reading;
      one.chunks.set(one.reading.chunk, one.reading);
    };
    assert.equal(windowSentence(one), null);
    put({});
    assert.equal(
      windowSentence(one),
      'At most 100 tokens are read at once, so it is read in 2 chunks, each with the question and the latest steps before it in sight. Read so far: 1; on show is chunk 1, steps 1 to 2.',
    );
    put({ chunk: 1, firstStep: 1, ownStep: 2, endStep: 4 });
    assert.match(windowSentence(one)!, / in sight\. All were read\.$/);
    put({ withQuestion: false });
    assert.match(windowSentence(one)!, /without the question, which is too long\. All were read\.$/);
    one.shown = { ...one.shown!, question: null };
    assert.doesNotMatch(windowSentence(one)!, /question/);
    one.chunks.clear();
    put({ chunks: 1, endStep: 4 });
    assert.equal(windowSentence(one), null, 'one that fits is not spoken of');
    const { end } = one.shown!.steps[1];
    const upTo = (at: number): Partial<Reading> => ({ tokens: [{ start: 0, end: at, label: 'a', surprisal: 1 }] });
    put({ chunks: 1, endStep: 2, ...upTo(end) });
    assert.equal(windowSentence(one), null);
    put({ chunks: 1, endStep: 2, ...upTo(end - 1) });
    const cut = /^Step 2 is longer than the 100 tokens that are read at once: only its beginning was read\.$/;
    assert.match(windowSentence(one)!, cut);
    put({ endStep: 2, ...upTo(end - 1) });
    assert.match(windowSentence(one)!, /chunk 1, steps 1 to 2\. Step 2 is longer than/);
  });

  it('exports Markdown that no step can break out of, and JSON with every number', () => {
    const one = state();
    one.curve = [0.1, 0.2, 0.3, 0.4];
    one.reading = {
      reading: { worker: 1, kept: 1 },
      modelName: 'm',
      layers: 1,
      heads: 1,
      attending: [1],
      experts: 0,
      firstStep: 0,
      ownStep: 0,
      endStep: 4,
      withQuestion: true,
      chunk: 0,
      chunks: 1,
      tokenCount: 9,
      context: 100,
      tokens: [{ start: 0, end: 2, label: 'a:', surprisal: 1.5 }],
      attention: Float32Array.from({ length: 24 }, (_, i) => i / 100),
      routing: new Float32Array(),
      ms: 1,
    } satisfies Reading;
    one.chunks.set(0, one.reading);
    const answers = { kept: [{ answer: '5', count: 2 }], replaced: [{ answer: '6', count: 2 }] };
    assert.doesNotMatch(traceMarkdown(one), /^## /m, 'what was not measured has no table');
    const shares = { samples: 2, changed: 1, rightKept: 0, rightReplaced: 1 };
    const sampling = { seed: 7, temperature: 0.6, topP: 0.95 };
    one.resamples.set(1, { step: 1, sampling, ...shares, ...answers, kl: 1.5 });
    const kl = Float32Array.of(NaN, 0.25, 0.75);
    one.cuts.set(0, { step: 0, kl, before: 0.9, after: 0.4, answerBefore: '5', answerAfter: '7' });
    const markdown = traceMarkdown(one);
    assert.match(markdown, /^## Each step cut by itself.*\n\n\| Step \|.*\n\|(---\|){6}\n/m);
    assert.match(markdown, /\n\| Step 1 \| 0\.50 \| 90\.0% \| 40\.0% \| 7 \| 2: 0\.25; 3: 0\.75 \|\n/);
    assert.match(markdown, /^## Each step written anew.*temperature 0\.6, top-p 0\.95.*\n\n.*\n\|(---\|){9}\n/m);
    assert.match(markdown, /\n\| Step 2 \| 2 \| 1 \| 0% \| 100% \| 1\.50 \| 5 × 2 \| 6 × 2 \| 7 \|\n/);
    assert.match(markdown, /\| 3 \| c \\\| d \|/);
    assert.match(markdown, /✗ 8 - 2 = 5 \(6\)/);
    const json = JSON.parse(traceJson(one)) as {
      steps: {
        probability: number;
        attention: unknown[];
        surprisal: unknown[];
        resampled: unknown;
        cut: unknown;
        isAnswer: boolean;
      }[];
    };
    assert.deepEqual(
      json.steps.map(({ probability, isAnswer }) => [probability, isAnswer]),
      [
        [0.2, false],
        [0.3, false],
        [0.4, false],
        [null, true],
      ],
    );
    assert.deepEqual(json.steps[0].surprisal, [{ token: 'a:', bits: 1.5 }]);
    assert.equal(json.steps[2].attention.length, 3);
    assert.deepEqual(
      json.steps.map(({ resampled }) => resampled),
      [null, one.resamples.get(1), null, null],
    );
    const cut = { step: 0, kl: [null, 0.25, 0.75], before: 0.9, after: 0.4, answerBefore: '5', answerAfter: '7' };
    assert.deepEqual(json.steps[0].cut, { ...cut, meanKl: 0.5 });
    assert.equal(json.steps[1].cut, null);
  });
});
