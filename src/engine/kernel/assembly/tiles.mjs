/**
 * Writes the register tiles in AssemblyScript: R rows of activations times P panels of 8 outputs, all sums in registers.
 * Written by a program because V8 keeps sums in registers only when each has a name of its own.
 *
 * A panel of 8 outputs holds, block by block of the inputs: 8 scales, (8 minimums,) then the weights: for each group of four
 * inputs two vectors of 4 outputs × 4 inputs. Nibbles hold group g low and group g + 4 high. In the exact build: for each
 * pair of inputs two half vectors of 4 outputs × 2 inputs, as signed bytes.
 */

/** How each kind's panel blocks look. width: inputs per block; scale: bytes of a scale; groups: times through the inner loop. */
export const KINDS = {
  q8: { width: 32, scale: 2, minimum: false, nibbles: false },
  q4: { width: 32, scale: 2, minimum: false, nibbles: true },
  q4m: { width: 32, scale: 4, minimum: true, nibbles: true },
  q6: { width: 16, scale: 4, minimum: false, nibbles: false },
};

/** Tile shapes: rows × panels. Prompts use 4 × 1, single rows take four panels at once to hide the sums' latency. */
const SHAPES = [
  [4, 1],
  [1, 4],
  [1, 1],
];

const times = (n, line) => Array.from({ length: n }, (_, i) => line(i)).join('\n');
const sum = (p, r, v) => `${p}_${r}_${v}`;

/** One tile function; `relaxed` says which build. */
function quantizedTile(name, kind, R, P, relaxed) {
  const { width, scale, minimum } = kind;
  const nibbles = kind.nibbles && relaxed;
  const header = 8 * scale * (minimum ? 2 : 1);
  const body = nibbles ? width * 4 : width * 8;
  const valueBytes = relaxed ? width : width * 2;
  const step = relaxed ? 32 : 16; // bytes of weights per trip: 2 vectors, or 2 half vectors
  const each = (line) => times(P, (p) => times(R, (r) => times(2, (v) => line(p, r, v))));
  const perPanel = (line) => times(P, (p) => times(2, (v) => line(p, v)));
  const start = relaxed && !minimum ? (r) => `v128.load32_splat(a, ${4 * R + 4 * r})` : () => 'i32x4.splat(0)';
  const panel = (p) => (p === 0 ? 'w' : `w${p}`);

  const multiply = (operand, offset) =>
    times(R, (r) => {
      const x = `x${operand}${r}`;
      const add = (p, v) =>
        relaxed
          ? `      s${sum(p, r, v)} = i32x4.relaxed_dot_i8x16_i7x16_add_s(${x}, ${operand}${p}_${v}, s${sum(p, r, v)});`
          : `      s${sum(p, r, v)} = i32x4.add(s${sum(p, r, v)}, i32x4.dot_i16x8_s(${x}, ${operand}${p}_${v}));`;
      return `      const ${x} = v128.load32_splat(values, ${offset + 4 * r});\n` + perPanel(add);
    });
  const trip = nibbles
    ? perPanel(
        (p, v) =>
          `      const b${p}_${v} = v128.load(weights${p}, ${16 * v});\n` +
          `      const l${p}_${v} = v128.and(b${p}_${v}, low);\n` +
          `      const h${p}_${v} = v128.and(i16x8.shr_u(b${p}_${v}, 4), low);`,
      ) +
      '\n' + multiply('l', 0) + '\n' + multiply('h', 16 * R)
    : perPanel((p, v) =>
        relaxed
          ? `      const q${p}_${v} = v128.load(weights${p}, ${16 * v});`
          : `      const q${p}_${v} = v128.load8x8_s(weights${p}, ${8 * v});`,
      ) +
      '\n' + multiply('q', 0);

  const readScale = (p, v, at, to) =>
    scale === 4
      ? `    const ${to}${p}_${v} = v128.load(${panel(p)}, ${at + 16 * v});`
      : // f16 bits, widened and moved to where f32 has them: the value times 2^−112. The mask repairs the sign's copies.
        `    const ${to}${p}_${v} = v128.and(i32x4.shl(v128.load16x4_s(${panel(p)}, ${at + 8 * v}), 13), i32x4.splat(0x8fffffff));`;

  return `
function tile_${name}_${R}x${P}(w: usize, stride: usize, a: usize, c: usize, blocks: usize, ldc: usize): void {
${times(P - 1, (p) => `  let w${p + 1} = w${p === 0 ? '' : p} + stride;`)}
${each((p, r, v) => `  let f${sum(p, r, v)} = f32x4.splat(0);`)}
${nibbles ? '  const low = v128.load(NIBBLE);' : ''}
  do {
${times(R, (r) => `    const start${r} = ${start(r)};`)}
${each((p, r, v) => `    let s${sum(p, r, v)} = start${r};`)}
    let values = a + ${8 * R};
${times(P, (p) => `    let weights${p} = ${panel(p)} + ${header};`)}
    const end = weights0 + ${body};
    do {
${trip}
      values += ${4 * R};
${times(P, (p) => `      weights${p} += ${step};`)}
    } while (weights0 < end);
${perPanel((p, v) => readScale(p, v, 0, 'd'))}
${times(
  R,
  (r) =>
    `    const e${r} = v128.load32_splat(a, ${4 * r});\n` +
    perPanel((p, v) => {
      const f = `f${sum(p, r, v)}`;
      return `    ${f} = madd(f32x4.convert_i32x4_s(s${sum(p, r, v)}), f32x4.mul(d${p}_${v}, e${r}), ${f});`;
    }),
)}
${
  minimum
    ? perPanel((p, v) => readScale(p, v, 8 * scale, 'm')) +
      '\n' +
      times(
        R,
        (r) =>
          `    const t${r} = v128.load32_splat(a, ${4 * R + 4 * r});\n` +
          perPanel((p, v) => `    f${sum(p, r, v)} = f32x4.sub(f${sum(p, r, v)}, f32x4.mul(m${p}_${v}, t${r}));`),
      )
    : ''
}
${times(P, (p) => `    ${panel(p)} += ${header + body};`)}
    a += ${(8 + valueBytes) * R};
  } while (--blocks);
${storeAll(R, P)}
}`;
}

/** f32 weights: panel [k][8 outputs], activations [k][R]. */
function floatTile(R, P) {
  const perPanel = (line) => times(P, (p) => times(2, (v) => line(p, v)));
  return `
function tile_f32_${R}x${P}(w: usize, stride: usize, a: usize, c: usize, k: usize, ldc: usize): void {
${times(P - 1, (p) => `  let w${p + 1} = w${p === 0 ? '' : p} + stride;`)}
${times(P, (p) => times(R, (r) => times(2, (v) => `  let f${sum(p, r, v)} = f32x4.splat(0);`)))}
  do {
${perPanel((p, v) => `    const q${p}_${v} = v128.load(w${p === 0 ? '' : p}, ${16 * v});`)}
${times(
  R,
  (r) =>
    `    const x${r} = v128.load32_splat(a, ${4 * r});\n` +
    perPanel((p, v) => `    f${sum(p, r, v)} = madd(x${r}, q${p}_${v}, f${sum(p, r, v)});`),
)}
${times(P, (p) => `    w${p === 0 ? '' : p} += 32;`)}
    a += ${4 * R};
  } while (--k);
${storeAll(R, P)}
}`;
}

function storeAll(R, P) {
  return times(
    R,
    (r) =>
      times(P, (p) => times(2, (v) => `  v128.store(c, f${sum(p, r, v)}, ${32 * p + 16 * v});`)) +
      (r < R - 1 ? '\n  c += ldc;' : ''),
  );
}

/**
 * out[n][outputs] = activations · weights: full panels tile by tile, the last, shorter panel by way of `spare`
 * (room for n · 8 f32). Activations: whole tiles of 4 rows, then single rows.
 */
function driver(name, kind, relaxed) {
  const f32 = name === 'f32';
  const blockBytes = f32 ? 32 : 8 * kind.scale * (kind.minimum ? 2 : 1) + (kind.nibbles && relaxed ? 4 : 8) * kind.width;
  const rowBytes = f32 ? 4 : 8 + (relaxed ? kind.width : kind.width * 2);
  return `
export function matmul_${name}(w: usize, a: usize, out: usize, spare: usize, n: usize, outputs: usize, blocks: usize): void {
  const stride = blocks * ${blockBytes};
  const full = outputs >> 3;
  panels_${name}(w, stride, a, out, n, full, blocks, outputs << 2);
  const rest = outputs & 7;
  if (rest == 0) return;
  panels_${name}(w + full * stride, stride, a, spare, n, 1, blocks, 32);
  for (let row: usize = 0; row < n; row++) {
    memory.copy(out + ((row * outputs + (full << 3)) << 2), spare + (row << 5), rest << 2);
  }
}

function panels_${name}(w: usize, stride: usize, a: usize, out: usize, n: usize, panels: usize, blocks: usize, ldc: usize): void {
  const tiles = n >> 2;
  const rowBytes = blocks * ${rowBytes};
  for (let panel: usize = 0; panel < panels; panel++) {
    let from = a;
    let to = out + (panel << 5);
    for (let t: usize = 0; t < tiles; t++) {
      tile_${name}_4x1(w + panel * stride, stride, from, to, blocks, ldc);
      from += rowBytes << 2;
      to += ldc << 2;
    }
  }
  const singles = a + tiles * (rowBytes << 2);
  for (let row = tiles << 2; row < n; row++) {
    const from = singles + (row - (tiles << 2)) * rowBytes;
    let panel: usize = 0;
    for (; panel + 4 <= panels; panel += 4) {
      tile_${name}_1x4(w + panel * stride, stride, from, out + row * ldc + (panel << 5), blocks, ldc);
    }
    for (; panel < panels; panel++) {
      tile_${name}_1x1(w + panel * stride, stride, from, out + row * ldc + (panel << 5), blocks, ldc);
    }
  }
}`;
}

/** The whole module for one build. */
export function tilesSource(relaxed) {
  const parts = ["// Written by tiles.mjs.\nimport { madd } from './simd';\n\nconst NIBBLE = memory.data<u8>([15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15]);"];
  for (const [name, kind] of Object.entries(KINDS)) {
    for (const [R, P] of SHAPES) parts.push(quantizedTile(name, kind, R, P, relaxed));
    parts.push(driver(name, kind, relaxed));
  }
  for (const [R, P] of SHAPES) parts.push(floatTile(R, P));
  parts.push(driver('f32', undefined, relaxed));
  return parts.join('\n');
}
