/**
 * Writes the register tiles in AssemblyScript: R rows of activations times panels of 8 outputs, all sums in registers.
 * Written by a program because V8 keeps sums in registers only when each has a name of its own. Long, because each way to
 * multiply is written here for many rows and for one.
 *
 * Prompts (four rows and more) unpack a panel once into the working format of unpack.ts and run every row over it. Single
 * rows read the packed panels (pack.ts) as they are, one after the other: a matrix is read from its beginning to its end,
 * which is how memory gives most (several panels at once, each a stream of its own, were half as fast: bench/LOG.md).
 *
 * Three ways to multiply bytes exactly, by what the machine has:
 *   words:  16-bit products, i32x4.dot_i16x8_s: every machine, every weight.
 *   halves: i16x8.relaxed_dot_i8x16_i7x16_s, weights of 7 bits or less; sums of a whole block in 16 bits. They may wrap on
 *           the way, since only the block's sum has to fit: |Σ a·w| ≤ 16 · 127 · 15 for 4 bits, 8 · 127 · 32 for 6.
 *   dot:    i32x4.relaxed_dot_i8x16_i7x16_add_s where it takes 8-bit weights exactly (choose.ts asks the machine).
 */

import { KINDS, ROW_KINDS, WAYS } from './kinds.mjs';

/** Rows that a tile takes at once, and with it the order of the activations. */
export const TILE_ROWS = 4;
/** Rows that may be left behind the last whole tile. */
const LEFT = Array.from({ length: TILE_ROWS - 1 }, (_, i) => i + 1);

const times = (n, line) => Array.from({ length: n }, (_, i) => line(i)).join('\n');
const twice = (line) => times(2, line);

const DOTS = {
  words: (s, x, w) => `i32x4.add(${s}, i32x4.dot_i16x8_s(${x}, ${w}))`,
  halves: (s, x, w) => `i16x8.add(${s}, i16x8.relaxed_dot_i8x16_i7x16_s(${x}, ${w}))`,
  dot: (s, x, w) => `i32x4.relaxed_dot_i8x16_i7x16_add_s(${x}, ${w}, ${s})`,
};
/** The block's sum as four integers and as four floats. */
const toInt = (way, s) => (way === 'halves' ? `i32x4.extadd_pairwise_i16x8_s(${s})` : s);
const toFloat = (way, s) => `f32x4.convert_i32x4_s(${toInt(way, s)})`;

/**
 * R rows times one panel in the working format: per block of `width` inputs 8 scales (f32), 8 minimums where there are
 * some, the values: vectors of 4 outputs × 4 inputs as bytes, × 2 inputs as words. isZero: the activations' start is 0, and not loaded.
 */
function tile(way, width, minimum, R, isZero) {
  const header = minimum ? 64 : 32;
  const body = width * 8 * (way === 'words' ? 2 : 1);
  const valueBytes = way === 'words' ? width * 2 : width;
  const each = (line) => times(R, (r) => times(2, (v) => line(r, v)));
  return `
function tile_${way}${width}${minimum ? 'm' : ''}_${R}(w: usize, a: usize, c: usize, blocks: usize, ldc: usize): void {
${each((r, v) => `  let f${r}_${v} = f32x4.splat(0);`)}
  do {
${each((r, v) => `    let s${r}_${v} = ${minimum || isZero ? 'i32x4.splat(0)' : v ? `s${r}_0` : `v128.load32_splat(a, ${4 * R + 4 * r})`};`)}
    let values = a + ${8 * R};
    let weights = w + ${header};
    const end = weights + ${body};
    do {
      const q0 = v128.load(weights);
      const q1 = v128.load(weights, 16);
${times(
  R,
  (r) =>
    `      const x${r} = v128.load32_splat(values, ${4 * r});\n` +
    times(2, (v) => `      s${r}_${v} = ${DOTS[way](`s${r}_${v}`, `x${r}`, `q${v}`)};`),
)}
      values += ${4 * R};
      weights += 32;
    } while (weights < end);
    const d0 = v128.load(w);
    const d1 = v128.load(w, 16);
${minimum ? '    const m0 = v128.load(w, 32);\n    const m1 = v128.load(w, 48);' : ''}
${times(
  R,
  (r) =>
    `    const e${r} = v128.load32_splat(a, ${4 * r});\n` +
    (minimum ? `    const t${r} = v128.load32_splat(a, ${4 * R + 4 * r});\n` : '') +
    times(2, (v) => {
      const added = `madd(${toFloat(way, `s${r}_${v}`)}, f32x4.mul(d${v}, e${r}), f${r}_${v})`;
      return `    f${r}_${v} = ${minimum ? `f32x4.sub(${added}, f32x4.mul(m${v}, t${r}))` : added};`;
    }),
)}
    w += ${header + body};
    a += ${(8 + valueBytes) * R};
  } while (--blocks);
${storeAll(R)}
}`;
}

/** R rows times one panel of f32 weights [k][8 outputs], activations [k][R]. */
function floatTile(R) {
  return `
function tile_f32_${R}(w: usize, a: usize, c: usize, k: usize, ldc: usize): void {
${times(R, (r) => times(2, (v) => `  let f${r}_${v} = f32x4.splat(0);`))}
  do {
    const q0 = v128.load(w);
    const q1 = v128.load(w, 16);
${times(
  R,
  (r) =>
    `    const x${r} = v128.load32_splat(a, ${4 * r});\n` +
    times(2, (v) => `    f${r}_${v} = madd(x${r}, q${v}, f${r}_${v});`),
)}
    w += 32;
    a += ${4 * R};
  } while (--k);
${storeAll(R)}
}`;
}

/** Sums f… of R rows to c, rows ldc bytes apart. */
function storeAll(R) {
  return times(R, (r) => twice((v) => `  v128.store(c, f${r}_${v}, ${16 * v});`) + (r < R - 1 ? '\n  c += ldc;' : ''));
}

/**
 * Four f16 as f32, exactly: their bits, widened and moved to where f32 has them, are the value times 2^−112. The mask repairs the
 * sign's copies. Multiplied here and not into the activations' scale, which would leave f32 for activations of 8 million.
 */
const half = (at) => `f32x4.mul(v128.and(i32x4.shl(v128.load16x4_s(${at}), 13), mask), factor)`;
/** V8 makes a constant anew at each use, unless it was loaded. */
const rowHead = (name) => `
function row_${name}(w: usize, a: usize, c: usize, blocks: usize): void {
  const mask = v128.load(HALF_MASK);
  const factor = v128.load(HALF_FACTOR);
${twice((v) => `  let f${v} = f32x4.splat(0);`)}`;
const storeRow = twice((v) => `  v128.store(c, f${v}, ${16 * v});`);

/** One row times a packed panel of Q8_0. As words its weights have no zero point. */
function rowQ8(way) {
  const words = way === 'words';
  return `${rowHead(`q8_${way}`)}
  do {
    let s0 = ${words ? 'i32x4.splat(0)' : 'v128.load32_splat(a, 4)'};
    let s1 = s0;
    let values = a + 8;
    let weights = w + 16;
    const end = weights + 256;
    do {
      const x = v128.load32_splat(values);
${twice((v) => {
  const q = words ? `v128.load8x8_s(weights, ${8 * v})` : `v128.load(weights, ${16 * v})`;
  return `      s${v} = ${DOTS[way](`s${v}`, 'x', q)};`;
})}
      values += 4;
      weights += ${words ? 16 : 32};
    } while (weights < end);
    const e = v128.load32_splat(a);
${twice((v) => `    f${v} = madd(${toFloat(way, `s${v}`)}, f32x4.mul(${half(`w, ${8 * v}`)}, e), f${v});`)}
    w += 272;
    a += ${words ? 72 : 40};
  } while (--blocks);
${storeRow}
}`;
}

/** The 32 inputs of a block of nibbles: group g low, group g + 4 high. */
const nibbleLoop = (way) => `
    do {
      const xl = v128.load32_splat(values);
      const xh = v128.load32_splat(values, 16);
${twice(
  (v) =>
    `      const b${v} = v128.load(weights, ${16 * v});\n` +
    `      s${v} = ${DOTS[way](`s${v}`, 'xl', `v128.and(b${v}, low)`)};\n` +
    `      s${v} = ${DOTS[way](`s${v}`, 'xh', `v128.and(i16x8.shr_u(b${v}, 4), low)`)};`,
)}
      values += 4;
      weights += 32;
    } while (weights < end);`;

/** One row times a packed panel of Q4_0. */
function rowQ4(way) {
  return `${rowHead(`q4_${way}`)}
  const low = v128.load(NIBBLE);
  do {
    let s0 = v128.load32_splat(a, 4);
    let s1 = s0;
    let values = a + 8;
    let weights = w + 16;
    const end = weights + 128;
${nibbleLoop(way)}
    const e = v128.load32_splat(a);
${twice((v) => `    f${v} = madd(${toFloat(way, `s${v}`)}, f32x4.mul(${half(`w, ${8 * v}`)}, e), f${v});`)}
    w += 144;
    a += 40;
  } while (--blocks);
${storeRow}
}`;
}

/** One row times a packed panel of Q4_K: superblocks of 8 blocks of 32. */
function rowQ4K(way) {
  const widened = (at, v) =>
    `f32x4.convert_i32x4_u(i32x4.extend_${v ? 'high' : 'low'}_i16x8_u(v128.load8x8_u(scales, ${at})))`;
  return `${rowHead(`q4k_${way}`)}
  const low = v128.load(NIBBLE);
  do {
${twice((v) => `    const d${v} = ${half(`w, ${8 * v}`)};\n    const m${v} = ${half(`w, ${16 + 8 * v}`)};`)}
    let scales = w + 32;
    let weights = w + 160;
    const last = weights;
    do {
      let s0 = i32x4.splat(0);
      let s1 = s0;
      let values = a + 8;
      const end = weights + 128;
${nibbleLoop(way)}
      const e = v128.load32_splat(a);
      const t = v128.load32_splat(a, 4);
${twice(
  (v) =>
    `      f${v} = madd(${toFloat(way, `s${v}`)}, f32x4.mul(f32x4.mul(d${v}, ${widened(0, v)}), e), f${v});\n` +
    `      f${v} = f32x4.sub(f${v}, f32x4.mul(f32x4.mul(m${v}, ${widened(8, v)}), t));`,
)}
      scales += 16;
      a += 40;
    } while (scales < last);
    w += 1184;
    blocks -= 8;
  } while (blocks);
${storeRow}
}`;
}

/** One row times a packed panel of Q6_K: superblocks of 16 blocks of 16, two of which share their bytes. */
function rowQ6K(way) {
  const scale = (v) =>
    `f32x4.convert_i32x4_s(i32x4.extend_${v ? 'high' : 'low'}_i16x8_s(v128.load8x8_s(scales)))`;
  /** Inputs 16·h … of the 32: nibbles low or high, two more bits from the bytes behind them. */
  const part = (h) => {
    const group = (j) =>
      `      const x${h}${j} = v128.load32_splat(a, ${8 + 4 * j});\n` +
      twice((v) => {
        const bits = `v128.load(weights, ${128 + 32 * h + 16 * v})`;
        const moved = j < 2 ? `i16x8.shl(${bits}, ${4 - 2 * j})` : j === 2 ? bits : `i16x8.shr_u(${bits}, 2)`;
        const bytes = `v128.load(weights, ${32 * j + 16 * v})`;
        const nibble = `v128.and(${h ? `i16x8.shr_u(${bytes}, 4)` : bytes}, low)`;
        return `      s${v} = ${DOTS[way](`s${v}`, `x${h}${j}`, `v128.or(${nibble}, v128.and(${moved}, two))`)};`;
      });
    return `
      ${h ? '' : 'let '}s0 = v128.load32_splat(a, 4);
      ${h ? '' : 'let '}s1 = s0;
${times(4, group)}
      ${h ? '' : 'let '}e = v128.load32_splat(a);
${twice((v) => `      f${v} = madd(${toFloat(way, `s${v}`)}, f32x4.mul(f32x4.mul(d${v}, ${scale(v)}), e), f${v});`)}
      scales += 8;
      a += 24;`;
  };
  return `${rowHead(`q6k_${way}`)}
  const low = v128.load(NIBBLE);
  const two = v128.load(TWO_BITS);
  do {
${twice((v) => `    const d${v} = ${half(`w, ${8 * v}`)};`)}
    let scales = w + 16;
    let weights = w + 144;
    const last = weights;
    do {
${part(0)}
${part(1)}
      weights += 192;
    } while (scales < last);
    w += 1680;
    blocks -= 16;
  } while (blocks);
${storeRow}
}`;
}

/**
 * Where the weights of a kind lie in a packed panel (pack.ts): a superblock of `bytes` with what is said once of it, then
 * `parts` of 1 or 2 blocks of `width` inputs, each with `scaleBytes` at `scales` and `partBytes` at `weights`.
 */
const signed = (v, at = 'scales') => `f32x4.convert_i32x4_s(i32x4.extend_${v ? 'high' : 'low'}_i16x8_s(v128.load8x8_s(${at})))`;
const unsigned = (v, words) => `f32x4.convert_i32x4_u(i32x4.extend_${v ? 'high' : 'low'}_i16x8_u(${words}))`;
const shifted = (vector, left) =>
  left === 0 ? vector : left > 0 ? `i16x8.shl(${vector}, ${left})` : `i16x8.shr_u(${vector}, ${-left})`;
/** Four bits of group g of eight: low of vector g, or high of vector g − 4, which were loaded. */
const nibbleOf = (g, v) => `v128.and(${shifted(`b${g % 4}_${v}`, g < 4 ? 0 : -4)}, low)`;
const nibbles = (g) => twice((v) => `      const b${g % 4}_${v} = v128.load(weights, ${32 * (g % 4) + 16 * v});`);
/** A fifth bit to them: bit g of the bytes behind the nibbles, which were loaded. */
const fiveOf = (g, v) => `v128.or(${nibbleOf(g, v)}, v128.and(${shifted(`bits${v}`, 4 - g)}, top))`;
const fifths = { perPart: (v) => `const bits${v} = v128.load(weights, ${128 + 16 * v});`, top: 'FIFTH' };
/**
 * IQ4's values are 16 · (code − 8) and a rest of −11 … 15: of single rows the code is multiplied as it is, and the rest, 16 more
 * in its table, beside it. The sums of both fit 16 bits, and what is taken off is −8 and −16 times the activations' sum.
 */
const IQ4 = {
  value: (_h, g, v) => swizzled('table', nibbleOf(g, v)),
  codes: (g, v) => nibbleOf(g, v),
};
const swizzled = (table, index) => `swizzle(${table}, ${index})`;
const PACKED = {
  q41: {
    width: 32, bytes: 160, header: 32, partBytes: 128, value: (_h, g, v) => nibbleOf(g, v),
    scale: (v) => half(`w, ${8 * v}`), minimum: (v) => half(`w, ${16 + 8 * v}`),
  },
  q5: {
    width: 32, bytes: 176, header: 16, partBytes: 160, ...fifths, value: (_h, g, v) => fiveOf(g, v),
    scale: (v) => half(`w, ${8 * v}`),
  },
  q51: {
    width: 16, bytes: 192, header: 32, partBytes: 160, ...fifths, value: (h, j, v) => fiveOf(4 * h + j, v),
    scale: (v) => half(`w, ${8 * v}`), minimum: (v) => half(`w, ${16 + 8 * v}`),
  },
  q5k: {
    width: 16, bytes: 1440, header: 160, parts: 8, scales: 32, scaleBytes: 16, partBytes: 160, ...fifths,
    value: (h, j, v) => fiveOf(4 * h + j, v),
    once: (v) => `const d${v} = ${half(`w, ${8 * v}`)};\n    const m${v} = ${half(`w, ${16 + 8 * v}`)};`,
    scale: (v) => `f32x4.mul(d${v}, ${unsigned(v, 'v128.load8x8_u(scales)')})`,
    minimum: (v) => `f32x4.mul(m${v}, ${unsigned(v, 'v128.load8x8_u(scales, 8)')})`,
  },
  q2k: {
    width: 16, blocks: 1, bytes: 672, header: 160, parts: 16, scales: 32, scaleBytes: 8, partBytes: 32, top: 'LOW_TWO',
    load: () => '',
    perPart: (v) => `const bits${v} = v128.load(weights, ${16 * v});`,
    value: (_h, j, v) => `v128.and(${shifted(`bits${v}`, -2 * j)}, top)`,
    once: (v) => `const d${v} = ${half(`w, ${8 * v}`)};\n    const m${v} = ${half(`w, ${16 + 8 * v}`)};`,
    scale: (v) => `f32x4.mul(d${v}, ${unsigned(v, 'v128.and(v128.load8x8_u(scales), i16x8.splat(15))')})`,
    minimum: (v) => `f32x4.mul(m${v}, ${unsigned(v, 'i16x8.shr_u(v128.load8x8_u(scales), 4)')})`,
  },
  q3k: {
    width: 16, bytes: 912, header: 144, parts: 8, scales: 16, scaleBytes: 16, partBytes: 96, top: 'LOW_TWO',
    perPart: (v) => `const bits${v} = v128.load(weights, ${64 + 16 * v});`,
    load: (j, h) => (j ? '' : twice((v) => `      const two${v} = v128.load(weights, ${32 * h + 16 * v});`)),
    value(h, j, v) {
      const two = `v128.and(${shifted(`two${v}`, -2 * j)}, top)`;
      return `v128.or(${two}, v128.and(${shifted(`bits${v}`, 2 - 4 * h - j)}, i8x16.splat(4)))`;
    },
    once: (v) => `const d${v} = ${half(`w, ${8 * v}`)};`,
    scale: (v, h) => `f32x4.mul(d${v}, ${signed(v, `scales, ${8 * h}`)})`,
  },
  mxfp4: {
    width: 32, bytes: 136, header: 8, partBytes: 128, table: 'unpack.MXFP4',
    value: (_h, g, v) => swizzled('table', nibbleOf(g, v)),
    scale: (v) => `unpack.powers(w + ${4 * v})`,
  },
  iq4: {
    width: 32, bytes: 144, header: 16, partBytes: 128, ...IQ4,
    scale: (v) => half(`w, ${8 * v}`),
  },
  iq4xs: {
    width: 32, bytes: 1104, header: 80, parts: 8, scales: 16, scaleBytes: 8, partBytes: 128, ...IQ4,
    once: (v) => `const d${v} = ${half(`w, ${8 * v}`)};`,
    scale: (v) => `f32x4.mul(d${v}, ${signed(v)})`,
  },
};

/** Four outputs × four signed inputs at once as words: two sums of each output, which are added up at the end of a block. */
const wordSums = (v, g, bytes) => `      const y${g}_${v} = ${bytes};
      l${v} = i32x4.add(l${v}, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(y${g}_${v}), x${g}));
      h${v} = i32x4.add(h${v}, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(y${g}_${v}), x${g}));`;
const pairsOf = (v) =>
  `i32x4.add(v128.shuffle<i32>(l${v}, h${v}, 0, 2, 4, 6), v128.shuffle<i32>(l${v}, h${v}, 1, 3, 5, 7))`;

/** One row times a packed panel of a kind of PACKED. */
function rowPacked(kind, way) {
  const { width, bytes, header, parts = 1, scales = 0, scaleBytes = 0, partBytes, table, top, once, perPart, value, scale, minimum } =
    PACKED[kind];
  const { blocks = width === 16 ? 2 : 1, load = nibbles, codes } = PACKED[kind];
  const words = way === 'words';
  /** Whether codes are multiplied beside what their table adds. */
  const split = codes !== undefined && !words;
  const read = table ?? (codes && `unpack.IQ4${split ? '_REST' : ''}`);
  const rowBytes = 8 + (words ? 2 : 1) * width;
  /** Two that share their bytes, one after the other. */
  const groups = width === 16 ? [0, 1, 2, 3] : [0, 4, 1, 5, 2, 6, 3, 7];
  const multiplied = (h, g, v) => {
    if (!split) return `      s${v} = ${DOTS[way](`s${v}`, `x${g}`, value(h, g, v))};`;
    return `      const n${g}_${v} = ${codes(g, v)};
      s${v} = ${DOTS[way](`s${v}`, `x${g}`, `n${g}_${v}`)};
      r${v} = ${DOTS[way](`r${v}`, `x${g}`, swizzled('table', `n${g}_${v}`))};`;
  };
  const each = (h, line) => groups.map((g) => (g < 4 ? `${load(g, h)}\n` : '') + line(g)).join('\n');
  const block = (h) => `    {
${
  words
    ? twice((v) => `      let l${v} = i32x4.splat(0);\n      let h${v} = l${v};`) +
      '\n' +
      each(h, (g) => `      const x${g} = v128.load64_splat(a, ${8 + 8 * g});\n${twice((v) => wordSums(v, g, value(h, g, v)))}`) +
      '\n' +
      twice((v) => `      const s${v} = i32x4.add(${pairsOf(v)}, v128.load32_splat(a, 4));`)
    : `      let s0 = ${minimum ? 'i32x4.splat(0)' : 'v128.load32_splat(a, 4)'};
      let s1 = s0;
${split ? twice((v) => `      let r${v} = ${way === 'halves' ? 'i16x8' : 'i32x4'}.add(s0, s0);`) : ''}
${each(h, (g) => `      const x${g} = v128.load32_splat(a, ${8 + 4 * g});\n${twice((v) => multiplied(h, g, v))}`)}
${split ? twice((v) => `      const all${v} = i32x4.add(i32x4.shl(${toInt(way, `s${v}`)}, 4), ${toInt(way, `r${v}`)});`) : ''}`
}
      const e = v128.load32_splat(a);
${twice((v) => `      f${v} = madd(${split ? `f32x4.convert_i32x4_s(all${v})` : toFloat(way, `s${v}`)}, f32x4.mul(${scale(v, h)}, e), f${v});`)}
${minimum ? `      const t = v128.load32_splat(a, 4);\n${twice((v) => `      f${v} = f32x4.sub(f${v}, f32x4.mul(${minimum(v)}, t));`)}` : ''}
      a += ${rowBytes};
    }`;
  return `${rowHead(`${kind}_${way}`)}
  const low = v128.load(NIBBLE);
${read ? `  const table = v128.load(${read});` : ''}
${top ? `  const top = v128.load(${top});` : ''}
  do {
${once ? twice((v) => `    ${once(v)}`) : ''}
    let weights = w + ${header};
${parts > 1 ? `    let scales = w + ${scales};\n    const last = w + ${scales + parts * scaleBytes};\n    do {` : ''}
${perPart ? twice((v) => `    ${perPart(v)}`) : ''}
${times(blocks, block)}
${parts > 1 ? `    weights += ${partBytes};\n    scales += ${scaleBytes};\n    } while (scales < last);` : ''}
    w += ${bytes};
    blocks -= ${parts * blocks};
  } while (blocks);
${storeRow}
}`;
}

/** One row times a panel of f32, f16 or bf16 weights [k][8 outputs], summed in the order of tile_f32: the same bits. */
function rowFloat(name) {
  const read = {
    f32: (v) => `v128.load(w, ${16 * v})`,
    f16: (v) => half(`w, ${8 * v}`),
    bf16: (v) => `i32x4.shl(v128.load16x4_u(w, ${8 * v}), 16)`,
  }[name];
  return `${rowHead(name)}
  do {
    const x = v128.load32_splat(a);
${twice((v) => `    f${v} = madd(x, ${read(v)}, f${v});`)}
    w += ${name === 'f32' ? 32 : 16};
    a += 4;
  } while (--blocks);
${storeRow}
}`;
}

/**
 * The three things that a way of multiplying a kind offers: rows_… for single rows from packed panels, tiles_… for many
 * rows from one unpacked panel. Both write whole panels: c must have room for 8 outputs each.
 */
function rows(name) {
  return `
/** c[n][ldc bytes]: rows of activations (rowBytes each) times the panels [from, to). */
export function rows_${name}(w: usize, stride: usize, a: usize, c: usize, n: usize, from: usize, to: usize, blocks: usize, ldc: usize, rowBytes: usize): void {
  for (let row: usize = 0; row < n; row++) {
    for (let panel = from; panel < to; panel++) row_${name}(w + panel * stride, a, c + (panel << 5), blocks);
    a += rowBytes;
    c += ldc;
  }
}`;
}

function tiles(name) {
  return `
/** c[n][ldc bytes] = n rows of activations, tiles of ${TILE_ROWS} and one of what is left, times the unpacked panel w. */
export function tiles_${name}(w: usize, a: usize, c: usize, n: usize, blocks: usize, ldc: usize, rowBytes: usize): void {
  for (; n >= ${TILE_ROWS}; n -= ${TILE_ROWS}) {
    tile_${name}_${TILE_ROWS}(w, a, c, blocks, ldc);
    a += rowBytes * ${TILE_ROWS};
    c += ldc * ${TILE_ROWS};
  }
  switch (<i32>n) {
${LEFT.map((R) => `    case ${R}: tile_${name}_${R}(w, a, c, blocks, ldc); break;`).join('\n')}
  }
}`;
}

const HEAD = `// Written by tiles.mjs.
import { madd, swizzle } from './simd';
import * as unpack from './unpack';`;

const CONSTANTS = `
export const TILE_ROWS: usize = ${TILE_ROWS};
const NIBBLE = memory.data<u8>([${Array(16).fill(15)}]);
const TWO_BITS = memory.data<u8>([${Array(16).fill(48)}]);
const LOW_TWO = memory.data<u8>([${Array(16).fill(3)}]);
const FIFTH = memory.data<u8>([${Array(16).fill(16)}]);
const HALF_MASK = memory.data<u32>([${Array(4).fill('0x8fffffff')}], 16);
/** Makes f16 bits that were moved into an f32 the value they stand for: 2^112. */
const HALF_FACTOR = memory.data<f32>([${Array(4).fill('5192296858534827628530496329220096.0')}], 16);`;

/** Which unpacked tiles serve a kind, and what unpacks it (unpack.ts). */
const WORKING = {
  q8: ['32', 'Q8'], q4: ['32', 'Q4'], q5: ['32', 'Q5'], mxfp4: ['32', 'MXFP4'], iq4: ['32', 'IQ4'],
  iq4xs: ['32', 'IQ4XS'], q41: ['32m', 'Q41'], q4k: ['32m', 'Q4K'], q3k: ['16', 'Q3K'], q6k: ['16', 'Q6K'],
  q51: ['16m', 'Q51'], q5k: ['16m', 'Q5K'], q2k: ['16m', 'Q2K'],
};

/** `rowsOf`, `tilesOf` and `unpackOf`: from kind and way to the function; nothing is done for a pair that there is not. */
function dispatchers(rowsMade, tilesMade) {
  const isFloat = (kind) => !(kind in WORKING);
  const branch = (call) =>
    KINDS.map(
      (kind, k) =>
        `  if (kind == ${k}) {\n` +
        (isFloat(kind)
          ? `    ${call(kind)}\n`
          : WAYS.map((way, i) => call(kind, way) && `    if (way == ${i}) ${call(kind, way)}\n`).join('')) +
        '  }',
    ).join('\n');
  const rowsCall = (kind, way) => {
    const name = way ? `${kind}_${way}` : kind;
    return rowsMade.has(name) ? `rows_${name}(w, stride, a, c, n, from, to, blocks, ldc, rowBytes);` : '';
  };
  const tilesCall = (kind, way) => {
    const name = way ? `${way}${WORKING[kind][0]}` : 'f32';
    return tilesMade.has(name) ? `tiles_${name}(w, a, c, n, blocks, ldc, rowBytes);` : '';
  };
  return `
export function rowsOf(kind: usize, way: usize, w: usize, stride: usize, a: usize, c: usize, n: usize, from: usize, to: usize, blocks: usize, ldc: usize, rowBytes: usize): void {
${branch(rowsCall)}
}

export function tilesOf(kind: usize, way: usize, w: usize, a: usize, c: usize, n: usize, blocks: usize, ldc: usize, rowBytes: usize): void {
${branch(tilesCall)}
}

/** Where the panel lies in the working format: at \`to\`, or where it is when it needs no unpacking. */
export function unpackOf(kind: usize, way: usize, w: usize, to: usize, blocks: usize): usize {
  const words = way == 0;
${KINDS.flatMap((kind, k) => (kind in WORKING ? [`  if (kind == ${k}) unpack.unpack${WORKING[kind][1]}(w, to, blocks, words);`] : [])).join('\n')}
  if (kind == ${KINDS.indexOf('f32')}) return w;
  if (kind >= ${KINDS.indexOf('f16')}) unpack.unpackHalves(w, to, blocks, kind == ${KINDS.indexOf('bf16')});
  return to;
}`;
}

/** The whole module for one build. */
export function tilesSource(relaxed) {
  const parts = [HEAD, CONSTANTS];
  const made = { rows: new Set(['f32', 'f16', 'bf16']), tiles: new Set(['f32']) };
  for (const way of relaxed ? ['words', 'halves', 'dot'] : ['words']) {
    const shapes = [[32, false], [32, true], [16, false], [16, true]];
    for (const [width, minimum] of way === 'words' && relaxed ? [[32, false]] : shapes) {
      const name = `${way}${width}${minimum ? 'm' : ''}`;
      // Where small weights are multiplied otherwise, those left have no zero point.
      const isZero = way === 'words' && relaxed;
      for (const R of [TILE_ROWS, ...LEFT]) parts.push(tile(way, width, minimum, R, isZero));
      parts.push(tiles(name));
      made.tiles.add(name);
    }
    const single = { q8: rowQ8, q4: rowQ4, q4k: rowQ4K, q6k: rowQ6K };
    for (const kind of ROW_KINDS[way]) {
      if (way === 'words' && relaxed && kind !== 'q8') continue; // multiplied as small ones there (pack.ts)
      parts.push(single[kind]?.(way) ?? rowPacked(kind, way), rows(`${kind}_${way}`));
      made.rows.add(`${kind}_${way}`);
    }
  }
  for (const R of [TILE_ROWS, ...LEFT]) parts.push(floatTile(R));
  parts.push(tiles('f32'));
  for (const name of ['f32', 'f16', 'bf16']) {
    parts.push(rowFloat(name), rows(name));
  }
  parts.push(dispatchers(made.rows, made.tiles));
  return parts.join('\n');
}
