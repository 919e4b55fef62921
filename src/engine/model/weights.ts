/**
 * A model's weights in a kernel's memory: which tensor goes where, with its shape checked against the config.
 * Names follow llama.cpp's llama-arch.cpp; shapes are given as [rows (outputs)][cols (inputs)].
 */
import { Problem } from '../../protocol/problem';
import { BLOCK_LAYOUT } from '../formats/ggmlTypes';
import type { GgufFile, GgufTensor } from '../formats/ggufTypes';
import type { Buf, Kernel, Matrix } from '../kernel/kernel';
import type { ModelConfig } from './config';
import type { FeedForward } from './dense';
import type { MixtureOfExperts } from './experts';
import type { AttentionShape } from './mixers/attentionParts';
import type { MixerWeights } from './mixers/mix';
import type { FeedForwardShape } from './shape';

export interface Layer {
  attentionNorm: Buf; // [embedding]
  mixer: MixerWeights;
  feedForwardNorm: Buf; // [embedding]
  dense?: FeedForward;
  moe?: MixtureOfExperts;
}

/** A layer's weights for as long as somebody works with them. */
export interface Lease {
  readonly layer: Layer;
  /** Nothing of the layer may be used after this. */
  release(): void;
}

export interface Weights {
  tokenEmbedding: Matrix; // [vocabulary][embedding]
  /** Waits until the layer's weights are in memory; in-memory models lease for nothing. */
  layer(l: number): Promise<Lease>;
  outputNorm: Buf; // [embedding]
  output: Matrix; // [vocabulary][embedding]; the same matrix as tokenEmbedding when tied
  inverseFrequencies: Buf; // [ropeDim / 2], positions already divided by ropeScale
}

/** Every tensor that the forward pass reads, and one that llama.cpp ignores too (attn_rot_embd, in old Llama files). */
const KNOWN_TENSORS = new RegExp(
  '^((token_embd|output|output_norm|rope_freqs)\\.weight|blk\\.\\d+\\.(' +
    'attn_(q|k|v|output)\\.(weight|bias)|attn_(norm|q_norm|k_norm|rot_embd)\\.weight|' +
    'ffn_(norm|gate|up|down|gate_inp|gate_inp_shexp|(gate|up|down)_(exps|shexp))\\.weight))$',
);

/** A tensor that would be passed over means a model that would be computed wrongly: Problem model-unsupported. */
export function refuseUnknownTensors(file: GgufFile): void {
  for (const name of file.tensors.keys()) {
    if (KNOWN_TENSORS.test(name)) continue;
    throw new Problem('model-unsupported', `The model has a tensor that is not supported: “${name}”.`, {
      file: file.source.name,
      subject: name,
    });
  }
}

/** Called with the share of bytes loaded, 0 … 1; may wait, may throw to cancel. */
export type LoadProgress = (share: number) => Promise<void> | void;

/** Throws Problem model-invalid for a missing or misshapen tensor, out-of-memory when it does not fit. */
export async function loadWeights(
  file: GgufFile,
  config: ModelConfig,
  kernel: Kernel,
  vocabulary: number,
  onProgress: LoadProgress = () => {},
): Promise<Weights> {
  const loader = new Loader(file, kernel, onProgress);
  const { embedding: d } = config;
  const tokenEmbedding = await loader.matrix('token_embd.weight', vocabulary, d);
  const leases: Lease[] = [];
  for (let l = 0; l < config.layers; l++) {
    const layer = await loadLayer(loader, config, l);
    leases.push({ layer, release: () => {} });
  }
  return {
    tokenEmbedding,
    layer: (l) => Promise.resolve(leases[l]),
    outputNorm: loader.vector('output_norm.weight', d),
    output: loader.has('output.weight') ? await loader.matrix('output.weight', vocabulary, d) : tokenEmbedding,
    inverseFrequencies: loadInverseFrequencies(loader, config, kernel),
  };
}

async function loadLayer(loader: Loader, { embedding: d, shapes }: ModelConfig, l: number): Promise<Layer> {
  const at = (name: string): string => `blk.${l}.${name}`;
  const { mixer, feedForward } = shapes[l];
  return {
    attentionNorm: loader.vector(at('attn_norm.weight'), d),
    mixer: await loadAttention(loader, mixer, at, d),
    feedForwardNorm: loader.vector(at('ffn_norm.weight'), d),
    ...(feedForward.experts > 0
      ? { moe: await loadExperts(loader, feedForward, d, at('')) }
      : { dense: await loadFeedForward(loader, at(''), '', feedForward.hidden, d) }),
  };
}

async function loadAttention(
  loader: Loader,
  { heads, kvHeads, headDim }: AttentionShape,
  at: (name: string) => string,
  d: number,
): Promise<MixerWeights> {
  const [qWidth, kvWidth] = [heads * headDim, kvHeads * headDim];
  return {
    wq: await loader.matrix(at('attn_q.weight'), qWidth, d),
    wk: await loader.matrix(at('attn_k.weight'), kvWidth, d),
    wv: await loader.matrix(at('attn_v.weight'), kvWidth, d),
    wo: await loader.matrix(at('attn_output.weight'), d, qWidth),
    bq: loader.optionalVector(at('attn_q.bias'), [qWidth]),
    bk: loader.optionalVector(at('attn_k.bias'), [kvWidth]),
    bv: loader.optionalVector(at('attn_v.bias'), [kvWidth]),
    bo: loader.optionalVector(at('attn_output.bias'), [d]),
    qNorm: loader.optionalVector(at('attn_q_norm.weight'), [headDim, qWidth]),
    kNorm: loader.optionalVector(at('attn_k_norm.weight'), [headDim, kvWidth]),
  };
}

async function loadFeedForward(
  loader: Loader,
  prefix: string,
  suffix: string,
  hidden: number,
  d: number,
): Promise<FeedForward> {
  return {
    gate: await loader.matrix(`${prefix}ffn_gate${suffix}.weight`, hidden, d),
    up: await loader.matrix(`${prefix}ffn_up${suffix}.weight`, hidden, d),
    down: await loader.matrix(`${prefix}ffn_down${suffix}.weight`, d, hidden),
  };
}

async function loadExperts(
  loader: Loader,
  { experts, hidden, sharedHidden }: FeedForwardShape,
  d: number,
  prefix: string,
): Promise<MixtureOfExperts> {
  const gates = await loader.matrices(`${prefix}ffn_gate_exps.weight`, hidden, d, experts);
  const ups = await loader.matrices(`${prefix}ffn_up_exps.weight`, hidden, d, experts);
  const downs = await loader.matrices(`${prefix}ffn_down_exps.weight`, d, hidden, experts);
  const moe: MixtureOfExperts = {
    router: await loader.matrix(`${prefix}ffn_gate_inp.weight`, experts, d),
    experts: gates.map((gate, e) => ({ gate, up: ups[e], down: downs[e] })),
  };
  if (sharedHidden > 0) {
    const inputGate = `${prefix}ffn_gate_inp_shexp.weight`;
    moe.shared = {
      ...(await loadFeedForward(loader, prefix, '_shexp', sharedHidden, d)),
      ...(loader.has(inputGate) && { inputGate: await loader.matrix(inputGate, 1, d) }),
    };
  }
  return moe;
}

/** θ^(−2i/dim) (RoFormer, eq. 15), with Llama 3's per-frequency factors where the file has them. */
function loadInverseFrequencies(loader: Loader, config: ModelConfig, kernel: Kernel): Buf {
  const half = config.ropeDim / 2;
  const factors = loader.optionalVector('rope_freqs.weight', [half]);
  const inverse = kernel.alloc(half);
  const values = inverse.f32;
  for (let i = 0; i < half; i++) {
    values[i] = config.ropeTheta ** ((-2 * i) / config.ropeDim) / config.ropeScale / (factors?.f32[i] ?? 1);
  }
  return inverse;
}

class Loader {
  private bytesDone = 0;
  private readonly bytesInAll: number;

  constructor(
    private readonly file: GgufFile,
    private readonly kernel: Kernel,
    private readonly onProgress: LoadProgress,
  ) {
    this.bytesInAll = [...file.tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
  }

  has(name: string): boolean {
    return this.file.tensors.has(name);
  }

  /** W[rows][cols] */
  async matrix(name: string, rows: number, cols: number): Promise<Matrix> {
    const tensor = this.shaped(name, rows === 1 ? [[cols], [cols, 1]] : [[cols, rows]]);
    const matrix = this.kernel.loadMatrix(tensor.type, rows, cols, this.bytes(tensor));
    await this.step(tensor.byteLength);
    return matrix;
  }

  /** `count` matrices W[rows][cols], one behind the other in one tensor. */
  async matrices(name: string, rows: number, cols: number, count: number): Promise<Matrix[]> {
    const tensor = this.shaped(name, [[cols, rows, count]]);
    const bytes = this.bytes(tensor);
    const each = tensor.byteLength / count;
    const matrices = Array.from({ length: count }, (_, e) =>
      this.kernel.loadMatrix(tensor.type, rows, cols, bytes.subarray(e * each, (e + 1) * each)),
    );
    await this.step(tensor.byteLength);
    return matrices;
  }

  vector(name: string, length: number): Buf {
    const tensor = this.shaped(name, [[length]]);
    return this.kernel.loadVector(tensor.type, length, this.bytes(tensor));
  }

  optionalVector(name: string, lengths: number[]): Buf | undefined {
    if (!this.has(name)) return undefined;
    const tensor = this.shaped(
      name,
      lengths.map((length) => [length]),
    );
    return this.kernel.loadVector(tensor.type, tensor.shape[0], this.bytes(tensor));
  }

  private tensor(name: string): GgufTensor {
    const tensor = this.file.tensors.get(name);
    if (!tensor) {
      throw new Problem('model-invalid', `The model has no tensor “${name}”.`, {
        file: this.file.source.name,
        subject: name,
      });
    }
    return tensor;
  }

  /** The tensor, when its shape is one of those expected (ggml order: cols first; trailing 1s do not count). */
  private shaped(name: string, shapes: number[][]): GgufTensor {
    const tensor = this.tensor(name);
    const plain = (shape: readonly number[]): string => shape.join('×').replace(/(×1)+$/, '');
    if (!shapes.some((shape) => plain(shape) === plain(tensor.shape))) {
      throw new Problem(
        'model-invalid',
        `Tensor “${name}” is ${tensor.shape.join('×')}; expected ${shapes.map((shape) => shape.join('×')).join(' or ')}.`,
        { file: this.file.source.name, subject: name, offset: tensor.offset },
      );
    }
    const block = BLOCK_LAYOUT[tensor.type].weights;
    if (tensor.shape[0] % block !== 0) {
      throw new Problem(
        'model-invalid',
        `Tensor “${name}”: rows of ${tensor.shape[0]} are not whole blocks of ${block}.`,
        {
          file: this.file.source.name,
          subject: name,
          offset: tensor.offset,
        },
      );
    }
    return tensor;
  }

  private bytes(tensor: GgufTensor): Uint8Array {
    return this.file.source.read(tensor.offset, tensor.byteLength);
  }

  private async step(bytes: number): Promise<void> {
    this.bytesDone += bytes;
    await this.onProgress(this.bytesDone / this.bytesInAll);
  }
}
