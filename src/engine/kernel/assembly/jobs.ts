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

/** How an operation ended: done in whole; a helper failed in its part; a helper has not come out for too long. */
const WHOLE: u32 = 0;
const BROKEN: u32 = 1;
const LOST: u32 = 2;
/**
 * Looks at DONE, a millisecond's sleep between them, until a helper counts as dead. When it is waited for it has one part to
 * finish, of milliseconds. Looks are counted, not time: while a machine sleeps, nobody looks.
 */
let patience: i32 = 10_000;

export function setPatience(looks: i32): void {
  patience = looks;
}

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
 * Runs the operation whose arguments are in place; with `helpers` > 0 that many may join. Called by thread 0. WHOLE, or why
 * parts of it may be missing: then helpers should not be asked again.
 */
export function run(operation: u32, helpers: u32): u32 {
  if (!SHARED_MEMORY || helpers == 0) {
    shared = false;
    next = 0;
    perform(operation);
    return WHOLE;
  }
  shared = true;
  store<u32>(OPERATION, operation);
  atomic.store<u32>(FAILED, 0);
  atomic.store<usize>(NEXT, 0);
  atomic.store<u32>(DONE, 0);
  atomic.store<u32>(GATE, 0);
  atomic.add<u32>(GENERATION, 1);
  atomic.notify(GENERATION, -1);
  perform(operation);
  return settle();
}

/**
 * Lets no helper into the operation any more and waits for those inside; how it ended. Also after thread 0 has trapped in
 * its own part, since helpers must be out before the next operation begins. Does nothing behind a gate that is closed.
 */
export function settle(): u32 {
  if (!SHARED_MEMORY || atomic.load<u32>(GATE) & CLOSED) return WHOLE;
  // Not `or`, whose old value V8 11.3 (Node 20) gets wrong when a helper comes in at the same moment.
  const joined = atomic.add<u32>(GATE, CLOSED);
  let spins = 0;
  let looks = 0;
  let done = atomic.load<u32>(DONE);
  while (done != joined) {
    if (++spins > SPINS) {
      if (++looks > patience) return LOST;
      // The helper may have been put aside in the middle of its part: give it the processor.
      atomic.wait<i32>(DONE, <i32>done, 1_000_000);
      spins = 0;
    }
    done = atomic.load<u32>(DONE);
  }
  return atomic.load<u32>(FAILED) ? BROKEN : WHOLE;
}

/** A helper goes into the present operation, unless it has ended: then it is not to say `leave`. */
export function enter(): bool {
  return SHARED_MEMORY && !(atomic.add<u32>(GATE, 1) & CLOSED);
}

/** A helper that went in has come out. */
export function leave(): void {
  if (!SHARED_MEMORY) return;
  atomic.add<u32>(DONE, 1);
  atomic.notify(DONE, 1);
}

/** A helper that went in says that it failed: nobody waits for it. */
export function failed(): void {
  if (!SHARED_MEMORY) return;
  atomic.store<u32>(FAILED, 1);
  leave();
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
    if (!enter()) continue;
    perform(load<u32>(OPERATION));
    leave();
  }
}

export function stopHelpers(): void {
  if (!SHARED_MEMORY) return;
  atomic.store<u32>(STOP, 1);
  atomic.add<u32>(GENERATION, 1);
  atomic.notify(GENERATION, -1);
}
