/**
 * A transformer in plain float64 loops, straight from a file's F32 tensors: what the tests compare the engine's readings
 * with. Shares no code with the engine but the file reader. Qwen3 conventions: RMSNorm, QK-norm, rotation of halves.
 */
import { BufferSource } from '../../src/engine/formats/byteSource';
import { readGguf } from '../../src/engine/formats/gguf';

export interface PlainRun {
  residuals: number[][][]; // [layers + 1][tokens][embedding]
  q: number[][][][]; // [layers][tokens][heads][headDim]
  k: number[][][][]; // [layers][tokens][kvHeads][headDim]
  weights: number[][][][]; // [layers][heads][query][key]
  /** What each key's value becomes behind W_O: [layers][heads][key][embedding] */
  outputs: number[][][][];
  hidden: number[][][]; // [layers][tokens][hidden], dense layers
  routing: number[][][]; // [layers][tokens][experts], softmax over experts
  logits: number[][]; // [tokens][vocabulary]
  /** Behind the last norm's weight and the output matrix, for a residual stream of any depth. */
  unembed(residual: number[]): number[];
  outputNorm: number[];
  outputRow(id: number): number[];
}

export function plainRun(bytes: Uint8Array, ids: readonly number[]): PlainRun {
  const file = readGguf(new BufferSource(bytes, 'plain.gguf'));
  const architecture = String(file.metadata.get('general.architecture'));
  const meta = (key: string, fallback = 0): number => Number(file.metadata.get(`${architecture}.${key}`) ?? fallback);
  const floats = (name: string): number[] => {
    const tensor = file.tensors.get(name)!;
    const raw = file.source.read(tensor.offset, tensor.shape.reduce((a, b) => a * b, 1) * 4);
    return [...new Float32Array(raw.slice().buffer)];
  };
  const has = (name: string): boolean => file.tensors.has(name);
  const d = meta('embedding_length');
  const heads = meta('attention.head_count');
  const kvHeads = meta('attention.head_count_kv');
  const headDim = meta('attention.key_length');
  const eps = meta('attention.layer_norm_rms_epsilon');
  const theta = meta('rope.freq_base');
  const used = meta('expert_used_count');

  const times = (w: number[], x: number[], rows: number, from = 0): number[] =>
    Array.from({ length: rows }, (_, r) => x.reduce((sum, value, c) => sum + value * w[from + r * x.length + c], 0));
  const norm = (x: number[], weight: number[]): number[] => {
    const rms = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + eps);
    return x.map((value, i) => (value / rms) * weight[i]);
  };
  const rotate = (x: number[], position: number): number[] => {
    const half = headDim / 2;
    return x.map((value, i) => {
      const angle = position * theta ** (-(2 * (i % half)) / headDim);
      return i < half
        ? value * Math.cos(angle) - x[i + half] * Math.sin(angle)
        : value * Math.cos(angle) + x[i - half] * Math.sin(angle);
    });
  };
  const softmax = (scores: number[]): number[] => {
    const max = Math.max(...scores);
    const exps = scores.map((score) => Math.exp(score - max));
    const sum = exps.reduce((a, b) => a + b, 0);
    return exps.map((value) => value / sum);
  };
  const pieces = (x: number[], count: number): number[][] =>
    Array.from({ length: count }, (_, i) => x.slice((i * x.length) / count, ((i + 1) * x.length) / count));
  const plus = (a: number[], b: number[], share = 1): number[] => a.map((value, i) => value + share * b[i]);

  const embeddings = floats('token_embd.weight');
  const output = has('output.weight') ? floats('output.weight') : embeddings;
  const outputNorm = floats('output_norm.weight');
  const outputRow = (id: number): number[] => output.slice(id * d, (id + 1) * d);
  const unembed = (residual: number[]): number[] => times(output, norm(residual, outputNorm), output.length / d);

  let x = ids.map((id) => embeddings.slice(id * d, (id + 1) * d));
  const run: Omit<PlainRun, 'logits'> = {
    residuals: [x],
    q: [],
    k: [],
    weights: [],
    outputs: [],
    hidden: [],
    routing: [],
    unembed,
    outputNorm,
    outputRow,
  };
  for (let l = 0; l < meta('block_count'); l++) {
    const w = (name: string): number[] => floats(`blk.${l}.${name}.weight`);
    const [wq, wk, wv, wo] = ['attn_q', 'attn_k', 'attn_v', 'attn_output'].map(w);
    const [qNorm, kNorm] = [w('attn_q_norm'), w('attn_k_norm')];
    const normed = x.map((row) => norm(row, w('attn_norm')));
    const project = (matrix: number[], count: number): number[][][] =>
      normed.map((row) => pieces(times(matrix, row, count * headDim), count));
    const q = project(wq, heads).map((row, at) => row.map((head) => rotate(norm(head, qNorm), at)));
    const k = project(wk, kvHeads).map((row, at) => row.map((head) => rotate(norm(head, kNorm), at)));
    const v = project(wv, kvHeads);
    const kvOf = (head: number): number => Math.floor(head / (heads / kvHeads));
    const weights = Array.from({ length: heads }, (_, head) =>
      q.map((row, query) => {
        const scores = k
          .slice(0, query + 1)
          .map((key) => row[head].reduce((sum, a, i) => sum + a * key[kvOf(head)][i], 0) / Math.sqrt(headDim));
        return softmax(scores);
      }),
    );
    // Column block `head` of W_O times the value.
    const outputs = Array.from({ length: heads }, (_, head) =>
      v.map((row) =>
        Array.from({ length: d }, (_, r) =>
          row[kvOf(head)].reduce((sum, a, i) => sum + a * wo[r * heads * headDim + head * headDim + i], 0),
        ),
      ),
    );
    x = x.map((row, query) =>
      outputs.reduce(
        (sum, own, head) => weights[head][query].reduce((s, weight, key) => plus(s, own[key], weight), sum),
        row,
      ),
    );
    const forward = x.map((row) => norm(row, w('ffn_norm')));
    const swiglu = (row: number[], gate: number[], up: number[], rows: number, from = 0): number[] => {
      const [a, b] = [times(gate, row, rows, from), times(up, row, rows, from)];
      return a.map((value, i) => (value / (1 + Math.exp(-value))) * b[i]);
    };
    if (has(`blk.${l}.ffn_gate.weight`)) {
      const [gate, up, down] = ['ffn_gate', 'ffn_up', 'ffn_down'].map(w);
      const hidden = forward.map((row) => swiglu(row, gate, up, gate.length / d));
      x = x.map((row, i) => plus(row, times(down, hidden[i], d)));
      run.hidden.push(hidden);
      run.routing.push([]);
    } else {
      const router = w('ffn_gate_inp');
      const [gate, up, down] = ['ffn_gate_exps', 'ffn_up_exps', 'ffn_down_exps'].map(w);
      const experts = router.length / d;
      const rows = gate.length / d / experts;
      const routing = forward.map((row) => softmax(times(router, row, experts)));
      x = x.map((row, i) => {
        const chosen = [...routing[i].keys()].sort((a, b) => routing[i][b] - routing[i][a]).slice(0, used);
        const sum = chosen.reduce((total, expert) => total + routing[i][expert], 0);
        return chosen.reduce((out, expert) => {
          const inside = swiglu(forward[i], gate, up, rows, expert * rows * d);
          return plus(out, times(down, inside, d, expert * rows * d), routing[i][expert] / sum);
        }, row);
      });
      run.hidden.push([]);
      run.routing.push(routing);
    }
    run.q.push(q);
    run.k.push(k);
    run.weights.push(weights);
    run.outputs.push(outputs);
    run.residuals.push(x);
  }
  return { ...run, logits: x.map(unembed) };
}
