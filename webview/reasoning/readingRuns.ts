/** When does the loaded model read the trace on show: the chunk in view, the curve there, all chunks on demand? */
import type { Reading } from '../../src/protocol/reasoning';
import { t } from '../shared/l10n';
import { withTimeLeft } from '../shared/timeLeft';
import type { Runner } from './runner';
import type { Stage } from './stage';
import { chunkOf, wantedAnswer, writtenSolution, type Shown } from './state';
import { windowSentence } from './words';

interface ReadingRuns {
  /** A reading of what is in view, and the curve there; only where somebody looks at them. */
  compute(): void;
  /** Brings the chunk of this step into view. false: it was not read. */
  toChunk(step: number): boolean;
  /** Every chunk of a long trace, and the curve over all of it. */
  readOn(): void;
  /** What is under way for the chunk in view is left. */
  stop(): void;
  /** The worker may forget what was read. */
  release(): void;
}

interface Surroundings {
  isLookedAt: () => boolean;
  draw: () => void;
}

export function readingOf(stage: Stage, runner: Runner, { isLookedAt, draw }: Surroundings): ReadingRuns {
  const { state } = stage;
  let background: AbortController | undefined;
  let readingRun: AbortController | undefined;

  function compute(): void {
    background?.abort();
    if (!isLookedAt()) return;
    const { signal } = (background = new AbortController());
    const { shown } = state;
    const began = performance.now();
    const isNew = shown !== null && chunkOf(state, state.position) === undefined;
    void read()
      .then(() => curve(signal))
      .then(() => {
        if (isNew && state.shown === shown && state.reading && !signal.aborted) took(performance.now() - began);
      });
  }

  /** The first has its model to load. */
  function took(ms: number): void {
    state.chunkMs = Math.min(state.chunkMs ?? Infinity, ms);
    draw();
  }

  function stop(): void {
    background?.abort();
    readingRun?.abort();
  }

  async function read(): Promise<void> {
    const { shown, position } = state;
    if (!shown || shown.steps.length === 0) return;
    readingRun?.abort();
    const own = (readingRun = new AbortController());
    const { signal } = own;
    state.isReading = true;
    draw();
    try {
      await readChunk(shown, position, signal);
      toChunk(state.position);
      stage.changed();
    } catch (thrown) {
      if (!signal.aborted && state.shown === shown) stage.failed(thrown, compute);
    } finally {
      if (readingRun === own) {
        state.isReading = false;
        draw();
      }
    }
  }

  /** The chunk of this step is read, if it was not. */
  async function readChunk(shown: Shown, step: number, signal: AbortSignal): Promise<Reading | undefined> {
    const known = chunkOf(state, step);
    if (known) return known;
    const reading = await stage.host.call('read', { solution: writtenSolution(shown), view: step }, { signal });
    const isOver = state.shown !== shown || state.chunks.has(reading.chunk);
    if (isOver) void stage.host.call('release', { of: reading.reading }).catch(() => {});
    else state.chunks.set(reading.chunk, reading);
    return state.shown === shown ? state.chunks.get(reading.chunk) : undefined;
  }

  function toChunk(step: number): boolean {
    const found = chunkOf(state, step);
    if (found) state.reading = found;
    return found !== undefined;
  }

  function readOn(): void {
    const { shown } = state;
    if (!shown) return;
    background?.abort();
    runner.run(t('Reading on…'), async (signal, progress) => {
      const started = performance.now();
      let done = 0;
      for (let step = 0; step < shown.steps.length;) {
        const wasRead = chunkOf(state, step) !== undefined;
        const began = performance.now();
        const reading = await readChunk(shown, step, signal);
        if (!reading) return;
        toChunk(state.position);
        step = reading.endStep;
        const left = reading.chunks - reading.chunk - 1;
        const words = t('Reading on: chunk {0} of {1}', reading.chunk + 1, reading.chunks);
        progress(withTimeLeft(words, done, done + left, performance.now() - started));
        stage.changed();
        await curve(signal, reading);
        if (!wasRead) {
          done++;
          took(performance.now() - began);
        }
      }
      stage.say(windowSentence(state) ?? '');
    });
  }

  function release(): void {
    for (const { reading } of state.chunks.values()) void stage.host.call('release', { of: reading }).catch(() => {});
    state.chunks.clear();
    state.reading = null;
  }

  async function curve(signal: AbortSignal, reading = state.reading): Promise<void> {
    const { shown } = state;
    const wanted = shown && wantedAnswer(shown);
    if (!shown || !reading || wanted == null || signal.aborted) return;
    // The closing line is the answer itself: nothing is forced after it.
    const own = { ...shown, steps: shown.steps.filter(({ isAnswer }) => !isAnswer) };
    const count = own.steps.length;
    if (count === 0) return;
    if (state.curve.length !== count + 1) state.curve = Array<number>(count + 1).fill(NaN);
    const to = Math.min(count, reading.endStep);
    let from = reading.firstStep === 0 ? 0 : Math.min(to, reading.firstStep + 1);
    if (state.reach && !state.curve.slice(from, to + 1).some(Number.isNaN)) return;
    // The latest steps of the chunk before were asked with it.
    while (from < to && !Number.isNaN(state.curve[from])) from++;
    try {
      const { probabilities, ...reach } = await stage.host.call(
        'curve',
        { solution: writtenSolution(own), answer: wanted, from, to },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'point' || state.shown !== shown) return;
            state.curve[report.done] = report.probability;
            stage.changed();
          },
        },
      );
      if (state.shown !== shown) return;
      state.reach = reach;
      for (let done = from; done <= to; done++) state.curve[done] = probabilities[done];
      stage.changed();
    } catch (thrown) {
      if (!signal.aborted) stage.failed(thrown);
    }
  }

  return { compute, toChunk, readOn, stop, release };
}
