/**
 * Arrays as numpy reads them: .npy (NEP 1, version 1.0) inside a zip that is stored, not compressed (PKWARE APPNOTE 4.3).
 * Written array by array, so that a long text needs no more memory than its largest one.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Problem } from '../protocol/problem';

/** Numbers, or texts of at least a character. */
export interface NumpyArray<Values = Float32Array | Int32Array> {
  /** As numpy.load names it. */
  name: string;
  shape: readonly number[];
  values: Values;
}

/** A zip without its 64-bit extension ends here. */
const MOST_BYTES = 0xffff_ffff;

/** Throws Problem input-too-large beyond 4 GB, and as writing a file does. */
export function writeNpz(file: string, arrays: Iterable<NumpyArray | NumpyArray<readonly string[]>>): void {
  const descriptor = openSync(file, 'w');
  try {
    const directory: Buffer[] = [];
    let at = 0;
    const write = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
      at += bytes.length;
    };
    for (const array of arrays) {
      const [header, body] = npy(array);
      const size = header.length + body.length;
      if (at + size > MOST_BYTES) {
        throw new Problem('input-too-large', `${file} would have more than 4 GB.`, { file, mostMegabytes: 4096 });
      }
      const entry = entryOf(`${array.name}.npy`, crc32(body, crc32(header)), size);
      directory.push(
        Buffer.concat([u32(0x02014b50), u16(20), entry.fields, u16(0), u16(0), u16(0), u32(0), u32(at), entry.name]),
      );
      write(Buffer.concat([u32(0x04034b50), entry.fields, entry.name]));
      write(header);
      write(body);
    }
    const end = Buffer.concat(directory);
    const begins = at;
    write(end);
    const count = u16(directory.length);
    write(Buffer.concat([u32(0x06054b50), u16(0), u16(0), count, count, u32(end.length), u32(begins), u16(0)]));
  } finally {
    closeSync(descriptor);
  }
}

/** What a local header and the directory have in common, the name's length last but one. */
function entryOf(path: string, crc: number, size: number): { fields: Buffer; name: Buffer } {
  const name = Buffer.from(path);
  // Version 2.0, UTF-8 names, stored; midnight of the first day that the format knows, so that equal runs are equal files.
  const fields = Buffer.concat([
    u16(20),
    u16(0x0800),
    u16(0),
    u16(0),
    u16(0x21),
    u32(crc),
    u32(size),
    u32(size),
    u16(name.length),
    u16(0),
  ]);
  return { fields, name };
}

function npy({ shape, values }: NumpyArray | NumpyArray<readonly string[]>): [header: Buffer, body: Uint8Array] {
  const [type, bytes] =
    values instanceof Int32Array
      ? ['<i4', bytesOf(values)]
      : values instanceof Float32Array
        ? ['<f4', bytesOf(values)]
        : textsOf(values);
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const words = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // Magic, version and length are 10 bytes; the whole is padded to 64 and ends with a line break.
  const padded = `${words}${' '.repeat(63 - ((10 + words.length) % 64))}\n`;
  const header = Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([1, 0]),
    u16(padded.length),
    Buffer.from(padded, 'latin1'),
  ]);
  return [header, bytes];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** All as long as the longest, in UTF-32, zeros behind. */
function textsOf(texts: readonly string[]): [type: string, bytes: Uint8Array] {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const width = Math.max(...points.map(({ length }) => length));
  const all = new Uint32Array(texts.length * width);
  points.forEach((own, i) => all.set(own, i * width));
  return [`<U${width}`, new Uint8Array(all.buffer)];
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
