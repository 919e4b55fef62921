/**
 * Greedy merging of neighbours, the heart of BPE and of SentencePiece: again and again the pair with the best priority becomes one
 * symbol, the leftmost first among equals. With a heap and a linked list it takes n log n steps, also for words as long as
 * a file.
 */

/** Smaller is better; NO_MERGE for pairs that stay apart. */
export type PairPriority = (left: number, right: number) => number;
export const NO_MERGE = Infinity;

/**
 * sizes[i] > 0: size of symbol i. A merge of symbols left and right adds right's size to left's and leaves 0 in right's;
 * what remains, in order, is the result. onMerge is told before sizes change.
 */
export function mergePairs(
  sizes: Int32Array,
  priorityOf: PairPriority,
  onMerge: (left: number, right: number) => void = () => {},
): void {
  const count = sizes.length;
  const previous = new Int32Array(count);
  const next = new Int32Array(count);
  const queue = new PairQueue(2 * count); // count − 1 pairs to begin with; a merge takes one and adds two at most
  const offer = (left: number, right: number): void => {
    const priority = priorityOf(left, right);
    if (priority < NO_MERGE) queue.push(priority, left, right, sizes[left] + sizes[right]);
  };
  for (let i = 0; i < count; i++) {
    previous[i] = i - 1;
    next[i] = i + 1 < count ? i + 1 : -1;
  }
  for (let i = 0; i + 1 < count; i++) offer(i, i + 1);

  while (queue.pop()) {
    const { left, right } = queue;
    // Symbols only grow or vanish, so the pair is as it was offered if both are there and their size is the same.
    if (sizes[left] === 0 || sizes[right] === 0 || sizes[left] + sizes[right] !== queue.size) continue;
    onMerge(left, right);
    sizes[left] += sizes[right];
    sizes[right] = 0;
    next[left] = next[right];
    if (next[left] >= 0) {
      previous[next[left]] = left;
      offer(left, next[left]);
    }
    if (previous[left] >= 0) offer(previous[left], left);
  }
}

/** A binary heap of pairs by (priority, left), in flat arrays. `pop` leaves its result in the fields. */
class PairQueue {
  left = 0;
  right = 0;
  size = 0;
  private length = 0;
  private readonly priorities: Float64Array;
  private readonly pairs: Int32Array; // [capacity][left, right, size]

  constructor(capacity: number) {
    this.priorities = new Float64Array(capacity);
    this.pairs = new Int32Array(3 * capacity);
  }

  push(priority: number, left: number, right: number, size: number): void {
    let at = this.length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isAfter(parent, priority, left)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, priority, left, right, size);
  }

  pop(): boolean {
    if (this.length === 0) return false;
    [this.left, this.right, this.size] = this.pairs;
    const last = --this.length;
    const priority = this.priorities[last];
    const left = this.pairs[3 * last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.isAfter(child, this.priorities[child + 1], this.pairs[3 * child + 3])) child++;
      if (this.isAfter(child, priority, left)) break;
      this.move(child, at);
      at = child;
    }
    this.move(last, at);
    return true;
  }

  private isAfter(at: number, priority: number, left: number): boolean {
    const other = this.priorities[at];
    return other > priority || (other === priority && this.pairs[3 * at] > left);
  }

  private move(from: number, to: number): void {
    this.put(to, this.priorities[from], this.pairs[3 * from], this.pairs[3 * from + 1], this.pairs[3 * from + 2]);
  }

  private put(at: number, priority: number, left: number, right: number, size: number): void {
    this.priorities[at] = priority;
    this.pairs[3 * at] = left;
    this.pairs[3 * at + 1] = right;
    this.pairs[3 * at + 2] = size;
  }
}
