/** Where in a kernel's memory things are: first fit over a list of free ranges, coalesced when freed. */

const ALIGNMENT = 16;

export class Allocator {
  /** Free ranges in order of address, never touching each other. */
  private free: { start: number; size: number }[];
  private readonly taken = new Map<number, number>(); // address → size
  private used = 0;

  constructor(
    start: number,
    private end: number,
  ) {
    this.free = [{ start: alignUp(start), size: end - alignUp(start) }];
  }

  get bytesInUse(): number {
    return this.used;
  }

  /** Address of `bytes` free bytes, 16-byte aligned; undefined when no range is long enough. */
  take(bytes: number): number | undefined {
    const size = Math.max(ALIGNMENT, alignUp(bytes));
    const at = this.free.findIndex((range) => range.size >= size);
    if (at < 0) return undefined;
    const range = this.free[at];
    const address = range.start;
    range.start += size;
    range.size -= size;
    if (range.size === 0) this.free.splice(at, 1);
    this.taken.set(address, size);
    this.used += size;
    return address;
  }

  /** Gives back what `take` gave; anything else is a mistake and throws. */
  give(address: number): void {
    const size = this.taken.get(address);
    if (size === undefined) throw new Error(`${address} was not allocated`);
    this.taken.delete(address);
    this.used -= size;
    this.insert(address, size);
  }

  /** The memory now reaches to `end`. */
  extend(end: number): void {
    this.insert(this.end, end - this.end);
    this.end = end;
  }

  private insert(start: number, size: number): void {
    let at = this.free.findIndex((range) => range.start > start);
    if (at < 0) at = this.free.length;
    const [before, after] = [this.free[at - 1], this.free[at]];
    const joinsBefore = before && before.start + before.size === start;
    const joinsAfter = after && start + size === after.start;
    if (joinsBefore && joinsAfter) {
      before.size += size + after.size;
      this.free.splice(at, 1);
    } else if (joinsBefore) before.size += size;
    else if (joinsAfter) Object.assign(after, { start, size: after.size + size });
    else this.free.splice(at, 0, { start, size });
  }
}

export const alignUp = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
