/** What is an experiment asked in every test? One run of it, of which all that holds for experiments is asserted, is there for the tests of its own file. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaults, type Experiment, type Inputs } from '../../src/milestones/experiment';
import { runExperiment, type Run } from '../../src/milestones/run';
import type { Progress } from '../../src/protocol/milestones';
import type { Problem } from '../../src/protocol/problem';
import { testInputs } from './milestoneInputs';

/** Characters of a workspace, enough for every experiment that reads one. */
const A_FEW_FILES = 400_000;
/** The second run of a seed goes on so far only: the rest would double the time. WHOLE_RUNS=1: to its end. */
const ENOUGH = 0.25;
const { WHOLE_RUNS } = process.env;

interface Wishes<Options> {
  /** Other than those of a small run. */
  options?: Partial<Options>;
  seed?: number;
  /** In place of the workspace that it needs. */
  inputs?: () => Promise<Inputs>;
}

/**
 * Adds the test that every experiment has. The run is made when it is first asked for, by that test or another of the file.
 * @returns the run
 */
export function runOnce<Options, Result, Question, Answer>(
  experiment: Experiment<Options, Result, Question, Answer>,
  { options: own = {}, seed = 1, inputs: given }: Wishes<Options> = {},
): () => Promise<Run<Result, Question, Answer>> {
  const { id, needs, trial } = experiment;
  const options = { ...defaults(experiment.controls, true), ...own };
  const inputsOf = given ?? ((): Promise<Inputs> => testInputs(Math.min(needs?.workspaceCharacters ?? 0, A_FEW_FILES)));
  let inputs: Promise<Inputs> | undefined;
  let kept: Promise<Run<Result, Question, Answer>> | undefined;
  const seen: string[] = [];
  let pictures = 0;
  const run = (): typeof kept & object =>
    (kept ??= (async () => {
      const watched = reporting(experiment, (report) => {
        seen.push(digest(report));
        if (report.partial !== undefined) pictures++;
      });
      const { signal } = new AbortController();
      return runExperiment(watched, { options, seed, signal, inputs: await (inputs ??= inputsOf()) });
    })());

  it(`${id}: small run, a first picture, a card; the same seed gives the same; it can be stopped`, async () => {
    const { card, result } = await run();
    assert.ok(pictures > 0, 'no picture on the way');
    assert.ok(card.paper.text && card.why.text);
    assert.ok(card.rows.length > 0);
    for (const { text } of [trial.baseline, trial.control, trial.falsifiedBy]) assert.ok(text.length > 20, text);
    for (const { name, value } of card.rows) assert.ok(Number.isFinite(value), `${name}: ${value}`);
    // What crosses to the page.
    assert.deepEqual(structuredClone(result), result);

    // Of one trained model the page says that the seed changes nothing.
    const page = readFileSync(path.join('webview', 'milestones', id, 'page.ts'), 'utf8');
    const again: string[] = [];
    const stopping = new AbortController();
    let picturesAgain = 0;
    const stopped = reporting(experiment, (report) => {
      again.push(digest(report));
      if (report.partial !== undefined) picturesAgain++;
      if (!WHOLE_RUNS && picturesAgain > 0 && report.done >= ENOUGH) stopping.abort();
    });
    const ended = await runExperiment(stopped, {
      options,
      seed: page.includes('seeded: false') ? seed + 1 : seed,
      signal: stopping.signal,
      inputs: await inputs!,
    }).catch((thrown: Problem) => thrown);
    assert.ok(again.length > 0, 'no report to tell by');
    assert.deepEqual(again, seen.slice(0, again.length));
    if (stopping.signal.aborted)
      assert.ok(ended instanceof Error && (ended as Problem).code === 'cancelled', String(ended));
    else assert.deepEqual((ended as Run<Result, Question, Answer>).result, result);
  });
  return run;
}

/** The same experiment; `told` hears every report, not only those that are far enough apart for a page. */
const reporting = <Options, Result, Question, Answer>(
  experiment: Experiment<Options, Result, Question, Answer>,
  told: (progress: Progress<Result>) => void,
): typeof experiment => ({
  ...experiment,
  run: (options, seed, report, signal, inputs) =>
    experiment.run(
      options,
      seed,
      (done, note, partial) => {
        told({ done, note, partial });
        return report(done, note, partial);
      },
      signal,
      inputs,
    ),
});

/** As JSON, since the serializer writes a whole number in two ways; of arrays of numbers their bytes. */
const digest = (progress: Progress): string => {
  const plain = (_: string, value: unknown): unknown =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
      : value instanceof Map
        ? [...value]
        : value;
  return createHash('sha256').update(JSON.stringify(progress, plain)).digest('hex');
};
