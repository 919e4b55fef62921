/** A model file on disk, through Node. */
import { closeSync, fstatSync, read, readSync, type Stats } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../../protocol/problem';
import type { ByteSource } from './byteSource';
import { openFile } from './regularFile.node';

const readInBackground = promisify(read);

export class FileSource implements ByteSource {
  readonly size: number;
  private readonly modified: number;
  private descriptor: number | undefined;
  /** Background reads under way: the descriptor is closed behind the last, or another file might get its number. */
  private reading = 0;
  private readonly others: FileSource[] = []; // of the parts of one model

  /** Throws Problem 'file-missing' when there is no file, or none that may be read. */
  constructor(readonly name: string) {
    try {
      const { descriptor, status } = openFile(name);
      this.descriptor = descriptor;
      this.size = status.size;
      this.modified = status.mtimeMs;
    } catch (thrown) {
      throw this.unreadable(thrown);
    }
  }

  /** Throws RangeError outside the file, Problem 'file-missing' when the file has become shorter or unreadable. */
  read(offset: number, length: number, room = new Uint8Array(length)): Uint8Array {
    const descriptor = this.opened(offset, length);
    const bytes = room.subarray(0, length);
    for (let done = 0; done < length;) {
      const most = Math.min(length - done, MAX_READ);
      const got = this.tried(() => readSync(descriptor, bytes, done, most, offset + done));
      done += this.some(got);
    }
    return bytes;
  }

  /** Throws as `read` does. */
  async readLater(offset: number, length: number, room = new Uint8Array(length)): Promise<Uint8Array> {
    const descriptor = this.opened(offset, length);
    const bytes = room.subarray(0, length);
    this.reading++;
    try {
      for (let done = 0; done < length;) {
        const most = Math.min(length - done, MAX_READ);
        const { bytesRead } = await readInBackground(descriptor, bytes, done, most, offset + done);
        done += this.some(bytesRead);
      }
      return bytes;
    } catch (thrown) {
      throw this.unreadable(thrown);
    } finally {
      this.reading--;
      if (this.descriptor === undefined) this.closeUnread(descriptor);
    }
  }

  beside(name: string): FileSource {
    const other = new FileSource(path.join(path.dirname(this.name), path.basename(name)));
    this.others.push(other);
    return other;
  }

  check(): void {
    for (const other of this.others) other.check();
    const { descriptor } = this;
    if (descriptor === undefined) throw this.unreadable(new Error('it was closed'));
    const { size, mtimeMs }: Stats = this.tried(() => fstatSync(descriptor));
    if (size !== this.size || mtimeMs !== this.modified) throw this.changed('it has been changed since it was opened');
  }

  close(): void {
    for (const other of this.others.splice(0)) other.close();
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor !== undefined) this.closeUnread(descriptor);
  }

  private closeUnread(descriptor: number): void {
    if (this.reading === 0) closeSync(descriptor);
  }

  private opened(offset: number, length: number): number {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new RangeError(`${this.name}: bytes ${offset}..${offset + length} are outside 0..${this.size}`);
    }
    if (this.descriptor === undefined) throw this.unreadable(new Error('it was closed'));
    return this.descriptor;
  }

  private some(got: number): number {
    if (got === 0) throw this.changed(`it has become shorter than ${this.size} bytes`);
    return got;
  }

  private tried<Result>(ask: () => Result): Result {
    try {
      return ask();
    } catch (thrown) {
      throw this.unreadable(thrown);
    }
  }

  private changed(how: string): Problem {
    return new Problem('file-missing', `${this.name}: ${how}`, { file: this.name, what: 'model-changed' });
  }

  private unreadable(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    const { code, message } = thrown as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    return new Problem('file-missing', `${this.name} cannot be read: ${why}`, { file: this.name });
  }
}

/** One read call moves less than 2 GiB on every system. */
const MAX_READ = 1 << 30;
