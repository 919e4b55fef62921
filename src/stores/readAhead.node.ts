/**
 * How do the heads of many files come from the disk while others are looked at? The system reads the next few on threads of
 * its own, so that its time and ours do not add up.
 */
import { FileSource } from '../engine/formats/fileSource.node';

/** Files under way at once. */
const AT_ONCE = 3;
/** Of one file: no head of a real model is longer. */
const MOST_BYTES = 1 << 24;

/** Memory that serves again, which costs less than fresh: of a file at a time, a few in all. */
export class Rooms {
  private readonly free: Uint8Array<ArrayBuffer>[] = [];

  /** At least so long. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const room = this.free.pop();
    return room && room.length >= bytes ? room : new Uint8Array(bytes);
  }

  give(room: Uint8Array<ArrayBuffer>): void {
    if (room.length > 0) this.free.push(room);
  }
}

/** A file whose first bytes are there already. */
export class HeadSource extends FileSource {
  private room = new Uint8Array(0);
  private there = 0;
  private rooms: Rooms | undefined;

  /** Whatever goes wrong is met again, and told, by who reads. */
  async readAhead(bytes: number, rooms: Rooms): Promise<void> {
    const wanted = Math.min(bytes, MOST_BYTES, this.size);
    this.rooms = rooms;
    this.room = rooms.take(wanted);
    try {
      await this.readLater(0, wanted, this.room);
      this.there = wanted;
    } catch {
      // Then nothing is there ahead.
    }
  }

  override read(offset: number, length: number, room?: Uint8Array<ArrayBuffer>): Uint8Array {
    const isThere = offset >= 0 && length >= 0 && offset + length <= this.there;
    return isThere ? this.room.subarray(offset, offset + length) : super.read(offset, length, room);
  }

  override close(): void {
    super.close();
    this.there = 0;
    this.rooms?.give(this.room);
    this.rooms = undefined;
  }
}

/**
 * The items one after the other, each with what `open` made of it, of which a few are being made meanwhile. What is not taken
 * any more when the loop is left early is given to `close`.
 */
export async function* ahead<Item, Opened>(
  items: readonly Item[],
  open: (item: Item) => Promise<Opened>,
  close: (opened: Opened) => void,
): AsyncGenerator<[Item, Opened]> {
  const waiting: Promise<Opened>[] = [];
  let next = 0;
  const more = (): void => {
    while (next < items.length && waiting.length < AT_ONCE) waiting.push(open(items[next++]));
  };
  try {
    for (const item of items) {
      more();
      const opened = await waiting.shift()!;
      more();
      yield [item, opened];
    }
  } finally {
    for (const opened of await Promise.all(waiting)) close(opened);
  }
}
