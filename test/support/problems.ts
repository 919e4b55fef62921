/** Assertions about typed errors. */
import assert from 'node:assert/strict';
import { Problem, type ProblemCode } from '../../src/protocol/problem';

/** That `run` throws a Problem with this code, whose message matches every pattern; returns it. */
export function assertProblem<Code extends ProblemCode>(
  code: Code,
  run: () => unknown,
  ...patterns: RegExp[]
): Problem<Code> {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  assert.ok(thrown instanceof Problem, `expected a Problem, not ${String((thrown as Error)?.stack ?? thrown)}`);
  assert.equal(thrown.code, code, thrown.message);
  for (const pattern of patterns) assert.match(thrown.message, pattern);
  return thrown as Problem<Code>;
}
