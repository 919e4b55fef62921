/** Draws media/icon.png, 256 × 256: a small causal attention map. `node scripts/icon.mjs`; node:zlib is all that a PNG needs. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const SIZE = 256;
const CELLS = 6;
const MARGIN = 28;
const GAP = 6;
const BACKGROUND = [22, 27, 46];
const EMPTY = [38, 45, 72];
/** Colour of a weight of 1; less weight lies between EMPTY and this, by way of WARM. */
const FULL = [255, 224, 130];
const WARM = [226, 88, 108];

/** Weights of query row q to key k ≤ q: mostly the previous token, with one look far back. */
function weight(q, k) {
  if (q === 5 && k === 1) return 1;
  if (k === q - 1) return 0.75;
  return k === q ? 0.4 : k === 0 ? 0.3 : 0.08;
}

const mix = (from, to, share) => from.map((value, channel) => Math.round(value + (to[channel] - value) * share));
const colour = (value) => (value < 0.5 ? mix(EMPTY, WARM, value * 2) : mix(WARM, FULL, value * 2 - 1));

const cell = (SIZE - 2 * MARGIN - (CELLS - 1) * GAP) / CELLS;

/** Inside a rounded square of this radius? */
function rounded(x, y, size, radius) {
  const dx = Math.max(radius - x, x - (size - radius), 0);
  const dy = Math.max(radius - y, y - (size - radius), 0);
  return dx * dx + dy * dy <= radius * radius;
}

function pixel(x, y) {
  if (!rounded(x, y, SIZE, 44)) return [0, 0, 0, 0];
  const k = Math.floor((x - MARGIN) / (cell + GAP));
  const q = Math.floor((y - MARGIN) / (cell + GAP));
  const inside = k >= 0 && q >= 0 && k <= q && q < CELLS;
  if (inside && rounded(x - MARGIN - k * (cell + GAP), y - MARGIN - q * (cell + GAP), cell, 6))
    return [...colour(weight(q, k)), 255];
  return [...BACKGROUND, 255];
}

/** Mean of 4 × 4 samples, so that the corners are smooth. */
function sample(x, y) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < 16; i++) {
    const [r, g, b, a] = pixel(x + ((i % 4) + 0.5) / 4, y + (Math.floor(i / 4) + 0.5) / 4);
    for (const [channel, value] of [r * a, g * a, b * a, a].entries()) sum[channel] += value;
  }
  const alpha = sum[3];
  return [...sum.slice(0, 3).map((value) => (alpha ? Math.round(value / alpha) : 0)), Math.round(alpha / 16)];
}

function chunk(type, body) {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length);
  out.write(type, 4, 'latin1');
  body.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, body.length + 8)), body.length + 8);
  return out;
}

const rows = [];
for (let y = 0; y < SIZE; y++) {
  rows.push(0);
  for (let x = 0; x < SIZE; x++) rows.push(...sample(x, y));
}
const header = Buffer.alloc(13);
header.writeUInt32BE(SIZE);
header.writeUInt32BE(SIZE, 4);
// 8 bits a channel, red green blue alpha.
header.set([8, 6, 0, 0, 0], 8);
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const data = deflateSync(Buffer.from(rows), { level: 9 });
const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'media', 'icon.png');
writeFileSync(
  file,
  Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]),
);
