/**
 * Twenty interventions on stories260K in plain float64 loops: what the engine's edits are tested against. Shares no code with
 * the engine, the file reader neither; each cut is written out here from its definition. Writes
 * test/fixtures/goldens/stories260K-cuts.json.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const data = process.env.ATTENTION_DATA ?? path.join(here, '../../../shared/data');
const file = readFileSync(path.join(data, 'stories260K/stories260K-f32.gguf'));

// --- GGUF, as much of it as this file has
let at = 8;
const u32 = () => (at += 4) && file.readUInt32LE(at - 4);
const u64 = () => (at += 8) && Number(file.readBigUInt64LE(at - 8));
const text = () => {
  const length = u64();
  at += length;
  return file.toString('utf8', at - length, at);
};
const READ = {
  0: () => file.readUInt8(at++),
  4: u32,
  5: () => (at += 4) && file.readInt32LE(at - 4),
  6: () => (at += 4) && file.readFloatLE(at - 4),
  7: () => file.readUInt8(at++) === 1,
  8: text,
  9: () => {
    const type = u32();
    return Array.from({ length: u64() }, () => READ[type]());
  },
  10: u64,
};
const [tensors, pairs] = [u64(), u64()];
const meta = Object.fromEntries(Array.from({ length: pairs }, () => [text(), READ[u32()]()]));
const shapes = Array.from({ length: tensors }, () => {
  const name = text();
  const shape = Array.from({ length: u32() }, u64);
  if (u32() !== 0) throw new Error(`${name} is not F32`);
  return { name, shape, offset: u64() };
});
const alignment = meta['general.alignment'] ?? 32;
const begin = Math.ceil(at / alignment) * alignment;
const W = Object.fromEntries(
  shapes.map(({ name, shape, offset }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return [name, Float64Array.from({ length }, (_, i) => file.readFloatLE(begin + offset + 4 * i))];
  }),
);

// --- the model
const m = (key) => meta[`llama.${key}`];
const [d, L, H, KV] = [
  m('embedding_length'),
  m('block_count'),
  m('attention.head_count'),
  m('attention.head_count_kv'),
];
const [hidden, eps, theta] = [
  m('feed_forward_length'),
  m('attention.layer_norm_rms_epsilon'),
  m('rope.freq_base') ?? 10000,
];
const hd = d / H;
const times = (w, x, rows) =>
  Float64Array.from({ length: rows }, (_, r) => x.reduce((sum, value, c) => sum + value * w[r * x.length + c], 0));
const norm = (x, w) => {
  const rms = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + eps);
  return x.map((value, i) => (value / rms) * w[i]);
};
/** Neighbouring elements turn together. */
const turn = (x, position) => {
  const out = Float64Array.from(x);
  for (let i = 0; i < hd; i += 2) {
    const angle = position * theta ** (-i / hd);
    out[i] = x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle);
    out[i + 1] = x[i] * Math.sin(angle) + x[i + 1] * Math.cos(angle);
  }
  return out;
};
const plus = (a, b) => a.map((value, i) => value + b[i]);
const head = (row, h) => row.slice(h * hd, (h + 1) * hd);
const mean = (rows) => rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);

/**
 * A run; `cut` may change what it is given, all of it named here: scores, weights, values(by key, for one query and head),
 * and at every token z, attn_out, mlp_out, hidden units, streams. Returns everything by layer, and logits by token.
 */
function run(ids, cut = {}) {
  const seen = { pre: [], z: [], attn: [], mlp: [], post: [], v: [] };
  let x = ids.map((id) => W['token_embd.weight'].slice(id * d, (id + 1) * d));
  for (let l = 0; l < L; l++) {
    const w = (name) => W[`blk.${l}.${name}.weight`];
    x = x.map((row, t) => cut.pre?.(l, t, row) ?? row);
    seen.pre.push(x);
    const normed = x.map((row) => norm(row, w('attn_norm')));
    const q = normed.map((row) => times(w('attn_q'), row, H * hd));
    const k = normed.map((row) => times(w('attn_k'), row, KV * hd));
    const v = normed.map((row) => times(w('attn_v'), row, KV * hd));
    seen.v.push(v);
    const z = normed.map((_, t) => {
      const out = new Float64Array(H * hd);
      for (let h = 0; h < H; h++) {
        const kv = Math.floor(h / (H / KV));
        const query = turn(head(q[t], h), t);
        let scores = Array.from({ length: t + 1 }, (_, key) => {
          const keyed = turn(head(k[key], kv), key);
          return query.reduce((sum, value, i) => sum + value * keyed[i], 0) / Math.sqrt(hd);
        });
        scores = scores.map((score, key) => (cut.knockout?.(l, h, t, key) ? -Infinity : score));
        const max = Math.max(...scores);
        const exps = scores.map((score) => Math.exp(score - max));
        const sum = exps.reduce((a, b) => a + b, 0);
        for (let key = 0; key <= t; key++) {
          let weight = exps[key] / sum;
          let value = head(v[key], kv);
          if (cut.zeroEdge?.(l, h, t, key)) weight = 0;
          if (cut.swapEdge?.(l, h, t, key)) value = mean(v.map((row) => head(row, kv)));
          for (let i = 0; i < hd; i++) out[h * hd + i] += weight * value[i];
        }
      }
      return out;
    });
    const edited = z.map((row, t) => cut.z?.(l, t, row) ?? row);
    seen.z.push(edited);
    const attn = edited.map((row, t) => {
      const update = times(w('attn_output'), row, d);
      return cut.attn?.(l, t, update) ?? update;
    });
    seen.attn.push(attn);
    x = x.map((row, t) => plus(row, attn[t]));
    const mlp = x.map((row, t) => {
      const input = norm(row, w('ffn_norm'));
      const [gate, up] = [times(w('ffn_gate'), input, hidden), times(w('ffn_up'), input, hidden)];
      let units = gate.map((value, i) => (value / (1 + Math.exp(-value))) * up[i]);
      units = cut.units?.(l, t, units) ?? units;
      const update = times(w('ffn_down'), units, d);
      return cut.mlp?.(l, t, update) ?? update;
    });
    seen.mlp.push(mlp);
    x = x.map((row, t) => plus(row, mlp[t]));
    x = x.map((row, t) => cut.post?.(l, t, row) ?? row);
    seen.post.push(x);
  }
  const out = W['output.weight'] ?? W['token_embd.weight'];
  return { ...seen, logits: x.map((row) => times(out, norm(row, W['output_norm.weight']), out.length / d)) };
}

// --- the cuts
const ids = [1, 403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426];
const other = [1, 403, 407, 261, 378, 432, 383, 286, 261, 298, 315];
const [last, clean, donor] = [15, run(ids), run(other)];
const [target, foil] = [...clean.logits[last].keys()].sort((a, b) => clean.logits[last][b] - clean.logits[last][a]);
const D = ({ logits }) => logits[last][target] - logits[last][foil];
const set = (row, from, values) => {
  const out = Float64Array.from(row);
  values.forEach((value, i) => (out[from + i] = value));
  return out;
};
const zeros = (n) => new Float64Array(n);
const edge = (layer, h, dst, src) => (l, hh, t, key) =>
  (layer === null || l === layer) && (h === null || hh === h) && dst(t) && src(key);
const is = (value) => (other) => other === value;

const CUTS = [
  ['blocks.1.attn.hook_pattern[head=2,dst=15,src=14] = knockout', { knockout: edge(1, 2, is(15), is(14)) }],
  ['blocks.4.attn.hook_pattern[head=0,dst=15,src=0] = knockout', { knockout: edge(4, 0, is(15), is(0)) }],
  ['blocks.*.attn.hook_pattern[head=*,dst=15,src=14] = knockout', { knockout: edge(null, null, is(15), is(14)) }],
  [
    'blocks.2.attn.hook_pattern[head=*,dst=5:,src=0:3] = knockout',
    {
      knockout: edge(
        2,
        null,
        (t) => t >= 5,
        (k) => k < 3,
      ),
    },
  ],
  ['blocks.3.attn.hook_pattern[head=5,dst=15,src=14] = zero', { zeroEdge: edge(3, 5, is(15), is(14)) }],
  ['blocks.0.attn.hook_pattern[head=*,dst=*,src=0] = zero', { zeroEdge: edge(0, null, () => true, is(0)) }],
  ['blocks.3.attn.hook_pattern[head=5,dst=15,src=14] = swap(mean)', { swapEdge: edge(3, 5, is(15), is(14)) }],
  [
    'blocks.2.attn.hook_pattern[head=*,dst=4:,src=*] = swap(mean)',
    {
      swapEdge: edge(
        2,
        null,
        (t) => t >= 4,
        () => true,
      ),
    },
  ],
  [
    'blocks.4.attn.hook_z[head=3,pos=15] = zero',
    { z: (l, t, row) => (l === 4 && t === 15 ? set(row, 3 * hd, zeros(hd)) : row) },
  ],
  [
    'blocks.0.attn.hook_z[head=6,pos=*] = mean(text)',
    { z: (l, _, row) => (l === 0 ? set(row, 6 * hd, mean(clean.z[0].map((each) => head(each, 6)))) : row) },
  ],
  [
    'blocks.2.attn.hook_z[head=1,pos=3:9] = scale(-2)',
    {
      z: (l, t, row) =>
        l === 2 && t >= 3 && t < 9
          ? set(
              row,
              hd,
              head(row, 1).map((value) => -2 * value),
            )
          : row,
    },
  ],
  [
    'blocks.3.attn.hook_z[head=4,pos=15] = from("other",pos=8)',
    { z: (l, t, row) => (l === 3 && t === 15 ? set(row, 4 * hd, head(donor.z[3][8], 4)) : row) },
  ],
  ['blocks.1.hook_attn_out[pos=*] = zero', { attn: (l, _, row) => (l === 1 ? zeros(d) : row) }],
  [
    'blocks.2.hook_attn_out[pos=15] = mean(text)',
    { attn: (l, t, row) => (l === 2 && t === 15 ? mean(clean.attn[2]) : row) },
  ],
  [
    'blocks.2.hook_mlp_out[pos=14:] = scale(0.5)',
    { mlp: (l, t, row) => (l === 2 && t >= 14 ? row.map((value) => value / 2) : row) },
  ],
  [
    'blocks.0.hook_mlp_out[pos=6] = from("other",pos=9)',
    { mlp: (l, t, row) => (l === 0 && t === 6 ? donor.mlp[0][9] : row) },
  ],
  [
    'blocks.1.hook_resid_pre[pos=4:7] = from("other",pos=7)',
    { pre: (l, t, row) => (l === 1 && t >= 4 && t < 7 ? donor.pre[1][t + 3] : row) },
  ],
  [
    'blocks.4.hook_resid_post[pos=15] = mean(text)',
    { post: (l, t, row) => (l === 4 && t === 15 ? mean(clean.post[4]) : row) },
  ],
  ['blocks.3.mlp.neuron[7,pos=*] = zero', { units: (l, _, units) => (l === 3 ? set(units, 7, [0]) : units) }],
  [
    'blocks.4.mlp.neuron[100,pos=15] = scale(30)',
    { units: (l, t, units) => (l === 4 && t === 15 ? set(units, 100, [30 * units[100]]) : units) },
  ],
];
const cuts = CUTS.map(([edit, cut]) => ({ edit, difference: D(run(ids, cut)) }));

const golden = {
  model: { file: 'stories260K-f32.gguf', sha256: createHash('sha256').update(file).digest('hex') },
  ids,
  other,
  target,
  foil,
  clean: D(clean),
  cuts,
};
const out = path.join(here, '../fixtures/goldens/stories260K-cuts.json');
writeFileSync(out, `${JSON.stringify(golden)}\n`);
for (const { edit, difference } of cuts) console.log((difference - golden.clean).toFixed(4).padStart(9), edit);
console.log('clean', golden.clean, 'last logits', clean.logits[last][target]);
