/** What a suite's mocha wrote (resultReporter.cjs), as counts. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{passed: number, failed: number, skipped: number, retried?: string[], problems: string[], told?: string[]}} Result `retried`: titles of tests that passed at the second try only; `told`: problems with those that the suite has printed itself */

/** @returns {Result} */
export function readResult(file) {
  if (!existsSync(file)) return failure('no result: the tests did not start');
  const { done, tests } = JSON.parse(readFileSync(file, 'utf8'));
  const count = (state) => tests.filter((test) => test.state === state).length;
  const problems = tests.filter((test) => test.state === 'failed').map(({ title, error }) => `${title}\n${error}`);
  const result = {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    retried: secondTry(tests),
    problems,
  };
  if (!done)
    return plus(
      result,
      `ended early, after ${tests.length} tests; the last one was “${tests.at(-1)?.title ?? 'none'}”`,
    );
  if (tests.length === 0) return plus(result, 'there are no tests');
  return result;
}

/** Tests that failed once and then passed. */
function secondTry(tests) {
  const passed = new Set(tests.filter(({ state }) => state === 'passed').map(({ title }) => title));
  return tests.filter(({ state, title }) => state === 'retried' && passed.has(title)).map(({ title }) => title);
}

/** @returns {Result} */
export function failure(problem) {
  return { passed: 0, failed: 1, skipped: 0, problems: [problem] };
}

export function plus(result, problem) {
  return { ...result, failed: result.failed + 1, problems: [...result.problems, problem] };
}
