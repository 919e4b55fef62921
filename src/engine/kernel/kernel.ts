/**
 * What the forward pass asks of a kernel. Implementations: `reference.ts` (scalar TypeScript, f32 activations) and
 * `wasm.ts` (AssemblyScript; plain SIMD with exact 16-bit products, or relaxed SIMD with 8-bit dot products).
 * The same tests run over all of them.
 *
 * All arrays live in the kernel's own memory and are named by `Buf`. Shapes are row-major, the last index runs fastest;
 * n is a number of tokens. Nothing here allocates except `alloc` and the `load…` methods.
 */
import type { PictureSpan } from '../../protocol/explanation';
import type { GgmlType } from '../formats/ggmlTypes';

export const KERNEL_NAMES = ['reference', 'simd', 'relaxed-simd'] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];
/** Gives the same bits wherever it runs; relaxed SIMD rounds as the machine likes. */
export const PLAIN_KERNEL: KernelName = 'simd';

/** Numbers in the kernel's memory. */
export interface Buf {
  /** Byte address in the kernel's memory, 16-byte aligned. */
  readonly ptr: number;
  /** Elements (each 4 bytes). */
  readonly length: number;
  /** A fresh view; never keep it across a call that may grow the memory (alloc, load…). */
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  /** A part of this buffer, sharing its memory; never freed on its own. Offsets in elements. */
  slice(start: number, length: number): Buf;
}

/** A weight matrix W[rows][cols], repacked for this kernel. rows are outputs, cols are inputs. */
export interface Matrix {
  readonly type: GgmlType;
  readonly rows: number;
  readonly cols: number;
  /** Bytes taken in the kernel's memory. */
  readonly byteLength: number;
}

export interface AttentionShape {
  /** Query rows in q, at positions start … start + n − 1. */
  n: number;
  start: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  /** Of queries and keys where it is not that of values (DeepSeek V2). */
  keyDim?: number;
  /** Multiplies q·k, usually 1/√keyDim. */
  scale: number;
  /** How many positions a query sees, its own among them; undefined: all before it. */
  window?: number;
  /** So many keys there are, and a query sees later ones, too, those of a window to both sides; undefined: none behind it. */
  bothWays?: number;
  /** Scores s become softcap · tanh(s / softcap) (Gemma 2); undefined: they stay. */
  softcap?: number;
  /** Each position between query and key takes alibiSlope(head, heads, alibi) off the score (alibi.ts); undefined: none does. */
  alibi?: number;
  /** [heads] A score beside the keys' in each head's softmax, whose value is 0 (gpt-oss). */
  sinks?: Buf;
  /** What may not be seen, see `EdgeCuts`. */
  cuts?: EdgeCuts;
  /**
   * Keys and values of the rows themselves, [n][kvHeads][keyDim or headDim]. The rows then all stand at position `start` and do not
   * see one another: each sees k and v of the other positions that it may see, and its own.
   */
  own?: { k: Buf; v: Buf };
}

/**
 * Edges with weight 0, left out of the softmax: i32 [cuts][6], each the half-open ranges of heads, queries and keys
 * (positions). A query that is left no key has an output of 0, and +∞ (or its sink's score)
 * and 1 as its row's maximum and sum.
 */
export type EdgeCuts = Buf;
/** Numbers of one cut. */
export const CUT = 6;

export interface TileRequest extends PictureSpan {
  head: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  keyDim?: number;
  scale: number;
  window?: number;
  /** Whether queries see later keys, too. */
  bothWays?: boolean;
  softcap?: number;
  alibi?: number;
  pool: 'max' | 'mean';
  /** Those that the attention had. */
  cuts?: EdgeCuts;
}

/** Of the gated delta rule (Yang et al. 2024, Gated Delta Networks). */
export interface DeltaShape {
  n: number;
  /** Of values: each has a state of its own. Head h reads query and key h mod keyHeads, or, where heads of a key are neighbours, h · keyHeads / heads rounded down. */
  heads: number;
  keyHeads: number;
  neighbours?: boolean;
  headDim: number;
  /** Of queries and keys where it is not that of values (Mamba-2). */
  keyDim?: number;
  /** What is written is v whatever the state says of k (Mamba-2): S ← α·S + β·v·kᵀ. */
  plain?: boolean;
  /** Multiplies what is read. */
  scale: number;
  /** The rows all stand at one place: each finds the state as it is, and leaves it so. */
  onePlace: boolean;
}

export interface RouterShape {
  n: number;
  experts: number;
  topK: number;
  /** Divide the chosen probabilities by their sum. */
  renormalize: boolean;
}

export interface HeadShape {
  n: number;
  /** Words of the whole vocabulary, and the first of these, a multiple of HEAD_RANGE; left out: they are all of them. */
  words?: number;
  first?: number;
  /** Logits are multiplied by it (1), get `bias` [words] and then cap · tanh(logit / cap). */
  scale?: number;
  bias?: Buf;
  softCap?: number;
}

/**
 * Where a row of `head` has its numbers, and how many it has: entropy in nats, the 8 largest logits in falling order, their
 * ids (i32; −1 where there are fewer words), ties to the lower id.
 */
export const HEAD = { logSumExp: 0, wanted: 1, logProbability: 2, entropy: 3, top: 4, ids: 12, numbers: 20 } as const;
export const HEAD_TOP = 8;

/** What gpt-oss holds gates and units within. */
export const CLAMP = 7;
/** Words that `head` adds up by themselves: ranges of a fixed size, so that neither threads nor slices change a bit of it. */
export const HEAD_RANGE = 512;

/** Rows that are packed together: parts of a matrix begin at a multiple of it. */
export const ROWS_TOGETHER = 8;

/** Rotary embedding pairing: 'adjacent' rotates (2i, 2i+1) (llama), 'half' rotates (i, i + dim/2) (NeoX: qwen, olmoe). */
export type RopePairing = 'adjacent' | 'half';

export interface Kernel {
  readonly name: KernelName;
  /** Threads that share the work, this one among them. */
  readonly threads: number;
  /** Why it computes with one thread although it was given more; undefined where it does not. */
  readonly threadsLost: string | undefined;
  /** Bytes of the kernel's memory now. */
  readonly bytesInUse: number;

  /** Ends the helper threads; nothing may be asked of the kernel afterwards. */
  close(): void;

  /** So many bytes will be asked for: growing once costs less than in many steps. false: there is no room. */
  reserve(bytes: number): boolean;
  /** Zeroed memory. Throws Problem 'out-of-memory'. */
  alloc(length: number): Buf;
  free(buf: Buf): void;

  /**
   * Repacks W[rows][cols] from GGUF bytes. Any supported type, any rows ≥ 1; cols a whole number of blocks. Throws Problem
   * weights-broken where a weight is NaN or infinite, which names the tensor.
   */
  loadMatrix(type: GgmlType, rows: number, cols: number, bytes: Uint8Array, tensor: string): Matrix;
  /** The same in parts: room for the whole, whose rows mean nothing until `packRows` has brought them. */
  newMatrix(type: GgmlType, rows: number, cols: number): Matrix;
  /** Rows from `first` on, a multiple of ROWS_TOGETHER; as many, or up to the last. Throws as loadMatrix does. */
  packRows(matrix: Matrix, first: number, bytes: Uint8Array, tensor: string): void;
  /** Bytes that such a matrix takes. */
  matrixBytes(type: GgmlType, rows: number, cols: number): number;
  freeMatrix(matrix: Matrix): void;
  /** `rows` of a matrix from `first` on, a multiple of ROWS_TOGETHER, where they lie: it lives as long as the whole, and is not freed. */
  partOf(matrix: Matrix, first: number, rows: number): Matrix;
  /** Dequantised to f32. Throws as loadMatrix does. */
  loadVector(type: GgmlType, length: number, bytes: Uint8Array, tensor: string): Buf;

  /** Whether none of the first `length` numbers is NaN or infinite. */
  allFinite(x: Buf, length: number): boolean;

  /**
   * out[n][rows] = x[n][cols] · Wᵀ. `isSame`: x is that of the multiplication before and nobody has written to it, so that
   * what was made of it serves again.
   */
  matmul(out: Buf, x: Buf, w: Matrix, n: number, isSame?: boolean): void;
  /**
   * The vocabulary, once: what is read of logits[n][words] = x[n][cols] · Wᵀ without keeping them; W are the words from
   * `shape.first` on, and `headMerge` is asked when all have come. out[n] rows of HEAD numbers; parts: n · headNumbers(words);
   * wanted: i32 [n], the word whose logit is asked for, −1 for none (its two numbers then mean nothing).
   */
  head(parts: Buf, out: Buf, x: Buf, w: Matrix, wanted: Buf, shape: HeadShape): void;
  /**
   * The same on any number of threads and in any slices; within 1e-5 nats of a sum in double over 256,000 words. log-sum-exp is
   * NaN where a logit is not finite.
   */
  headMerge(parts: Buf, out: Buf, n: number, words: number): void;
  /** Numbers that a row's `parts` take. */
  headNumbers(words: number): number;
  /** out[i][cols] = W[ids[i]][cols], dequantised: the embedding look-up. ids is an i32 Buf. */
  rows(out: Buf, w: Matrix, ids: Buf, n: number): void;

  /** out[i][d] = x[i][d] / rms(x[i]) · weight[d]. In place allowed. Also QK-norm, with n = tokens × heads, d = headDim. */
  rmsNorm(out: Buf, x: Buf, weight: Buf, n: number, d: number, eps: number): void;
  /** out[i][d] = (x[i][d] − mean(x[i])) / deviation(x[i]) · weight[d] + bias[d]. In place allowed. */
  layerNorm(out: Buf, x: Buf, weight: Buf, bias: Buf | undefined, n: number, d: number, eps: number): void;
  /** x[n][d] += bias[d] */
  addBias(x: Buf, bias: Buf, n: number, d: number): void;
  /** out[i] = x[i] for length elements */
  copy(out: Buf, x: Buf, length: number): void;
  /** x[i] += y[i] for length elements */
  add(x: Buf, y: Buf, length: number): void;
  /** x[i] *= factor for length elements */
  scale(x: Buf, factor: number, length: number): void;
  /**
   * Rotates x[n][heads][headDim] in place; token i has position start + i.
   * Two elements for each of `inverseFrequencies`; those beyond stay as they are. What turns is multiplied by `magnitude`, too.
   */
  rope(
    x: Buf,
    n: number,
    heads: number,
    headDim: number,
    start: number,
    inverseFrequencies: Buf,
    pairing: RopePairing,
    magnitude?: number,
  ): void;
  /** gate[i] = silu(gate[i]) · up[i] */
  swiglu(gate: Buf, up: Buf, length: number): void;
  /** gate[i] = g · sigmoid(1.702 g) · (u + 1), g and u being gate[i] and up[i] held within 7 (gpt-oss; g only from above) */
  clampedSwiglu(gate: Buf, up: Buf, length: number): void;
  /** gate[i] = gelu(gate[i]) · up[i], by the tanh formula; without up: gelu(gate[i]) */
  geglu(gate: Buf, up: Buf | undefined, length: number): void;

  /**
   * Grouped-query attention with online softmax, causal unless `bothWays`; no n×T matrix is made.
   * q[n][heads][keyDim]; k[start + n, or bothWays][kvHeads][keyDim]; v likewise of headDim; out[n][heads][headDim];
   * stats[n][heads][2] receives each row's softmax maximum and sum (of exp(score − maximum)), with a sink's score among
   * the scores.
   */
  attention(out: Buf, q: Buf, k: Buf, v: Buf, stats: Buf, shape: AttentionShape): void;
  /**
   * A picture of one head from kept q and k: out[rows][cols]; a masked cell is 0. q[T][heads][keyDim],
   * k[T][kvHeads][keyDim], stats[T][heads][2] as written by `attention`. A 'mean' counts masked cells as 0.
   */
  attentionTile(out: Buf, q: Buf, k: Buf, stats: Buf, tile: TileRequest): void;

  /** x[i] *= sigmoid(gate[i]) for length elements */
  sigmoidGate(x: Buf, gate: Buf, length: number): void;
  /**
   * Causal convolution of each channel by itself: out[t] = act(bias + Σᵢ weight[channels][taps]ᵢ · x[t − (taps − 1) + i]), act
   * SiLU or nothing. x and out are [n][channels] and not the same; rows before the first are tail[taps − 1][channels], which stays as it is. Rows
   * of one place all stand behind the tail and see none of the others.
   */
  convolve(
    out: Buf,
    x: Buf,
    tail: Buf,
    weight: Buf,
    shape: { n: number; channels: number; taps: number; onePlace: boolean; silu: boolean; bias?: Buf },
  ): void;
  /**
   * state[heads][headDim][keyDim] goes through n rows, one by one: S ← α·S + β·(v − α·S·k)·kᵀ, out = S·q·scale.
   * q and k [n][keyHeads][keyDim], v and out [n][heads][headDim], α (`decay`) and β [n][heads]. Without q and out the state
   * alone goes on.
   */
  deltaRule(
    read: { out: Buf; q: Buf } | undefined,
    written: { k: Buf; v: Buf; decay: Buf; beta: Buf },
    state: Buf,
    shape: DeltaShape,
  ): void;

  /**
   * Softmax router. logits[n][experts] becomes probabilities in place; ids[n][topK] (i32) in falling order of
   * probability, ties to the lower id; weights[n][topK].
   */
  route(logits: Buf, ids: Buf, weights: Buf, shape: RouterShape): void;
  /** out[i][d] = x[rowIds[i]][d] for i < n: gathers an expert's tokens. rowIds is an i32 Buf. */
  gather(out: Buf, x: Buf, rowIds: Buf, n: number, d: number): void;
  /** out[rowIds[i]][d] += scales[i] · x[i][d]: puts an expert's results back. */
  scatterAdd(out: Buf, x: Buf, rowIds: Buf, scales: Buf, n: number, d: number): void;
}
