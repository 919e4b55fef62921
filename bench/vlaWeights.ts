/** Learns media/weights/vision-language-action.safetensors anew; see vlaWeights.mjs. */
import { writeFileSync } from 'node:fs';
import { useWasm } from '../src/milestones/shared/train';
import { initial } from '../src/milestones/vision-language-action/net';
import { pretrain } from '../src/milestones/vision-language-action/pretrain';

export async function write(file: string, steps: number): Promise<void> {
  await useWasm();
  let sum = 0;
  const began = performance.now();
  const values = await pretrain({ steps, seed: 90_001 }, (step, loss) => {
    sum += loss;
    if ((step + 1) % 100 > 0) return;
    console.log(`${step + 1}: ${(sum / 100).toFixed(3)} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
    sum = 0;
  });
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { steps: String(steps) } };
  const parts = Object.entries(initial()).map(([name, { shape }]) => {
    const bytes = Buffer.from(values[name].buffer, values[name].byteOffset, values[name].byteLength);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    return bytes;
  });
  // Padded, so that the tensors begin at a multiple of eight.
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeFileSync(file, Buffer.concat([length, padded, ...parts]));
}
