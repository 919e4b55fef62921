/** What turbo has to show before it is used. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { createKernel } from '../../../src/engine/kernel/choose';
import type { Kernel } from '../../../src/engine/kernel/kernel';
import { KINDS } from '../../../src/engine/kernel/assembly/kinds.mjs';
import { OPS } from '../../../src/engine/kernel/assembly/ops.mjs';
import { Instance } from '../../../src/engine/kernel/instance';
import { computeAll } from '../../../src/engine/kernel/selfTest';
import { nodeThreads } from '../../../src/engine/kernel/threads.node';
import { proveTurbo } from '../../../src/engine/turboProof.node';
import { KERNELS_HERE } from '../../support/kernels';
import { isLong } from '../../support/long';

const script = path.join(__dirname, 'fakeExplainWorker.js');

describe('the proof of turbo', () => {
  it('is the same bits and a gain', async () => {
    assert.deepEqual(await proveTurbo(script, [['--no-deprecation']]), {
      result: 'passed',
      gain: 1.5,
      flags: ['--no-deprecation'],
    });
  });
  it('takes the newer name of the flag where the older one is not known', async () => {
    const proof = await proveTurbo(script, [['--no-such-flag-of-v8'], ['--no-deprecation']]);
    assert.deepEqual(proof, { result: 'passed', gain: 1.5, flags: ['--no-deprecation'] });
  });
  it('fails on other bits, however fast', async () => {
    assert.deepEqual(await proveTurbo(script, [['--no-deprecation', '--trace-uncaught']]), { result: 'differs' });
  });
  it('fails where nothing is gained', async () => {
    assert.deepEqual(await proveTurbo(script, [['--no-warnings']]), { result: 'slower', gain: 1 });
  });
  it('fails where the process dies, does not know the flag, or is not there', async () => {
    for (const flags of [['--throw-deprecation'], ['--no-such-flag-of-v8']]) {
      assert.deepEqual(await proveTurbo(script, [flags]), { result: 'failed' }, flags.join());
    }
    assert.deepEqual(await proveTurbo('/nowhere/worker.js'), { result: 'failed' });
  });
});

describe('what a process computes to be compared', () => {
  const results = (kernel: Kernel): Uint8Array[] => {
    const all: Uint8Array[] = [];
    computeAll(kernel, (bits) => all.push(bits));
    return all;
  };

  // Turbo compiles WebAssembly alone: the reference is no part of what it has to show. LONG_TESTS=1: it, too.
  for (const name of KERNELS_HERE.filter((kernel) => isLong || kernel !== 'reference')) {
    it(`is finite, the same twice and on two threads, and leaves nothing behind, ${name}`, async () => {
      const one = await createKernel(name);
      const first = results(one);
      const inUse = one.bytesInUse;
      assert.deepEqual(results(one), first);
      assert.equal(one.bytesInUse, inUse);
      assert.ok(first.length > 250, `${first.length} results`);
      const zeros = first.filter((bits) => bits.every((byte) => byte === 0)).length;
      assert.equal(zeros, 0, 'every result says something');
      if (name === 'reference') return;
      const two = await createKernel(name, { ...nodeThreads(2), leastShared: 0 });
      assert.deepEqual(results(two), first);
      two.close();
    });
  }

  it('is every operation of the kernel, on every type', async () => {
    const kernel = await createKernel('simd');
    const [ran, kinds] = [new Set<string>(), new Set<number>()];
    const { run } = Instance.prototype;
    Instance.prototype.run = function (name, work, ...args) {
      ran.add(name);
      if (name === 'matmul') kinds.add(args[0]);
      run.call(this, name, work, ...args);
    };
    try {
      results(kernel);
    } finally {
      Instance.prototype.run = run;
    }
    assert.deepEqual([...ran].sort(), Object.keys(OPS).sort());
    assert.deepEqual(
      [...kinds].sort((a, b) => a - b),
      KINDS.map((_, i) => i),
    );
  });

  it('shows a single wrong bit of a single operation', async () => {
    const kernel = await createKernel('simd');
    const right = results(kernel);
    const { matmul } = kernel;
    kernel.matmul = function (out, x, w, n) {
      matmul.call(this, out, x, w, n);
      if (n === 7 && w.type === 12) out.i32[3] ^= 1;
    };
    const wrong = results(kernel);
    assert.equal(wrong.filter((bits, i) => Buffer.compare(bits, right[i]) !== 0).length, 1);
  });
});
