/** A layer's F32 tensors and its model's numbers, straight from a fixture's file: what independent programs compute from. */
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../src/engine/formats/byteSource';
import { readGguf } from '../../src/engine/formats/gguf';

/** `tensor`: by its name within the layer; `number`: by its key behind the architecture's prefix, which is the file's name. */
export function layerOf(
  file: string,
  layer: number,
): { has(name: string): boolean; tensor(name: string): Float32Array; number(name: string): number } {
  const source = new BufferSource(new Uint8Array(readFileSync(`test/fixtures/models/${file}.gguf`)), file);
  const gguf = readGguf(source);
  const tensor = (name: string): Float32Array => {
    const { offset, byteLength } = gguf.tensors.get(`blk.${layer}.${name}`)!;
    return new Float32Array(source.read(offset, byteLength).slice().buffer);
  };
  const number = (name: string): number => Number(gguf.metadata.get(`${file}.${name}`));
  const has = (name: string): boolean => gguf.tensors.has(`blk.${layer}.${name}`);
  return { has, tensor, number };
}
