/** Compiled kernels as instances: memory, exported functions, operations by name; on one thread or several. */
import relaxedBytes from 'kernel:relaxed-simd';
import relaxedThreadsBytes from 'kernel:relaxed-simd-threads';
import simdBytes from 'kernel:simd';
import simdThreadsBytes from 'kernel:simd-threads';
import { OPS } from './assembly/ops.mjs';
import { PLAIN, type Arithmetic } from './pack';

export type WasmBuild = 'simd' | 'relaxed-simd';

/** What assembly/index.ts exports; every argument is a number, addresses and sizes unsigned. */
type Exports = Record<
  'allFinite' | 'argumentsAt' | 'attentionTile' | 'heapBase' | 'help' | 'probeDot' | 'readRow' | 'run' | 'stopHelpers',
  (...args: number[]) => number
>;

/** Starts `count` threads that each run `help(1 … count)` of the module over the memory; resolves when all are there. */
export type StartHelpers = (module: WebAssembly.Module, memory: WebAssembly.Memory, count: number) => Promise<Helpers>;
export interface Helpers {
  /** Called when `help` has been told to return. */
  end(): void;
}

/** How many threads, this one among them, and how the others are started. */
export interface ThreadOptions {
  count: number;
  start: StartHelpers;
  /** Operations that take one thread fewer nanoseconds, roughly, are not divided. */
  leastShared?: number;
}

/** 4 GB, all that 32-bit addresses reach. */
const MAX_PAGES = 65_536;
/** Nanoseconds that one multiply-add or element takes one thread, roughly (bench/profile.mjs on an AMD EPYC). */
const COST: Record<keyof typeof OPS, number> = {
  ...{ matmul: 0.025, attention: 0.15, quantize: 0.5, interleave: 0.5 },
  ...{ swiglu: 2, rope: 0.8, rmsNorm: 0.5, add: 0.3, addBias: 0.3 },
  ...{ route: 1, gather: 0.2, scatterAdd: 0.4 },
};
/** Below it waking the helpers costs more than they save, which most operations of a single token are. */
const LEAST_SHARED = 50_000;

const ALONE: Record<WasmBuild, Uint8Array<ArrayBuffer>> = { simd: simdBytes, 'relaxed-simd': relaxedBytes };
const TOGETHER: typeof ALONE = { simd: simdThreadsBytes, 'relaxed-simd': relaxedThreadsBytes };

/** Whether this machine's WebAssembly knows the instructions of that build. */
export const canRun = (build: WasmBuild): boolean => WebAssembly.validate(ALONE[build]);

const OP_NUMBERS = new Map(Object.keys(OPS).map((name, number) => [name, number]));

export class Instance {
  private helpers: Helpers | undefined;
  private argumentBuffer: ArrayBufferLike | undefined;
  private words = new Uint32Array();
  private floats = new Float32Array();

  private constructor(
    readonly memory: WebAssembly.Memory,
    readonly compiled: Exports,
    readonly threads: number,
    private readonly leastShared = LEAST_SHARED,
  ) {}

  /** One thread where the machine has no shared memory, or no threads to give. */
  static async create(build: WasmBuild, threads?: ThreadOptions): Promise<Instance> {
    const shared = threads !== undefined && threads.count > 1 && typeof SharedArrayBuffer !== 'undefined';
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared });
    const module = await WebAssembly.compile((shared ? TOGETHER : ALONE)[build]);
    const compiled = (await WebAssembly.instantiate(module, imports(memory))).exports as Exports;
    const instance = new Instance(memory, compiled, shared ? threads.count : 1, threads?.leastShared);
    if (!shared) return instance;
    try {
      instance.helpers = await threads.start(module, memory, threads.count - 1);
    } catch {
      return Instance.create(build); // a machine that gives no more threads still has this one
    }
    return instance;
  }

  /** Runs one operation of assembly/ops.mjs; `work`, its multiply-adds or elements, says whether it is worth dividing. */
  run(name: keyof typeof OPS, work: number, ...args: number[]): void {
    const { compiled } = this;
    if (this.argumentBuffer !== this.memory.buffer) {
      this.argumentBuffer = this.memory.buffer; // growing has detached the views
      this.words = new Uint32Array(this.argumentBuffer, compiled.argumentsAt(), 32);
      this.floats = new Float32Array(this.argumentBuffer, compiled.argumentsAt(), 32);
    }
    const types = OPS[name];
    for (let i = 0; i < args.length; i++) {
      if (types[i] === 'f') this.floats[i] = args[i];
      else this.words[i] = args[i];
    }
    const helpers = work * COST[name] >= this.leastShared ? this.threads - 1 : 0;
    if (!compiled.run(OP_NUMBERS.get(name)!, helpers)) throw new Error('a thread of the kernel stopped');
  }

  /** The helpers end. */
  close(): void {
    if (!this.helpers) return;
    this.compiled.stopHelpers();
    this.helpers.end();
    this.helpers = undefined;
  }
}

export const imports = (memory: WebAssembly.Memory): WebAssembly.Imports => ({
  env: {
    memory,
    abort(): never {
      throw new Error('the kernel stopped');
    },
  },
});

/**
 * Which of the relaxed build's dot products are exact here, by asking for them: 8-bit weights with 128 added where the
 * second operand is taken as unsigned, as they are where it is signed; 7-bit weights in either width. Undefined where
 * nothing but 16-bit products is.
 */
export async function probeArithmetic(): Promise<Arithmetic | undefined> {
  if (!canRun('relaxed-simd')) return undefined;
  const { probeDot } = (await Instance.create('relaxed-simd')).compiled;
  const exact = (wide: boolean): boolean => {
    const terms = wide ? 4 : 2;
    return [
      [100, 127],
      [-128, 127],
      [127, 1],
    ].every(([a, b]) => probeDot(a, b, Number(wide)) === terms * a * b);
  };
  const eight = (stored: number, product: number): boolean =>
    [1, -1].every((sign) => probeDot(sign * 127, stored, 1) === sign * 4 * product);
  if (exact(true)) {
    if (eight(255, 127 * 255)) return { small: 'dot', large: 'dot', zeroPoint8: 128 };
    if (eight(255, -127)) return { small: 'dot', large: 'dot', zeroPoint8: 0 };
  }
  return exact(false) ? { ...PLAIN, small: 'halves' } : undefined;
}
