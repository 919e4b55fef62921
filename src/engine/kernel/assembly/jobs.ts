/**
 * One operation at a time, by one thread or several over one shared memory. The work is cut into parts that whoever is
 * free takes (`claim`), so a thread that the system has put aside delays nobody: it joins the operation or misses it.
 *
 * Control block, in shared memory: which operation, its arguments, the gate that helpers go through, the next part.
 */
import { SHARED_MEMORY } from './build.generated';
import { perform } from './ops.generated';

/** Helpers inside the present operation; CLOSED when no more may come in. */
const GATE = memory.data(64, 64);
/** Counts the operations; helpers wait for it to change. */
const GENERATION = memory.data(64, 64);
/** Helpers that have finished the present operation. */
const DONE = memory.data(64, 64);
/** The next part that nobody has taken. */
const NEXT = memory.data(64, 64);
const STOP = memory.data(64, 64);
/** A helper has failed inside an operation. */
const FAILED = memory.data(64, 64);
const OPERATION = memory.data(64, 64);
const ARGUMENTS = memory.data(128, 64);

const CLOSED: u32 = 0x80000000;
/** Looks at the gate before sleeping: some tens of microseconds. */
const SPINS = 20_000;

/** Which thread this instance is; 0 asks for the operations. */
let thread: usize = 0;
/** Whether helpers take part in the present operation; parts are counted without atomics when not. */
let shared: bool = false;
let next: usize = 0;

export function argumentsAt(): usize {
  return ARGUMENTS;
}

// @ts-ignore: decorator
@inline
export function argument(i: usize): usize {
  return load<usize>(ARGUMENTS + (i << 2));
}

// @ts-ignore: decorator
@inline
export function floatArgument(i: usize): f32 {
  return load<f32>(ARGUMENTS + (i << 2));
}

/** The number of a part that is this thread's alone; there may be no part of that number any more. */
export function claim(): usize {
  if (!SHARED_MEMORY || !shared) return next++;
  return atomic.add<usize>(NEXT, 1);
}

export function threadIndex(): usize {
  return thread;
}

/**
 * Runs the operation whose arguments are in place; with `helpers` > 0 that many may join. Called by thread 0. False when a
 * helper has failed.
 */
export function run(operation: u32, helpers: u32): bool {
  if (!SHARED_MEMORY || helpers == 0) {
    shared = false;
    next = 0;
    perform(operation);
    return true;
  }
  shared = true;
  store<u32>(OPERATION, operation);
  atomic.store<usize>(NEXT, 0);
  atomic.store<u32>(DONE, 0);
  atomic.store<u32>(GATE, 0);
  atomic.add<u32>(GENERATION, 1);
  atomic.notify(GENERATION, -1);
  perform(operation);
  // Not `or`, whose old value V8 11.3 (Node 20) gets wrong when a helper comes in at the same moment.
  const joined = atomic.add<u32>(GATE, CLOSED);
  let spins = 0;
  while (atomic.load<u32>(DONE) != joined) {
    if (++spins > SPINS) {
      // The helper may have been put aside in the middle of its part: give it the processor.
      atomic.wait<i32>(DONE, <i32>atomic.load<u32>(DONE), 1_000_000);
      spins = 0;
    }
  }
  return load<u32>(FAILED) == 0;
}

/** A helper says that it failed: nobody waits for it. */
export function failed(): void {
  if (!SHARED_MEMORY) return;
  atomic.store<u32>(FAILED, 1);
  atomic.add<u32>(DONE, 1);
}

/** A helper's life: returns when `stopHelpers` was called. */
export function help(index: usize): void {
  if (!SHARED_MEMORY) return;
  thread = index;
  shared = true;
  let seen = atomic.load<u32>(GENERATION); // the gate has been set when it changes
  while (atomic.load<u32>(STOP) == 0) {
    let spins = 0;
    while (atomic.load<u32>(GENERATION) == seen) {
      if (++spins < SPINS) continue;
      atomic.wait<i32>(GENERATION, <i32>seen, -1);
      spins = 0;
    }
    seen = atomic.load<u32>(GENERATION);
    if (atomic.load<u32>(STOP) != 0) break;
    if (atomic.add<u32>(GATE, 1) & CLOSED) continue;
    perform(load<u32>(OPERATION));
    atomic.add<u32>(DONE, 1);
    atomic.notify(DONE, 1);
  }
}

export function stopHelpers(): void {
  if (!SHARED_MEMORY) return;
  atomic.store<u32>(STOP, 1);
  atomic.add<u32>(GENERATION, 1);
  atomic.notify(GENERATION, -1);
}
