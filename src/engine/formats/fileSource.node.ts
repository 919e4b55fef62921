/** A model file on disk. The only file of this folder that knows Node. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Problem } from '../problem';
import type { ByteSource } from './byteSource';

export class FileSource implements ByteSource {
  readonly size: number;
  private descriptor: number | undefined;

  /** Throws Problem 'file-missing' when there is no file, or none that may be read. */
  constructor(readonly name: string) {
    try {
      // A pipe that nobody writes to would be waited for before it could be asked what it is.
      this.descriptor = openSync(name, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const status = fstatSync(this.descriptor);
      if (!status.isFile()) throw new Error('it is no file, but a folder, a pipe or a device');
      this.size = status.size;
    } catch (thrown) {
      this.close();
      throw this.unreadable(thrown);
    }
  }

  /** Throws RangeError outside the file, Problem 'file-missing' when the file has become shorter or unreadable. */
  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new RangeError(`${this.name}: bytes ${offset}..${offset + length} are outside 0..${this.size}`);
    }
    if (this.descriptor === undefined) throw this.unreadable(new Error('it was closed'));
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const got = this.readAt(bytes, done, Math.min(length - done, MAX_READ), offset + done);
      if (got === 0) throw this.unreadable(new Error(`it has become shorter than ${this.size} bytes`));
      done += got;
    }
    return bytes;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private readAt(bytes: Uint8Array, start: number, length: number, position: number): number {
    try {
      return readSync(this.descriptor!, bytes, start, length, position);
    } catch (thrown) {
      throw this.unreadable(thrown);
    }
  }

  private unreadable(thrown: unknown): Problem {
    const { code, message } = thrown as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    return new Problem('file-missing', `${this.name} cannot be read: ${why}`, { file: this.name });
  }
}

/** One read call moves less than 2 GiB on every system. */
const MAX_READ = 1 << 30;
