/**
 * Learning rates race for each net, as the paper chose them: the one that first has 25 % errors on what it learns from goes
 * on, so that no net is held back by a rate that suits another.
 */
import { seededRandom } from '../../shared/random';
import { computeTo } from '../../shared/learningCurve';
import { KINDS, PIXELS, type Drawings } from '../../shared/drawings';
import { Learner, type Batch } from './learner';
import { WANTED, type Run } from './options';
import type { Net } from './shape';

const BATCH = 32;
/** Drawings of the test that are named at once. */
const TESTED_AT_ONCE = 250;
const POINTS_AN_EPOCH = 4;

export interface Lesson {
  known: Drawings;
  test: Drawings;
  rates: readonly number[];
  epochs: number;
  seed: number;
}

/** One net at one rate on its way. */
class Racer {
  readonly run: Run;
  private readonly random: () => number;
  private order: number[] = [];
  private steps = 0;

  constructor(
    private readonly learner: Learner,
    private readonly lesson: Lesson,
    rate: number,
  ) {
    // Before the first step a net knows nothing.
    this.run = { rate, epochs: [0], error: [1 - 1 / KINDS.length], tested: [], right: [], reached: null };
    // Every net and rate sees the same drawings in the same order.
    this.random = seededRandom(lesson.seed * 1000 + 11);
  }

  get epoch(): number {
    return this.steps / this.stepsAnEpoch;
  }

  private get stepsAnEpoch(): number {
    return Math.floor(this.lesson.known.kinds.length / BATCH);
  }

  /** A quarter of an epoch, or what is left of it. */
  async point(onStep: () => Promise<void>): Promise<void> {
    const { run, stepsAnEpoch } = this;
    const steps = Math.ceil(stepsAnEpoch / POINTS_AN_EPOCH);
    let [wrong, done] = [0, 0];
    for (; done < steps && (done === 0 || this.steps % stepsAnEpoch > 0); done++, this.steps++) {
      const place = this.steps % stepsAnEpoch;
      if (place === 0) this.order = shuffled(this.lesson.known.kinds.length, this.random);
      wrong += await this.learner.step(
        batchOf(this.lesson.known, this.order.slice(place * BATCH, (place + 1) * BATCH)),
      );
      await onStep();
    }
    // The share belongs to the middle of its steps.
    run.epochs.push((this.steps - done / 2) / stepsAnEpoch);
    run.error.push(wrong / (done * BATCH));
    const reached = computeTo({ compute: run.epochs, loss: run.error }, WANTED);
    if (run.reached === null && Number.isFinite(reached)) run.reached = reached;
    if (this.steps % stepsAnEpoch === 0) await this.takeTest();
  }

  private async takeTest(): Promise<void> {
    const { test } = this.lesson;
    let wrong = 0;
    for (let at = 0; at < test.kinds.length; at += TESTED_AT_ONCE) {
      wrong += await this.learner.wrong(
        batchOf(
          test,
          Array.from({ length: TESTED_AT_ONCE }, (_, next) => at + next),
        ),
      );
    }
    this.run.tested.push(this.epoch);
    this.run.right.push(1 - wrong / test.kinds.length);
  }

  values(): Promise<Record<string, Float32Array>> {
    return this.learner.values();
  }

  dispose(): void {
    this.learner.dispose();
  }
}

/**
 * `onStep` gets the run that is on show and how far this net is, 0 … 1. The number of steps follows from the drawings and
 * the seed alone: a rate gives up where it can no longer be the first.
 */
export async function race(
  net: Net,
  lesson: Lesson,
  onStep: (run: Run, done: number, rates: Run[]) => Promise<void>,
): Promise<{ run: Run; rates: Run[]; values: Record<string, Float32Array> }> {
  const { rates, epochs, seed } = lesson;
  const runs: Run[] = [];
  let best: Racer | undefined;
  const racing = new Set<Racer>();
  try {
    for (const [number, rate] of rates.entries()) {
      const racer = new Racer(new Learner(net, seed * 1000 + 7, rate), lesson, rate);
      racing.add(racer);
      runs.push(racer.run);
      const limit = best?.run.reached ?? epochs;
      while (racer.run.reached === null && racer.epoch < Math.min(limit, epochs)) {
        await racer.point(() => onStep(racer.run, (0.5 * (number + racer.epoch / epochs)) / rates.length, runs));
      }
      const loser = best && !isAhead(racer.run, best.run) ? racer : best;
      if (loser !== racer) best = racer;
      loser?.dispose();
      if (loser) racing.delete(loser);
    }
    const winner = best!;
    while (winner.epoch < epochs) {
      await winner.point(() => onStep(winner.run, 0.5 + (0.5 * winner.epoch) / epochs, runs));
    }
    return { run: winner.run, rates: runs, values: await winner.values() };
  } finally {
    for (const racer of racing) racer.dispose();
  }
}

function isAhead(a: Run, b: Run): boolean {
  if (a.reached !== null || b.reached !== null) return (a.reached ?? Infinity) < (b.reached ?? Infinity);
  return a.error.at(-1)! < b.error.at(-1)!;
}

function shuffled(count: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, id) => ({ id, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ id }) => id);
}

/** [drawings][PIXELS] → [PIXELS][drawings] */
export function batchOf(from: Drawings, ids: readonly number[]): Batch {
  const pixels = new Float32Array(PIXELS * ids.length);
  ids.forEach((id, at) => {
    for (let pixel = 0; pixel < PIXELS; pixel++) pixels[pixel * ids.length + at] = from.pixels[id * PIXELS + pixel];
  });
  return { pixels, kinds: Int32Array.from(ids, (id) => from.kinds[id]) };
}
