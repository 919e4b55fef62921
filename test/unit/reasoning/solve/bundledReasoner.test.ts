/** What the bundled reasoner does is measured rightly: against plain recomputation, number by number. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { forward } from '../../../../src/engine/model/forward';
import { logitsAt } from '../../../../src/engine/model/logits';
import { Trace } from '../../../../src/engine/trace/trace';
import { headWeights } from '../../../../src/engine/trace/weights';
import type { Problem } from '../../../../src/protocol/problem';
import type { Solution, WordProblem, WrittenSolution } from '../../../../src/protocol/reasoning';
import { segment } from '../../../../src/reasoning/import/segment';
import { generateProblems } from '../../../../src/reasoning/problems/problems';
import { contextOf, read } from '../../../../src/reasoning/reading/read';
import { loadReasoner } from '../../../../src/reasoning/solve/load.node';
import { confidenceOf } from '../../../../src/reasoning/solve/confidence.node';
import { Reasoner } from '../../../../src/reasoning/solve/reasoner';
import { solve } from '../../../../src/reasoning/solve/solve';
import { compare } from '../../../../src/reasoning/ablation/compare';
import { reachOf } from '../../../../src/reasoning/ablation/reach';
import { answerCurve } from '../../../../src/reasoning/ablation/curve';
import { cutSteps } from '../../../../src/reasoning/ablation/cut';
import { resample } from '../../../../src/reasoning/ablation/resample';
import { ANSWER_ROOM, tokenized } from '../../../../src/reasoning/ablation/tokenizedSolution';
import { assertClose } from '../../../support/close';
import { logSumExp } from '../../../../src/shared/softmax';

const quiet = async (): Promise<void> => {};

describe('the bundled reasoner', function () {
  this.timeout(60_000);
  let reasoner: Reasoner;
  let problem: WordProblem;
  let solution: Solution;
  let written: WrittenSolution;
  before(async () => {
    const { reasoner: file } = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as { reasoner: string };
    reasoner = await loadReasoner(path.join('media/models', file));
    for (const candidate of generateProblems({ seed: 5, count: 20, steps: 3, language: 'en' })) {
      problem = candidate;
      solution = await solve(reasoner, problem.question, { withSteps: true });
      if (solution.answer === problem.answer) break;
    }
    const steps = segment(solution.text, { start: 0, end: solution.text.length }, 'lines');
    written = { question: problem.question, text: solution.text, textStart: 0, steps, ids: solution.ids };
  });

  it('solves a problem in the form it was trained on, and the same again gives the same', async () => {
    assert.equal(reasoner.style.kind, 'native');
    assert.equal(solution.answer, problem.answer);
    assert.equal(written.steps.length, 3);
    const again = await solve(reasoner, problem.question, { withSteps: true });
    assert.deepEqual(again.ids, solution.ids);
  });

  it('knows that it knows a problem of its kind, and one of another kind not; says nothing of another file', async () => {
    const known = (await confidenceOf(reasoner, problem.question, solution, quiet))!;
    assert.ok(known.isKnown && known.chance > 0.5, String(known.chance));
    assert.ok(known.unsure.of > 50 && known.unsure.right < known.unsure.of / 2);
    const question = 'A cyclist covers 45 km in 3 hours. At the same speed, how many minutes does she need for 10 km?';
    const guess = await solve(reasoner, question, { withSteps: true });
    const unknown = (await confidenceOf(reasoner, question, guess, quiet))!;
    assert.ok(!unknown.isKnown && unknown.chance < known.chance, String(unknown.chance));
    const { card } = reasoner.model;
    const other = new Reasoner({ ...reasoner.model, card: { ...card, path: 'media/models/none.gguf' } }, new Map());
    assert.equal(await confidenceOf(other, problem.question, solution, quiet), null);
    const stop = (): Promise<void> => Promise.reject(new Error('stopped'));
    await assert.rejects(confidenceOf(reasoner, question, guess, stop), /stopped/);
  });

  it('stops while it reads a long question', async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      if (++pauses === 3) throw new Error('stopped');
    };
    const question = `${problem.question} `.repeat(20);
    await assert.rejects(solve(reasoner, question, { withSteps: true, pause }), /stopped/);
    assert.equal(pauses, 3);
  });

  it('goes on from steps that are given', async () => {
    const first = solution.text.slice(0, written.steps[1].start);
    const on = await solve(reasoner, problem.question, { withSteps: true, written: first });
    assert.equal(on.text, solution.text);
  });

  it('reads its solution: surprisal and attention between steps equal those of a plain pass', async () => {
    const reading = await read(reasoner, { ...written, view: 0 }, quiet);
    const { model } = reasoner;
    const trace = new Trace(model.config, model.kernel, reading.ids.length);
    await forward(model, trace, reading.ids);
    const before = reading.ids.length - reading.reading.tokens.length;
    for (const [i, { surprisal }] of reading.reading.tokens.entries()) {
      const logits = await logitsAt(model, trace, before + i - 1);
      const bits = (logSumExp(logits) - logits[reading.ids[before + i]]) / Math.LN2;
      assertClose(bits, surprisal, 1e-3, `token ${i}`);
    }
    const { shares, segments } = reading.attention;
    const { layers, heads } = model.config;
    const parts = [{ from: 0, to: 1 }, { from: 1, to: before }, ...reading.ranges];
    assert.equal(segments, parts.length);
    for (const [layer, head] of [
      [0, 0],
      [layers - 1, heads - 1],
    ]) {
      reading.ranges.forEach(({ from, to }, step) => {
        const own = shares.subarray(
          ((layer * heads + head) * reading.ranges.length + step) * segments,
          ((layer * heads + head) * reading.ranges.length + step + 1) * segments,
        );
        const expected = parts.map((part) => {
          let sum = 0;
          for (let q = from; q < to; q++) {
            const weights = headWeights(trace, layer, head, q, 'from');
            for (let k = part.from; k < part.to; k++) sum += weights[k] / (to - from);
          }
          return sum;
        });
        expected.forEach((share, i) => assertClose(share, own[i], 1e-4));
        assertClose(
          own.reduce((sum, share) => sum + share, 0),
          1,
          1e-3,
        );
      });
    }
    const { routing, experts } = reading.reading;
    for (let row = 0; row < routing.length; row += experts) {
      const total = routing.subarray(row, row + experts).reduce((sum, weight) => sum + weight, 0);
      assertClose(total, 1, 1e-3, 'an expert’s shares add up to 1 in every layer');
    }
    trace.release();
  });

  it('the forced answer’s probability equals that of a plain pass, and rises to near certainty', async () => {
    const asked = { answer: problem.answer, onPoint: quiet };
    const { probabilities: curve, whole, context } = await answerCurve(reasoner, tokenized(reasoner, written), asked);
    assert.deepEqual([whole, context], [3, contextOf(reasoner)]);
    assert.equal(curve.length, 4);
    assert.ok(curve[3] > 0.5 && curve[3] > curve[0], `${[...curve]}`);
    // After the last step: "#### " and the answer, as one text.
    const { model } = reasoner;
    const { tokenizer } = model;
    const text = `Question: ${problem.question}\nSteps:\n${solution.text.slice(0, written.steps[2].end)}\n#### `;
    const [before, full] = [text, text + problem.answer].map((one) => tokenizer.encode(one, { bos: true }));
    const trace = new Trace(model.config, model.kernel, full.length);
    await forward(
      model,
      trace,
      full.map(({ id }) => id),
    );
    const start = before.at(-1)!.end;
    let probability = 1;
    for (const [i, { id, end }] of full.entries()) {
      if (end <= start) continue;
      const logits = await logitsAt(model, trace, i - 1);
      probability *= Math.exp(logits[id] - logSumExp(logits));
    }
    const last = await logitsAt(model, trace, full.length - 1);
    let more = 0;
    for (let id = 0; id < last.length; id++) {
      if (/^[.,]?\d/.test(tokenizer.decode([id]))) more += Math.exp(last[id] - logSumExp(last));
    }
    trace.release();
    assertClose(curve[3], probability * (1 - more), 1e-3);
  });

  it('probabilities of all answers together are at most 1', async () => {
    let sum = 0;
    const solved = tokenized(reasoner, { ...written, steps: written.steps.slice(0, 1) });
    // The answers that it takes for likely are small numbers.
    for (let n = 0; n <= 30; n++) {
      sum += (await answerCurve(reasoner, solved, { answer: String(n), from: 1, onPoint: quiet })).probabilities[1];
    }
    assert.ok(sum > 0.2 && sum <= 1.001, String(sum));
  });

  it('cutting a step changes what follows and nothing before; cutting the last sum makes the answer unlikely', async () => {
    const cut = await cutSteps(reasoner, tokenized(reasoner, written), {
      steps: [0, 1, 2],
      answer: problem.answer,
      onCut: quiet,
    });
    assert.deepEqual(
      cut.map(({ kl }) => [...kl].map((bits) => !Number.isNaN(bits))),
      [
        [false, true, true],
        [false, false, true],
        [false, false, false],
      ],
    );
    assert.ok(cut[1].kl[2] > 0.01, `${[...cut[1].kl]}`);
    assert.ok(cut[2].after < cut[2].before, `${cut[2].before} → ${cut[2].after}`);
    assert.equal(cut[0].answerBefore, problem.answer);
  });

  it('resampling is seeded, and counts every sample', async () => {
    const options = { step: 2, count: 2, seed: 9, answer: problem.answer, onSample: quiet };
    const solved = tokenized(reasoner, written);
    const [one, other] = [await resample(reasoner, solved, options), await resample(reasoner, solved, options)];
    assert.deepEqual(one, other);
    for (const answers of [one.kept, one.replaced])
      assert.equal(
        answers.reduce((sum, { count }) => sum + count, 0),
        2,
      );
    assert.ok(one.kl >= 0);
  });

  /** The same with fewer tokens in sight. */
  const narrow = (context: number): Reasoner => {
    const { model } = reasoner;
    return Object.create(reasoner, {
      model: { value: { ...model, config: { ...model.config, context } } },
    }) as Reasoner;
  };

  it('a trace that is longer than its context is read in chunks, in which question and latest steps are in sight', async () => {
    const text = Array.from({ length: 24 }, (_, i) => `Ann buys ${i + 2} more: ${i} + ${i + 2} = ${2 * i + 2}\n`).join(
      '',
    );
    const steps = segment(text, { start: 0, end: text.length }, 'lines');
    const small = narrow(192);
    const long = { question: problem.question, text, textStart: 0, steps };
    const found: number[] = [];
    let chunks = 0;
    for (let view = 0; view < steps.length;) {
      const { reading } = await read(small, { ...long, view }, quiet);
      const { firstStep, ownStep, endStep } = reading;
      assert.deepEqual([ownStep, reading.chunk, reading.withQuestion], [view, chunks++, true]);
      assert.ok(reading.tokenCount <= 192 && (view === 0 || firstStep < view));
      // The same part read by itself, with room for all: nothing else was in sight.
      const own = { ...long, textStart: steps[firstStep].start, steps: steps.slice(firstStep, endStep) };
      const { reading: whole } = await read(reasoner, { ...own, view: 0 }, quiet);
      // It ends with its last step, behind which the chunk has a line's end.
      const bits = reading.tokens.slice(0, whole.tokens.length).map(({ surprisal }) => surprisal);
      assertClose(
        bits,
        whole.tokens.map(({ surprisal }) => surprisal),
        1e-3,
      );
      const rows = (endStep - firstStep - 1) * (2 + endStep - firstStep);
      assertClose(reading.attention.subarray(0, rows), whole.attention.subarray(0, rows), 1e-4);
      for (let step = ownStep; step < endStep; step++) found.push(step);
      view = endStep;
      assert.equal(reading.chunks > chunks, view < steps.length);
    }
    assert.deepEqual(found, [...steps.keys()]);
    assert.ok(chunks > 3);
  });

  it('the curve of a long trace goes on to its end, with the question and the latest steps in sight', async () => {
    const small = narrow(384);
    const text = 'Ann buys 3: 5 + 3 = 8\n'.repeat(150);
    const steps = segment(text, { start: 0, end: text.length }, 'lines');
    const long = { question: problem.question, text, textStart: 0, steps };
    const points: number[] = [];
    const onPoint = async (done: number): Promise<void> => void points.push(done);
    const solution = tokenized(small, long);
    const asked = { answer: '8', from: 147, to: 150, onPoint };
    const { probabilities, whole, withQuestion } = await answerCurve(small, solution, asked);
    assert.deepEqual(
      points,
      Array.from({ length: 4 }, (_, i) => 147 + i),
    );
    assert.ok(whole > 10 && whole < 147 && withQuestion, String(whole));
    assert.deepEqual(
      [...probabilities.keys()].filter((i) => !Number.isNaN(probabilities[i])),
      points,
    );
    // As if the trace had begun with the first step that is in sight.
    const lengths = solution.ranges.map(({ from, to }) => to - from);
    const { starts } = reachOf(lengths, solution.prompt.length, contextOf(small) - ANSWER_ROOM);
    for (const done of [147, 150]) {
      const textStart = steps[starts[done]].start;
      const seen = tokenized(small, { ...long, textStart, steps: steps.slice(starts[done], done) });
      const plain = await answerCurve(small, seen, { answer: '8', onPoint: quiet });
      assert.equal(plain.whole, done - starts[done]);
      const [own, other] = [probabilities[done], plain.probabilities.at(-1)!];
      assertClose(own, other, 1e-5);
    }
  });

  it('a step beyond what the model looks back over is neither cut nor written anew, which is said', async () => {
    const small = narrow(384);
    const text = 'Ann buys 3: 5 + 3 = 8\n'.repeat(Math.ceil(contextOf(small) / 8));
    const steps = segment(text, { start: 0, end: text.length }, 'lines');
    const long = tokenized(small, { question: problem.question, text, textStart: 0, steps });
    assert.ok(long.fitting < steps.length);
    const options = { step: steps.length - 1, count: 1, seed: 1, answer: '8', onSample: quiet };
    const told = { code: 'prompt-too-long', detail: { context: contextOf(small), what: 'reading' } };
    const refused = async (work: Promise<unknown>): Promise<void> => {
      await assert.rejects(work, (thrown: Problem) => {
        assert.ok('tokens' in thrown.detail);
        const { tokens, ...detail } = thrown.detail;
        assert.ok(tokens > contextOf(small));
        assert.deepEqual({ code: thrown.code, detail }, told);
        return true;
      });
    };
    await refused(resample(small, long, options));
    const cut: number[] = [];
    const onCut = async ({ step }: { step: number }): Promise<void> => void cut.push(step);
    await refused(cutSteps(small, long, { steps: [long.fitting - 1, long.fitting], answer: '8', onCut }));
    assert.deepEqual(cut, [long.fitting - 1], 'the steps that fit are cut all the same');
  });

  it('direct against step by step on fresh problems: rows add up, equal seeds give equal rows', async () => {
    const options = { seed: 3, count: 3, steps: [1, 3], language: 'both' as const, unseen: false, onProblem: quiet };
    const rows = await compare(reasoner, options);
    assert.deepEqual(
      rows.map(({ steps, trials }) => [steps, trials]),
      [
        [1, 3],
        [3, 3],
      ],
    );
    assert.deepEqual(await compare(reasoner, options), rows);
    for (const { direct } of rows)
      assert.ok(direct.interval[0] <= direct.right / 3 && direct.right / 3 <= direct.interval[1]);
  });
});
