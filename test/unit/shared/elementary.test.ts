/** exp, log, tanh, sin, cos and powers by plain arithmetic agree with the engine's own, also at the ends; what is compared uses no others. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cos, exp, expm1, log, log2, power, sin, tanh } from '../../../src/shared/elementary';

describe('elementary functions', () => {
  it('agree with the engine’s to fourteen digits', () => {
    for (let at = -1000; at <= 1000; at++) {
      const x = at * 0.037;
      const near = at * 0.0013;
      for (const [own, theirs] of [
        [exp(x), Math.exp(x)],
        [log(exp(x)), x],
        [log(1 + at * at), Math.log(1 + at * at)],
        [log2(1 + at * at), Math.log2(1 + at * at)],
        [expm1(near), Math.expm1(near)],
        [tanh(near), Math.tanh(near)],
        [tanh(x), Math.tanh(x)],
        [power(1 + at * at, 0.75), (1 + at * at) ** 0.75],
        [power(0.999, at), 0.999 ** at],
      ]) {
        assert.ok(Math.abs(own - theirs) <= 2e-14 * Math.max(Math.abs(theirs), 1e-3), `${x}: ${own}, ${theirs}`);
      }
      // Angles as positions of a long text turn them; what they err is of 1, not of the result.
      for (const angle of [x, near, at * 977.3]) {
        assert.ok(Math.abs(sin(angle) - Math.sin(angle)) < 4e-16, `sin ${angle}`);
        assert.ok(Math.abs(cos(angle) - Math.cos(angle)) < 4e-16, `cos ${angle}`);
      }
    }
  });

  it('have ends', () => {
    assert.deepEqual(
      [exp(-1e9), exp(1e9), exp(0), log(0), log(1), log(Infinity), log2(0), log2(8), log2(2 ** -1060)],
      [0, Infinity, 1, -Infinity, 0, Infinity, -Infinity, 3, -1060],
    );
    assert.deepEqual([tanh(1e9), tanh(-1e9), tanh(0), sin(0), cos(0), power(3, 4), power(2, -3), power(7, 0)], [1, -1, 0, 0, 1, 81, 0.125, 1]); // prettier-ignore
    assert.ok([log(-1), log2(-1), exp(NaN), expm1(NaN), tanh(NaN), sin(NaN), cos(NaN)].every(Number.isNaN));
    assert.ok(Math.abs(log(5e-324) - Math.log(5e-324)) < 1e-12);
  });

  // V8's x ** 2 is x · x, and powers of 2 with whole exponents are exact.
  const ENGINES_OWN =
    /\bMath\.(?:exp|expm1|log|log1p|log2|log10|pow|sinh?|cosh?|tanh?|cbrt|hypot)\b|\*\* (?!2\b)(?!-?\d+[,;)\s])/;
  /** What experiments compute with beside their own folder; the colours of a picture are no number of a card. */
  const files = ['src/milestones', 'src/shared'].flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((file) => path.join(folder, String(file)))
      .filter((file) => file.endsWith('.ts') && path.basename(file) !== 'color.ts'),
  );
  const model = ['model/rope', 'model/logits', 'model/route', 'kernel/ropeTable', 'generate'];

  it('are the only ones that a card’s numbers come from', () => {
    const found = [...files, ...model.map((name) => `src/engine/${name}.ts`)].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\/?\*|\/\/)/.test(line) && !/\*\* (?:512n|BigInt|by)\b/.test(line))
        .filter((line) => ENGINES_OWN.test(line.replace(/\/\*\*.*|\/\/.*/, '')))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(found, []);
  });
});
