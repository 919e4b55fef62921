/**
 * Does this process compute as another one does? Every operation on seeded numbers, in sizes that leave remainders, and
 * some products for their speed. Two processes with other flags of V8 must give the same bits.
 */
import { seededRandom } from '../../shared/random';
import { BLOCK_LAYOUT, byteLengthOf, GgmlType } from '../formats/ggmlTypes';
import { CUT, HEAD, type Buf, type Kernel, type Matrix } from './kernel';

/** Rows of products: single ones, tiles and what is left of them. */
const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 256];
const TYPES = Object.values(GgmlType).filter((type): type is GgmlType => typeof type === 'number');
/** Outputs: no whole panels. Inputs: blocks in odd numbers, or, where a block is one number, an odd number of them. */
const OUTPUTS = 13;
const WIDTHS: Readonly<Record<number, number>> = { 1: 301, 32: 288, 256: 768 };
const inputsOf = (type: GgmlType): number => WIDTHS[BLOCK_LAYOUT[type].weights];
const MOST_INPUTS = Math.max(...TYPES.map(inputsOf));
/** Types whose products are timed, their width, and how often: the fastest counts. */
const TIMED = [GgmlType.Q8_0, GgmlType.Q4_0, GgmlType.Q4_K];
const [WIDTH, TIMES] = [512, 4];

/** `take` gets the bits of every result, always in the same order. */
export function computeAll(kernel: Kernel, take: (bits: Uint8Array) => void): void {
  const random = seededRandom(1);
  const bufs: Buf[] = [];
  const zeros = (length: number): Buf => {
    const buf = kernel.alloc(length);
    bufs.push(buf);
    return buf;
  };
  const numbers = (length: number): Buf => {
    const buf = zeros(length);
    const { f32 } = buf;
    for (let i = 0; i < length; i++) f32[i] = (random() - 0.5) * 4;
    return buf;
  };
  const integers = (values: readonly number[]): Buf => {
    const buf = zeros(values.length);
    buf.i32.set(values);
    return buf;
  };
  const done = (buf: Buf, length = buf.length): void => {
    const { buffer, byteOffset } = buf.f32;
    take(new Uint8Array(buffer, byteOffset, length * 4).slice());
  };
  try {
    products();
    attention();
    elementwise();
    recurrence();
    routing();
  } finally {
    for (const buf of bufs) kernel.free(buf);
  }

  function products(): void {
    const x = numbers(256 * MOST_INPUTS);
    const out = zeros(256 * OUTPUTS);
    const [row, heads] = [zeros(3 * MOST_INPUTS), zeros(9 * HEAD.numbers)];
    const parts = zeros(9 * kernel.headNumbers(OUTPUTS));
    const [some, wanted] = [integers([0, 7, OUTPUTS - 1]), integers(Array.from({ length: 9 }, (_, i) => i))];
    const bias = numbers(OUTPUTS);
    for (const type of TYPES) {
      const inputs = inputsOf(type);
      const w = randomMatrix(kernel, type, OUTPUTS, inputs, random);
      for (const n of ROWS) {
        kernel.matmul(out, x, w, n);
        done(out, n * OUTPUTS);
      }
      kernel.rows(row, w, some, 3);
      done(row, 3 * inputs);
      for (const n of [1, 9]) {
        kernel.head(parts, heads, x, w, wanted, n === 1 ? { n, scale: 0.5, softCap: 30 } : { n, bias });
        kernel.headMerge(parts, heads, n, OUTPUTS);
        done(heads, n * HEAD.numbers);
      }
      kernel.freeMatrix(w);
    }
  }

  function attention(): void {
    const [most, heads, kvHeads] = [70, 4, 2];
    for (const headDim of [16, 20]) {
      const q = numbers(most * heads * headDim);
      const [k, v] = [numbers(2 * most * kvHeads * headDim), numbers(2 * most * kvHeads * headDim)];
      const [out, stats, picture] = [zeros(most * heads * headDim), zeros(most * heads * 2), zeros(49)];
      const [cuts, sinks] = [integers([0, 2, 0, 200, 3, 9]), numbers(heads)];
      const shape = { heads, kvHeads, headDim, scale: 0.3 };
      for (const n of [1, 3, 9, most]) {
        const [plain, all] = [{}, 2 * most];
        for (const more of [
          plain,
          { cuts },
          { window: 11 },
          { softcap: 3 },
          { sinks },
          { alibi: 8 },
          { bothWays: all },
          { own: { k, v } },
          { own: { k, v }, cuts, window: 11, sinks },
        ]) {
          kernel.attention(out, q, k, v, stats, { n, start: most, ...shape, ...more });
          done(out, n * heads * headDim);
          done(stats, n * heads * 2);
        }
      }
      kernel.attention(out, q, k, v, stats, { n: most, start: 0, ...shape, cuts });
      const range = { q0: 0, q1: most, k0: 0, k1: most, rows: 7, cols: 7 };
      for (const pool of ['max', 'mean'] as const) {
        kernel.attentionTile(picture, q, k, stats, { head: 1, ...shape, ...range, pool, cuts });
        done(picture);
      }
      // Keys of another length than values.
      const keyDim = headDim - 8;
      for (const n of [1, 9]) {
        kernel.attention(out, q, k, v, stats, { n, start: most, ...shape, keyDim });
        done(out, n * heads * headDim);
      }
      kernel.attentionTile(picture, q, k, stats, { head: 2, ...shape, ...range, pool: 'max', alibi: 8, softcap: 3 });
      done(picture);
      if (cuts.length !== CUT) throw new Error('a cut has other numbers');
    }
  }

  function elementwise(): void {
    const [n, d] = [9, 44];
    const [x, y, weight, bias] = [numbers(n * d), numbers(n * d), numbers(d), numbers(d)];
    const [out, frequencies, ids] = [zeros(n * d), numbers(6), integers([8, 1, 0, 3, 5, 2, 7, 4, 6])];
    kernel.rmsNorm(out, x, weight, n, d, 1e-5);
    done(out);
    kernel.layerNorm(out, x, weight, bias, n, d, 1e-5);
    kernel.addBias(out, bias, n, d);
    kernel.add(out, y, n * d);
    kernel.scale(out, 0.7, n * d - 1);
    done(out);
    for (const pairing of ['adjacent', 'half'] as const) kernel.rope(out, n, 2, 22, 5, frequencies, pairing, 1.1);
    kernel.swiglu(out, y, n * d - 1);
    done(out);
    kernel.geglu(out, y, n * d - 3);
    kernel.geglu(out, undefined, n * d - 2);
    done(out);
    kernel.clampedSwiglu(out, y, n * d - 1);
    done(out);
    kernel.sigmoidGate(out, x, n * d - 3);
    done(out);
    kernel.gather(out, x, ids, n, d);
    kernel.scatterAdd(out, y, ids, bias, n, d);
    done(out);
  }

  /** What layers without attention compute. */
  function recurrence(): void {
    const [n, heads, keyHeads, headDim, taps] = [9, 4, 2, 20, 4];
    const channels = heads * headDim - 3;
    const [x, tail, weight, convolved] = [
      numbers(n * channels),
      numbers((taps - 1) * channels),
      numbers(channels * taps),
      zeros(n * channels),
    ];
    for (const onePlace of [false, true]) {
      for (const silu of [false, true]) {
        kernel.convolve(convolved, x, tail, weight, { n, channels, taps, onePlace, silu });
        done(convolved);
      }
    }
    const [q, k, v] = [numbers(n * keyHeads * headDim), numbers(n * keyHeads * headDim), numbers(n * heads * headDim)];
    const [decay, beta, state] = [zeros(n * heads), zeros(n * heads), numbers(heads * headDim * headDim)];
    for (let i = 0; i < n * heads; i++) [decay.f32[i], beta.f32[i]] = [random(), 0.1 * random()];
    const out = zeros(n * heads * headDim);
    for (const neighbours of [false, true]) {
      for (const onePlace of [true, false]) {
        const shape = { n, heads, keyHeads, neighbours, headDim, scale: 0.2, onePlace };
        kernel.deltaRule({ out, q }, { k, v, decay, beta }, state, shape);
        done(out);
        done(state);
      }
    }
  }

  function routing(): void {
    const [n, experts, topK] = [9, 13, 3];
    const [logits, ids, weights] = [numbers(n * experts), zeros(n * topK), zeros(n * topK)];
    kernel.route(logits, ids, weights, { n, experts, topK, renormalize: true });
    for (const buf of [logits, ids, weights]) done(buf);
  }
}

/** Milliseconds of prompts' products, each type's fastest, added up. */
export function timeProducts(kernel: Kernel): number {
  const random = seededRandom(2);
  const [x, out] = [kernel.alloc(256 * WIDTH), kernel.alloc(256 * WIDTH)];
  x.f32.forEach((_, i, all) => (all[i] = random() - 0.5));
  let sum = 0;
  for (const type of TIMED) {
    const w = randomMatrix(kernel, type, WIDTH, WIDTH, random);
    let fastest = Infinity;
    for (let i = 0; i < TIMES; i++) {
      const started = performance.now();
      kernel.matmul(out, x, w, 256);
      fastest = Math.min(fastest, performance.now() - started);
    }
    kernel.freeMatrix(w);
    sum += fastest;
  }
  kernel.free(x);
  kernel.free(out);
  return sum;
}

/** Random blocks, whose scales are small and finite. */
function randomMatrix(kernel: Kernel, type: GgmlType, rows: number, cols: number, random: () => number): Matrix {
  const bytes = new Uint8Array(rows * byteLengthOf(type, cols));
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  for (let i = 0; i < words.length; i++) words[i] = random() * 2 ** 32;
  const { bytes: size, halves } = BLOCK_LAYOUT[type];
  const floats: Partial<Record<GgmlType, readonly [byte: number, keep: number, set: number]>> = {
    [GgmlType.F32]: [3, 0x80, 0x3d],
    [GgmlType.F16]: [1, 0x80, 0x24],
    [GgmlType.BF16]: [1, 0x80, 0x3d],
    [GgmlType.MXFP4]: [0, 0, 120],
  };
  const float = floats[type];
  for (let at = 0; at < bytes.length; at += size) {
    if (float) bytes[at + float[0]] = (bytes[at + float[0]] & float[1]) | float[2];
    else for (const half of halves) bytes[at + half + 1] = (bytes[at + half + 1] & 0x80) | 0x24;
  }
  return kernel.loadMatrix(type, rows, cols, bytes, 'random');
}
