/** (left, right) → rank and result of a merge: open addressing in flat arrays, several times faster than a Map of pairs. */
export class MergeTable {
  private readonly slots: Int32Array; // [capacity][left, right, rank, result]; left −1: empty
  private readonly mask: number;
  private added = 0;

  constructor(merges: number) {
    let capacity = 16;
    while (capacity < 2 * merges) capacity *= 2;
    this.mask = capacity - 1;
    this.slots = new Int32Array(4 * capacity).fill(-1);
  }

  /** Ranks count up from 0 in the order of the calls; of equal pairs the first stays. */
  add(left: number, right: number, result: number): void {
    const rank = this.added++;
    const at = this.slotOf(left, right);
    if (this.slots[at] < 0) this.slots.set([left, right, rank, result], at);
  }

  /** A place for rankAt and resultAt, or −1. */
  find(left: number, right: number): number {
    const at = this.slotOf(left, right);
    return this.slots[at] < 0 ? -1 : at;
  }

  rankAt(place: number): number {
    return this.slots[place + 2];
  }

  resultAt(place: number): number {
    return this.slots[place + 3];
  }

  private slotOf(left: number, right: number): number {
    const { slots, mask } = this;
    const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    let at = (mixed ^ (mixed >>> 15)) & mask;
    while (slots[4 * at] >= 0 && (slots[4 * at] !== left || slots[4 * at + 1] !== right)) at = (at + 1) & mask;
    return 4 * at;
  }
}
