/** Compiled kernels as instances: memory, exported functions, operations by name; on one thread or several. */
import relaxedBytes from 'kernel:relaxed-simd';
import relaxedThreadsBytes from 'kernel:relaxed-simd-threads';
import simdBytes from 'kernel:simd';
import simdThreadsBytes from 'kernel:simd-threads';
import { Problem } from '../../protocol/problem';
import { OPS } from './assembly/ops.mjs';
import { PLAIN, type Arithmetic } from './pack';

export type WasmBuild = 'simd' | 'relaxed-simd';

/** What assembly/index.ts exports; every argument is a number, addresses and sizes unsigned. */
type Exports = Record<
  | ('allFinite' | 'argumentsAt' | 'heapBase' | 'probeDot' | 'readRow')
  | ('run' | 'setEightBitOffset' | 'settle' | 'setPatience' | 'stopHelpers'),
  (...args: number[]) => number
>;

/**
 * Starts `count` threads that each run `help(1 … count)` of the module over the memory; resolves when all are there. `lost`
 * is to be called when one has ended by itself.
 */
export type StartHelpers = (
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  count: number,
  lost: (why: string) => void,
) => Promise<Helpers>;
export interface Helpers {
  /** Called when `help` has been told to return, or does not: they are to be ended. */
  end(): void;
}

/** How many threads, this one among them, and how the others are started. */
export interface ThreadOptions {
  count: number;
  start: StartHelpers;
  /** Operations that take one thread fewer nanoseconds, roughly, are not divided. */
  leastShared?: number;
  /** Milliseconds, roughly, after which a helper that does not come out of an operation counts as dead. */
  patience?: number;
}

/** 4 GB, all that 32-bit addresses reach. */
const MAX_PAGES = 65_536;
/** Nanoseconds that one multiply-add or element takes one thread, roughly (bench/profile.mjs on an AMD EPYC). */
const COST: Record<keyof typeof OPS, number> = {
  pack: 0.5,
  matmul: 0.025,
  head: 0.025,
  headMerge: 50,
  attention: 0.15,
  attentionTile: 0.08,
  quantize: 0.5,
  interleave: 0.5,
  swiglu: 2,
  clampedSwiglu: 2,
  geglu: 2,
  rope: 0.8,
  rmsNorm: 0.5,
  layerNorm: 0.8,
  scale: 0.3,
  add: 0.3,
  addBias: 0.3,
  route: 1,
  gather: 0.2,
  scatterAdd: 0.4,
  sigmoidGate: 2,
  convolve: 1,
  deltaRule: 0.3,
};
/** Below it waking the helpers costs more than they save, which most operations of a single token are. */
const LEAST_SHARED = 50_000;

const ALONE: Record<WasmBuild, Uint8Array<ArrayBuffer>> = { simd: simdBytes, 'relaxed-simd': relaxedBytes };
const TOGETHER: typeof ALONE = { simd: simdThreadsBytes, 'relaxed-simd': relaxedThreadsBytes };

/** Whether this machine's WebAssembly knows the instructions of that build. */
export const canRun = (build: WasmBuild): boolean => WebAssembly.validate(ALONE[build]);

/** `run`'s answers in assembly/jobs.ts. */
const [WHOLE, BROKEN] = [0, 1];
/** Operations that read nothing that they write: where parts are missing they can be done again. */
const REPEATABLE: ReadonlySet<keyof typeof OPS> = new Set([
  'matmul',
  'quantize',
  'interleave',
  'attention',
  'attentionTile',
  'gather',
  'pack',
  'head',
  'headMerge',
]);

const OP_NUMBERS = new Map(Object.keys(OPS).map((name, number) => [name, number]));

export class Instance {
  private helpers: Helpers | undefined;
  private argumentBuffer: ArrayBufferLike | undefined;
  private words = new Uint32Array();
  private floats = new Float32Array();

  /** Why the helpers were given up; undefined while they work, or where none were wanted. */
  lost: string | undefined;

  private constructor(
    readonly memory: WebAssembly.Memory,
    readonly compiled: Exports,
    /** This one among them. */
    public threads: number,
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
      instance.helpers = await threads.start(module, memory, threads.count - 1, (why) => instance.goOnAlone(why));
      compiled.settle(); // the gate is closed until there is an operation
      if (threads.patience !== undefined) compiled.setPatience(threads.patience);
    } catch {
      return Instance.create(build); // a machine that gives no more threads still has this one
    }
    return instance;
  }

  /**
   * Runs one operation of assembly/ops.mjs; `work`, its multiply-adds or elements, says whether it is worth dividing. Where a
   * helper is lost on the way, it is done again by this thread alone; Problem worker-died where it cannot be.
   */
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
    const operation = OP_NUMBERS.get(name)!;
    const ended = this.together(operation, helpers);
    if (ended === WHOLE) return;
    const why = ended === BROKEN ? 'a helper thread failed' : 'a helper thread ended in the middle of its work';
    this.goOnAlone(why);
    if (!REPEATABLE.has(name)) throw new Problem('worker-died', `Half of ${name} is done: ${why}.`, { reported: why });
    compiled.run(operation, 0);
  }

  /** With that many helpers; after a trap in this thread's own part they are out of the operation all the same. */
  private together(operation: number, helpers: number): number {
    try {
      return this.compiled.run(operation, helpers);
    } catch (trap) {
      const ended = helpers > 0 ? this.compiled.settle() : WHOLE;
      if (ended !== WHOLE) this.goOnAlone('a helper thread failed');
      throw trap;
    }
  }

  private goOnAlone(why: string): void {
    if (!this.helpers) return;
    this.lost = why;
    this.close();
  }

  /** The helpers end; this thread can go on alone. */
  close(): void {
    if (!this.helpers) return;
    const { helpers } = this;
    this.helpers = undefined;
    this.threads = 1;
    this.compiled.stopHelpers();
    helpers.end();
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
